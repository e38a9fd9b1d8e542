/**
 * A backup into an empty database: migrated to the schema that the backup has, then filled in one transaction, so that it is whole or
 * stays empty. The file is read through before anything is touched. The next start of a server migrates further.
 */
import type { FileHandle } from "node:fs/promises";
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import { withClient } from "../connect.ts";
import type { StoreConnection } from "../connection.ts";
import { jobKinds, type JobKind } from "../job-kinds.ts";
import { migrate, programMigrations } from "../migrate.ts";
import { openQueue, type Queue } from "../queue.ts";
import { copyIn } from "./copy-stream.ts";
import type {
  AppliedMigration,
  BackupEnd,
  BackupHeader,
  BackupJob,
  BackupPart,
  BackupTable,
  SequenceState,
} from "./format.ts";
import { failed, openTables } from "./open-tables.ts";
import { damaged } from "./parse-frames.ts";
import { readBackupFile } from "./read-file.ts";
import { copyTarget, quote, readApplied, readTables, writingSettings } from "./tables.ts";

export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly end: BackupEnd;
}

/**
 * Reads a backup through without a database.
 * @throws PlimsollError BACKUP_DAMAGED, BACKUP_NEWER
 */
export async function checkBackup(file: FileHandle): Promise<CheckedBackup> {
  let header: BackupHeader | null = null;
  let end: BackupEnd | null = null;
  for await (const part of readBackupFile(file)) {
    if (part.kind === "header") header = part.header;
    if (part.kind === "end") end = part.end;
  }
  if (header === null || end === null) throw damaged("it has no end");
  checkMigrations(header.migrations);
  return { header, end };
}

/** @throws PlimsollError BACKUP_NEWER, STORE_CHANGED */
function checkMigrations(applied: readonly AppliedMigration[]): void {
  const known = programMigrations();
  if (applied.length > known.length) {
    throw new PlimsollError(
      "BACKUP_NEWER",
      `The backup is at migration ${applied.length}; this program knows ${known.length}.`,
      { details: { backup: applied.length, program: known.length } },
    );
  }
  const other = applied.find(({ name, checksum }, index) => {
    return known[index]?.name !== name || known[index].checksum !== checksum;
  });
  if (applied.length === 0) throw damaged("it names no migration");
  if (other === undefined) return;
  throw new PlimsollError(
    "STORE_CHANGED",
    `Migration ${other.name} of the backup is not the one of this program.`,
    {
      details: { migration: other.name },
    },
  );
}

/**
 * @throws PlimsollError BACKUP_DAMAGED, BACKUP_NEWER, RESTORE_NOT_EMPTY, RESTORE_FAILED; as the store
 */
export async function restoreBackup(
  connection: StoreConnection,
  file: FileHandle,
  log: (line: string) => void,
): Promise<CheckedBackup> {
  const checked = await checkBackup(file);
  const { migrations } = checked.header;
  await withClient(connection, "owner", async (client) => {
    const applied = await readApplied(client);
    if (applied.length > migrations.length) throw notEmpty("it has a newer schema than the backup");
    await checkEmpty(client, await readTables(client));
  });
  await migrate(connection, { log: (name) => log(`migration ${name}`), upTo: migrations.length });
  const queue = await openQueue(connection, { log, supervise: false });
  try {
    await withClient(connection, "owner", (client) => fill(client, readBackupFile(file), queue));
  } finally {
    await queue.close(0);
  }
  return checked;
}

async function fill(client: pg.Client, parts: AsyncIterator<BackupPart>, queue: Queue): Promise<void> {
  await client.query("begin");
  for (const setting of [...writingSettings, "set local lock_timeout = '30s'"]) await client.query(setting);
  const tables = await readTables(client);
  const opened = await openTables(client, tables);
  await checkEmpty(client, tables);
  // Whatever were kept from us is an error, and not a table that stays empty.
  await client.query("set local row_security = off");
  const { sequences, jobs } = await copyAll(client, parts, new Map(tables.map((each) => [each.name, each])));
  for (const { table, column, last, isCalled } of sequences) {
    await client.query("select setval(pg_get_serial_sequence($1, $2), $3::bigint, $4)", [
      quote(table),
      column,
      last,
      isCalled,
    ]);
  }
  await opened.close();
  // Before the end of the transaction: a restoring that breaks off here leaves jobs that find nothing, and the next try their keys.
  await sendJobs(queue, jobs);
  await client.query("commit");
  for (const { name } of tables) await client.query(`analyze ${quote(name)}`);
}

interface Afterwards {
  readonly sequences: readonly SequenceState[];
  readonly jobs: readonly BackupJob[];
}

async function copyAll(
  client: pg.Client,
  parts: AsyncIterator<BackupPart>,
  known: ReadonlyMap<string, BackupTable>,
): Promise<Afterwards> {
  const left = new Set(known.keys());
  const jobs: BackupJob[] = [];
  let sequences: readonly SequenceState[] = [];
  for (;;) {
    const { value: part } = await parts.next();
    if (part === undefined) throw damaged("it has no end");
    if (part.kind === "table") {
      const { name, columns } = part.table;
      const isKnown =
        left.delete(name) && JSON.stringify(known.get(name)?.columns) === JSON.stringify(columns);
      if (!isKnown) throw failed(`its migrations make no table ${name} with these columns`);
      await copyTable(client, part.table, parts);
    }
    if (part.kind === "sequences") ({ sequences } = part);
    if (part.kind === "jobs") jobs.push(...part.jobs);
    if (part.kind !== "end") continue;
    if (left.size > 0) throw failed(`it holds no rows of the table ${[...left][0] ?? ""}`);
    return { sequences, jobs };
  }
}

async function copyTable(
  client: pg.Client,
  table: BackupTable,
  parts: AsyncIterator<BackupPart>,
): Promise<void> {
  let expected = 0;
  const blocks = async function* (): AsyncGenerator<Buffer> {
    for (;;) {
      const { value: part } = await parts.next();
      if (part?.kind === "rows") yield part.block;
      else if (part?.kind === "table-end") {
        expected = part.end.rows;
        return;
      } else throw damaged("its frames are out of order");
    }
  };
  try {
    const rows = await copyIn(client, `copy ${copyTarget(table)} from stdin`, blocks());
    if (rows !== expected) throw damaged(`the table ${table.name} has another number of rows`);
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw failed(`the database refuses rows of ${table.name}: ${reason}`, error);
  }
}

async function sendJobs(queue: Queue, jobs: readonly BackupJob[]): Promise<void> {
  const known = jobs.filter(({ kind }) => Object.hasOwn(jobKinds, kind));
  for (let at = 0; at < known.length; at += JOBS_AT_ONCE) {
    const some = known.slice(at, at + JOBS_AT_ONCE).map(({ kind, startAfter, ...job }) => {
      return { ...job, kind: kind as JobKind, startAfter: new Date(startAfter) };
    });
    await queue.send(null, some);
  }
}

const JOBS_AT_ONCE = 500;

/** @throws PlimsollError RESTORE_NOT_EMPTY */
async function checkEmpty(client: pg.Client, tables: readonly BackupTable[]): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ found: boolean }>(
      `select exists (select from ${quote(name)}) as found`,
    );
    if (rows[0]?.found === true) throw notEmpty(`its table ${name} has rows`);
  }
}

function notEmpty(why: string): PlimsollError {
  return new PlimsollError(
    "RESTORE_NOT_EMPTY",
    `Nothing was restored, because the database is not empty: ${why}.`,
  );
}
