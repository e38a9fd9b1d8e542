/** The JSON of a backup's frames as values of their types. What has another shape is damage. */
import { PlimsollError } from "../../domain/error.ts";
import {
  JOBS_MAX,
  type BackupEnd,
  type BackupHeader,
  type BackupJob,
  type BackupTable,
  type SequenceState,
  type TableEnd,
} from "./format.ts";

type Fields = Readonly<Record<string, unknown>>;

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseHeader(content: Buffer): BackupHeader {
  const { program, madeAt, postgres, migrations } = record(json(content));
  return {
    program: text(program),
    madeAt: text(madeAt),
    postgres: text(postgres),
    migrations: list(migrations).map((row) => {
      const { name, checksum } = record(row);
      return { name: text(name), checksum: text(checksum) };
    }),
  };
}

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseTable(content: Buffer): BackupTable {
  const { name, columns } = record(json(content));
  return { name: text(name), columns: list(columns).map(text) };
}

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseTableEnd(content: Buffer): TableEnd {
  const { rows, bytes, sha256 } = record(json(content));
  return { rows: count(rows), bytes: count(bytes), sha256: text(sha256) };
}

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseSequences(content: Buffer): readonly SequenceState[] {
  return list(json(content)).map((row) => {
    const { table, column, last, isCalled } = record(row);
    if (!/^-?\d{1,19}$/.test(text(last)) || typeof isCalled !== "boolean")
      throw damaged("a number of a column");
    return { table: text(table), column: text(column), last: text(last), isCalled };
  });
}

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseJobs(content: Buffer): readonly BackupJob[] {
  const rows = list(json(content));
  if (rows.length > JOBS_MAX) throw damaged("too many jobs in one frame");
  return rows.map((row) => {
    const { kind, key, payload, priority, startAfter } = record(row);
    const entries = Object.entries(record(payload)).map(([name, value]) => {
      if (typeof value !== "string" && typeof value !== "number") throw damaged("a job");
      return [name, value] as const;
    });
    if (typeof priority !== "number" || Number.isNaN(Date.parse(text(startAfter)))) throw damaged("a job");
    return {
      kind: text(kind),
      key: text(key),
      payload: Object.fromEntries(entries),
      priority,
      startAfter: text(startAfter),
    };
  });
}

/** @throws PlimsollError BACKUP_DAMAGED */
export function parseEnd(content: Buffer): BackupEnd {
  const { tables, rows, jobs, sha256 } = record(json(content));
  return { tables: count(tables), rows: count(rows), jobs: count(jobs), sha256: text(sha256) };
}

/** `what`: what is wrong, after "The backup is damaged: ". */
export function damaged(what: string, cause?: unknown): PlimsollError {
  return new PlimsollError("BACKUP_DAMAGED", `The backup is damaged: ${what}.`, { cause });
}

function json(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (error) {
    throw damaged("a frame is no JSON", error);
  }
}

function record(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw damaged("a frame has another shape");
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged("a frame has another shape");
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw damaged("a frame has another shape");
}

function count(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw damaged("a frame has another shape");
}
