/** A PostgreSQL of the user's, as an administrator hands one over: Debian's 15, one database, one login, and its URL. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { startPostgres } from "../../src/store/embedded-postgres/start.ts";
import { connectToPrivate } from "./private-database.ts";

export interface ExternalPostgres {
  /** `postgres://walk:…@localhost/walk?host=…`, with the name that its connections have as an option. */
  url(applicationName: string): string;
  /** A connection of the superuser to the database. The caller ends it. */
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

const binDir = "/usr/lib/postgresql/15/bin";

/** Reason to skip a test that needs it; false when it is there. On CI nothing may be skipped, so the test runs, and fails. */
export function skipWithoutExternalPostgres(): string | false {
  if (existsSync(join(binDir, "postgres")) || process.env["CI"] === "true") return false;
  return "needs PostgreSQL 15 of Debian (postgresql-15), which is not on this machine";
}

/** A cluster in a folder that PostgreSQL's account can enter. The login may make roles and owns its database, and no more. */
export async function startExternalPostgres(dataDir: string): Promise<ExternalPostgres> {
  const server = await startPostgres({ dataDir, binDir, log: () => {} });
  const password = randomBytes(16).toString("hex");
  const admin = await connectToPrivate(dataDir, "postgres");
  await admin.query(`create role walk login createrole password '${password}'`);
  await admin.query("create database walk owner walk template template0");
  await admin.end();
  const { host, port } = server.connection;
  return {
    url: (applicationName) => {
      const url = new URL(`postgres://walk:${password}@localhost:${port}/walk`);
      url.searchParams.set("host", host);
      url.searchParams.set("application_name", applicationName);
      return url.href;
    },
    connect: () => connectToPrivate(dataDir, "walk"),
    stop: () => server.stop(),
  };
}
