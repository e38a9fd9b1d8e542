/**
 * The database into a file, while server and workers go on: everything is read in one transaction, which sees the moment at which it
 * began and nothing after it.
 */
import type { FileHandle } from "node:fs/promises";
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import { withClient } from "../connect.ts";
import type { StoreConnection } from "../connection.ts";
import { jobKinds } from "../job-kinds.ts";
import { queueSchema } from "../roles.ts";
import { copyOut } from "./copy-stream.ts";
import type { BackupEnd, BackupJob, BackupTable } from "./format.ts";
import {
  checkSeesAll,
  copyTarget,
  quote,
  readApplied,
  readSequences,
  readTables,
  writingSettings,
} from "./tables.ts";
import { BackupWriter } from "./write-file.ts";

export interface BackupOptions {
  /** Version of the program. */
  readonly program: string;
  readonly now: Date;
}

export interface WrittenBackup extends BackupEnd {
  readonly bytes: number;
  /** Name of the newest migration. */
  readonly migration: string;
}

/**
 * Writes all tables, where their numbers stand, and the jobs that wait. Connects as the owner.
 * @throws PlimsollError STORE_EMPTY, STORE_FORBIDDEN, STORE_UNREACHABLE; system errors of the file
 */
export function writeBackup(
  connection: StoreConnection,
  file: FileHandle,
  options: BackupOptions,
): Promise<WrittenBackup> {
  return withClient(connection, "owner", async (client) => {
    const tables = await readTables(client);
    if ((await readApplied(client)).length === 0 || tables.length === 0) {
      throw new PlimsollError("STORE_EMPTY", "The database has no tables of this program yet.");
    }
    await client.query("begin isolation level repeatable read, read only");
    // Before the first look: no migration changes a table between the moment that is seen and its turn.
    await client.query(`lock table ${tables.map(({ name }) => quote(name)).join(", ")} in access share mode`);
    for (const setting of writingSettings) await client.query(setting);
    await checkUnchanged(client, tables);
    await checkSeesAll(client);
    const written = await writeAll(client, tables, new BackupWriter(file), options);
    await client.query("commit");
    return written;
  });
}

async function writeAll(
  client: pg.Client,
  tables: readonly BackupTable[],
  writer: BackupWriter,
  options: BackupOptions,
): Promise<WrittenBackup> {
  const migrations = await readApplied(client);
  const { rows } = await client.query<{ server_version: string }>("show server_version");
  await writer.begin({
    program: options.program,
    madeAt: options.now.toISOString(),
    postgres: rows[0]?.server_version ?? "",
    migrations,
  });
  for (const table of tables) {
    await writer.table(table, (take) => copyOut(client, `copy ${copyTarget(table)} to stdout`, take));
  }
  // Numbers do not belong to the transaction: read last, they are past every row that was written.
  await writer.sequences(await readSequences(client));
  await writer.jobs(await readJobs(client));
  return { ...(await writer.end()), migration: migrations.at(-1)?.name ?? "" };
}

/** @throws PlimsollError STORE_CHANGED when a migration came in between */
async function checkUnchanged(client: pg.Client, tables: readonly BackupTable[]): Promise<void> {
  if (JSON.stringify(await readTables(client)) === JSON.stringify(tables)) return;
  throw new PlimsollError("STORE_CHANGED", "The database was migrated just now. Make the backup again.");
}

/** Those that wait, and those that run, which will have to run again. */
async function readJobs(client: pg.Client): Promise<readonly BackupJob[]> {
  const { rows: found } = await client.query<{ found: boolean }>(
    "select to_regclass($1) is not null as found",
    [`${queueSchema}.job`],
  );
  if (found[0]?.found !== true) return [];
  const { rows } = await client.query<Omit<BackupJob, "startAfter"> & { startAfter: Date }>(
    `select distinct on (name, singleton_key) name as kind, singleton_key as key, data as payload, priority,
       start_after as "startAfter"
     from ${queueSchema}.job
     where state in ('created', 'retry', 'active') and name = any ($1) and singleton_key is not null
     order by name, singleton_key, start_after`,
    [Object.keys(jobKinds)],
  );
  return rows.map((row) => ({
    ...row,
    payload: row.payload ?? {},
    startAfter: row.startAfter.toISOString(),
  }));
}
