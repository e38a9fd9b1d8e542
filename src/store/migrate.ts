/**
 * Brings a database to the schema of this program: roles first, then the migrations that are missing, in order and only forward,
 * each in a transaction, under a lock, so that many servers may start at once.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import { tablesNotSeen } from "./backup/tables.ts";
import { withClient } from "./connect.ts";
import type { StoreConnection } from "./connection.ts";
import { ensureRoles } from "./roles.ts";

export interface MigrateOptions {
  /** Folder of `NNNN-name.sql`. Default: the program's own. */
  readonly folder?: string;
  /** Told the name of each migration before it runs. */
  readonly log?: (line: string) => void;
  /** Number of the last migration that is applied. Default: all. */
  readonly upTo?: number;
}

/**
 * Returns the names of the migrations that were applied now. Connects as the owner.
 * @throws PlimsollError STORE_UNREACHABLE, STORE_FORBIDDEN, STORE_NEWER, STORE_CHANGED, STORE_MIGRATION_FAILED, POSTGRES_VERSION
 */
export async function migrate(
  connection: StoreConnection,
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const migrations = readMigrations(options.folder ?? defaultFolder());
  return withClient(connection, "owner", async (client) => {
    await checkServerVersion(client);
    await client.query(`select pg_advisory_lock(${LOCK_KEY})`);
    await ensureRoles(client, connection);
    const applied = await readApplied(client);
    checkHistory(applied, migrations);
    const missing = migrations.slice(applied.length, options.upTo ?? migrations.length);
    for (const migration of missing) {
      options.log?.(migration.name);
      await apply(client, migration);
    }
    await showAllToOwner(client);
    return missing.map(({ name }) => name);
  });
}

/**
 * Row security binds the owner too, so that a query which runs as the owner by mistake changes nobody's rows. A backup reads as the
 * owner, and must see all of them.
 */
async function showAllToOwner(client: pg.Client): Promise<void> {
  for (const table of await tablesNotSeen(client)) {
    const name = pg.escapeIdentifier(table);
    // One that is there was made for another login.
    await client.query("begin");
    await client.query(`drop policy if exists owner_reads on ${name}`);
    await client.query(`create policy owner_reads on ${name} for select to current_user using (true)`);
    await client.query("commit");
  }
}

/** The migrations of this program, in order. */
export function programMigrations(): readonly Migration[] {
  return readMigrations(defaultFolder());
}

/**
 * That a server has made the tables: a worker makes none. Connects as the engine.
 * @throws PlimsollError STORE_EMPTY, STORE_UNREACHABLE, STORE_FORBIDDEN
 */
export async function checkMigrated(connection: StoreConnection): Promise<void> {
  const { rows } = await withClient(connection, "engine", (client) =>
    client.query<{ found: boolean }>("select to_regclass('installation') is not null as found"),
  );
  if (rows[0]?.found === true) return;
  throw new PlimsollError("STORE_EMPTY", "The database has no tables of this program yet.");
}

/** An arbitrary number; advisory locks of other programs in the same database have others. */
const LOCK_KEY = 7_095_115_308;

export interface Migration {
  readonly version: number;
  /** Name of the file, e.g. `0001-first.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hexadecimal. */
  readonly checksum: string;
}

/** The files of a folder in order. @throws PlimsollError INTERNAL when their numbers are not 1, 2, 3 … */
export function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return names.map((name, index) => {
    const version = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    if (version !== index + 1) {
      throw new PlimsollError("INTERNAL", `The migration ${name} is not number ${index + 1}.`);
    }
    const sql = readFileSync(join(folder, name), "utf8");
    return { version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

/** Beside this file in the sources; the bundle's chunks stand one below the folder that holds them. */
function defaultFolder(): string {
  const folders = ["migrations", "../migrations"].map((name) => join(import.meta.dirname, name));
  const folder = folders.find((path) => existsSync(path));
  if (folder === undefined)
    throw new PlimsollError("INTERNAL", "The migrations are missing in this installation.");
  return folder;
}

async function checkServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>("show server_version_num");
  const major = Math.floor(Number(Object.values(rows[0] ?? {})[0]) / 10_000);
  if (major >= 15) return;
  throw new PlimsollError(
    "POSTGRES_VERSION",
    `The database server is PostgreSQL ${major}; 15 or newer is needed.`,
  );
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  await client.query(`create table if not exists schema_migration (
    version integer primary key,
    name text collate "C" not null,
    checksum text collate "C" not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<Applied>(
    "select version, name, checksum from schema_migration order by version",
  );
  return rows;
}

function checkHistory(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > migrations.length) {
    throw new PlimsollError(
      "STORE_NEWER",
      `The database is at migration ${newest}; this program knows ${migrations.length}.`,
      { details: { database: newest, program: migrations.length } },
    );
  }
  for (const [index, row] of applied.entries()) {
    const migration = migrations[index];
    if (migration?.version === row.version && migration.checksum === row.checksum) continue;
    throw new PlimsollError(
      "STORE_CHANGED",
      `Migration ${row.name} was applied with other content than ${migration?.name ?? "none"} has.`,
      { details: { migration: row.name } },
    );
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.sql);
    await client.query("insert into schema_migration (version, name, checksum) values ($1, $2, $3)", [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlimsollError("STORE_MIGRATION_FAILED", `Migration ${migration.name} failed: ${reason}`, {
      cause: error,
      details: { migration: migration.name },
    });
  }
}
