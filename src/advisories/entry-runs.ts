/**
 * What is read goes through runs: entries are kept until they are many, then sorted and put on disk, so that a database of any size
 * is built in the same memory. `merge-runs.ts` puts the runs together.
 *
 * An entry in a run, little-endian: u32 bytes of the key, of the entry key, of the instant and of the body, f64 order, then the four.
 */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createTextStore, type TextStore } from "./text-store.ts";

/** Sorted by part; inside a part by key, then by entry key, each pair once. */
export interface EntryRun {
  /** The file, or the bytes where there is none. */
  readonly source: string | Uint8Array;
  /** Where each part begins and ends. */
  readonly parts: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
}

export interface NewEntry {
  /** Key of the row that it is for. */
  readonly key: string;
  /** What tells it from others of the same row. */
  readonly entryKey: string;
  /** RFC 3339, or empty: of two with the same keys the newer stays, of equal instants the one of the higher order. */
  readonly modifiedAt: string;
  readonly body: string;
}

export interface EntryRuns {
  /** Entries of one order are added one after the other; of equal ones the one that comes later stays. */
  add(part: string, order: number, entry: NewEntry): void;
  /** All runs, the oldest first. Nothing is added afterwards. */
  finish(): readonly EntryRun[];
}

/** Bytes of bodies, and entries, after which a run is closed. */
const RUN_BYTES = 32 * 1024 * 1024;
const RUN_ENTRIES = 100_000;

export const entryHeadBytes = 24;

/** `folder`: where runs go, made when needed, with this name before theirs. Null: they stay in memory. */
export function createEntryRuns(folder: string | null, name: string): EntryRuns {
  const runs: EntryRun[] = [];
  const bodies = createTextStore();
  let open = newRun(bodies);
  const close = (isLast: boolean): void => {
    if (open.count === 0) return;
    // The only run of a small part is not worth a file.
    const isKept = folder === null || (isLast && runs.length === 0);
    runs.push(isKept ? runInMemory(open) : runOnDisk(open, folder, `${name}-${runs.length}`));
    bodies.clear();
    open = newRun(bodies);
  };
  return {
    add(part, order, { key, entryKey, modifiedAt, body }) {
      const at = open.bodies.add(body);
      const length = open.bodies.addedBytes();
      const rows = open.parts.get(part) ?? new Map<string, KeptEntry[]>();
      if (rows.size === 0) open.parts.set(part, rows);
      const entries = rows.get(key);
      const entry = { entryKey, modifiedAt, order, index: open.count, at, length };
      if (entries === undefined) rows.set(key, [entry]);
      else entries.push(entry);
      open.count += 1;
      open.bytes += length;
      if (open.bytes >= RUN_BYTES || open.count >= RUN_ENTRIES) close(false);
    },
    finish() {
      close(true);
      return runs;
    },
  };
}

interface OpenRun {
  /** By part, then by key. */
  readonly parts: Map<string, Map<string, KeptEntry[]>>;
  readonly bodies: TextStore;
  count: number;
  bytes: number;
}

interface KeptEntry {
  readonly entryKey: string;
  readonly modifiedAt: string;
  readonly order: number;
  readonly index: number;
  /** Of the body. */
  readonly at: number;
  readonly length: number;
}

function newRun(bodies: TextStore): OpenRun {
  return { parts: new Map(), bodies, count: 0, bytes: 0 };
}

function runInMemory(open: OpenRun): EntryRun {
  const pieces: Uint8Array[] = [];
  const parts = writeRun(open, (piece) => pieces.push(piece));
  return { source: Buffer.concat(pieces), parts };
}

function runOnDisk(open: OpenRun, folder: string, name: string): EntryRun {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const file = openSync(path, "wx");
  try {
    return { source: path, parts: writeRun(open, (piece) => writeWhole(file, piece)) };
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

const PIECE_BYTES = 1024 * 1024;

function writeRun({ parts, bodies }: OpenRun, write: (piece: Uint8Array) => void): EntryRun["parts"] {
  const ends = new Map<string, { start: number; end: number }>();
  let [piece, used, written] = [Buffer.allocUnsafe(PIECE_BYTES), 0, 0];
  const flush = (): void => {
    if (used > 0) write(piece.subarray(0, used));
    written += used;
    piece = Buffer.allocUnsafe(PIECE_BYTES);
    used = 0;
  };
  for (const part of [...parts.keys()].sort()) {
    const start = written + used;
    for (const entry of sortedOnce(parts.get(part) ?? new Map())) {
      const { key, entryKey, modifiedAt, order, at, length } = entry;
      // Three bytes at most for each code unit.
      const most = entryHeadBytes + 3 * (key.length + entryKey.length + modifiedAt.length) + length;
      if (used + most > piece.length) flush();
      if (most > piece.length) piece = Buffer.allocUnsafe(most);
      const head = used;
      used += entryHeadBytes;
      for (const [index, text] of [key, entryKey, modifiedAt].entries()) {
        const bytes = piece.write(text, used);
        piece.writeUInt32LE(bytes, head + 4 * index);
        used += bytes;
      }
      piece.writeUInt32LE(length, head + 12);
      piece.writeDoubleLE(order, head + 16);
      bodies.copy(at, length, piece, used);
      used += length;
    }
    ends.set(part, { start, end: written + used });
  }
  flush();
  return ends;
}

/** By key and entry key; of equal ones the newest. */
function* sortedOnce(
  rows: ReadonlyMap<string, KeptEntry[]>,
): Generator<KeptEntry & { readonly key: string }> {
  for (const key of [...rows.keys()].sort()) {
    const entries = rows.get(key) ?? [];
    if (entries.length > 1) entries.sort(byEntryKey);
    for (const [at, entry] of entries.entries()) {
      const next = entries[at + 1];
      // `byEntryKey` has the newest last.
      if (next?.entryKey !== entry.entryKey) yield { ...entry, key };
    }
  }
}

function byEntryKey(a: KeptEntry, b: KeptEntry): number {
  if (a.entryKey !== b.entryKey) return a.entryKey < b.entryKey ? -1 : 1;
  if (a.modifiedAt !== b.modifiedAt) return a.modifiedAt < b.modifiedAt ? -1 : 1;
  return a.index - b.index;
}
