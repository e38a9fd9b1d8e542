/**
 * The file of a backup: a first line, then frames.
 *
 *     plimsoll backup 1\n
 *     kind (1 byte), length (4 bytes, the highest first), content
 *
 *     H  header      JSON: which program, when, which migrations
 *     T  table       JSON: its name and columns
 *     D  rows        what COPY wrote, at most 256 KiB of it, deflated
 *     E  table's end JSON: rows, bytes and SHA-256 of what COPY wrote
 *     S  sequences   JSON: where they stand
 *     J  jobs        JSON: at most 1,000 jobs that wait
 *     Z  end         JSON: how much there was, and the SHA-256 of every byte before this frame
 *
 * H, then T D… E for each table, S, J…, Z, and nothing after it. So a file that was cut has no end, and one that was changed has
 * another digest than it says.
 */

export const FORMAT = 1;
export const firstLine = `plimsoll backup ${FORMAT}\n`;
/** The first line of any version is this long up to its number. */
export const firstLineStart = "plimsoll backup ";

export type FrameKind = "H" | "T" | "D" | "E" | "S" | "J" | "Z";

/** Bytes of a frame's content at most; a block that does not shrink grows by a little. */
export const FRAME_BYTES_MAX = 4_194_304;

/** Jobs of a frame at most. */
export const JOBS_MAX = 1_000;

export interface BackupHeader {
  /** Version of the program that made it. */
  readonly program: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Version of its PostgreSQL: `18.4`. For people; a backup goes into any that the program runs on. */
  readonly postgres: string;
  /** What had been applied, in order. */
  readonly migrations: readonly AppliedMigration[];
}

export interface AppliedMigration {
  readonly name: string;
  /** SHA-256 in hexadecimal. */
  readonly checksum: string;
}

export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface TableEnd {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the numbers of an identity column stand. */
export interface SequenceState {
  readonly table: string;
  readonly column: string;
  /** A 64-bit number as text. */
  readonly last: string;
  readonly isCalled: boolean;
}

/** A job that waits, as `store/queue.ts` takes it. */
export interface BackupJob {
  readonly kind: string;
  readonly key: string;
  readonly payload: Readonly<Record<string, string | number>>;
  readonly priority: number;
  /** ISO 8601. */
  readonly startAfter: string;
}

export interface BackupEnd {
  readonly tables: number;
  readonly rows: number;
  readonly jobs: number;
  /** Of every byte before the frame. */
  readonly sha256: string;
}

/** What a reader is told, in the order of the file. */
export type BackupPart =
  | { readonly kind: "header"; readonly header: BackupHeader }
  | { readonly kind: "table"; readonly table: BackupTable }
  | { readonly kind: "rows"; readonly block: Buffer }
  | { readonly kind: "table-end"; readonly end: TableEnd }
  | { readonly kind: "sequences"; readonly sequences: readonly SequenceState[] }
  | { readonly kind: "jobs"; readonly jobs: readonly BackupJob[] }
  | { readonly kind: "end"; readonly end: BackupEnd };
