/** What is measured: the built program as `plimsoll server` with its private PostgreSQL and its worker, and a registry beside it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { openStore, type Store } from "../../src/store/connect.ts";
import { openApiAsOwner, type ApiClient } from "../../test/helpers/api-client.ts";
import { eventually } from "../../test/helpers/eventually.ts";
import { freePort, startRegistry, type LocalRegistry } from "../../test/helpers/local-registry.ts";
import { connectToPrivate, privateConnection } from "../../test/helpers/private-database.ts";
import { killAll, processesOf } from "../../test/helpers/process-list.ts";
import { runCommand } from "../../test/helpers/run-plimsoll.ts";
import { startServerProcess } from "../../test/helpers/server-process.ts";

export interface Installation {
  readonly home: string;
  readonly api: ApiClient;
  readonly registry: LocalRegistry;
  /** The superuser's session: past row security. */
  readonly sql: pg.Client;
  /** The server's database, to seed organisations in. */
  readonly store: Store;
  /** Puts a vulnerability database of these OSV records in place of the one before. Resolves when it stands there. */
  publish(records: readonly OsvRecord[]): Promise<void>;
  /** Waits until the database in place is applied and no job is left. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface OsvRecord {
  readonly id: string;
}

/** `plimsoll`: path of the built command line. */
export async function startInstallation(plimsoll: string): Promise<Installation> {
  await installPostgres();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  // PostgreSQL, started by root, runs under another account and must get through.
  chmodSync(folder, 0o711);
  const home = join(folder, "home");
  const registry = await startRegistry(join(folder, "registry"), null, "", await freePort());
  const server = await startServerProcess({ home, program: [process.execPath, plimsoll] });
  const api = await openApiAsOwner(server.address, server.ownerToken ?? "");
  const sql = await connectToPrivate(join(home, "server"));
  const store = openStore(privateConnection(join(home, "server")), { connectionsMax: 4 });
  return {
    home,
    api,
    registry,
    sql,
    store,
    publish: async (records) => {
      const from = join(folder, "advisories");
      rmSync(from, { recursive: true, force: true });
      mkdirSync(from, { recursive: true });
      for (const record of records) writeFileSync(join(from, `${record.id}.json`), JSON.stringify(record));
      const env = { HOME: home, PLIMSOLL_HOME: home };
      const built = await runCommand(process.execPath, [plimsoll, "db", "build", "--quiet", "--from", from], {
        env,
      });
      if (built.exitCode !== 0) throw new Error(built.stderr);
    },
    settle: async () => {
      await eventually(() => isSettled(sql), "the database is applied and all is judged");
    },
    stop: async () => {
      await sql.end();
      await store.close();
      await server.stop();
      await registry.stop();
      killAll(processesOf(folder));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The packaged programs of PostgreSQL, unless they are there. */
async function installPostgres(): Promise<void> {
  const installer = new URL("../../tools/bootstrap/install.mjs", import.meta.url).href;
  const { installOnce } = (await import(installer)) as { installOnce(folder: string, what: string): void };
  installOnce(fileURLToPath(new URL("../../tools/postgres", import.meta.url)), "the private PostgreSQL");
}

/** No job waits or runs but those that come at an interval. The database's own job asks for others, so it is among them. */
export async function isSettled(sql: pg.Client): Promise<boolean> {
  const { rows } = await sql.query<{ settled: boolean }>(`
    select not exists (
      select from queue.job where name in ('analyse', 'evaluate', 'advisories') and state in ('created', 'retry', 'active')
    ) and exists (
      select from installation where key = 'vulnerability-database' and value->>'appliedAt' is not null
    ) as settled`);
  return rows[0]?.settled === true;
}
