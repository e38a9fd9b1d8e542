/**
 * The entries of one part out of all runs, in order, each once: the runs are read side by side, a piece of each at a time.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { entryHeadBytes, type EntryRun } from "./entry-runs.ts";

export interface MergedEntry {
  readonly key: string;
  readonly entryKey: string;
  readonly modifiedAt: string;
  /** UTF-8. */
  readonly body: Buffer;
}

/** By key, then by entry key. Of equal ones the newest; of equal instants that of the highest order, then of the latest run. */
export function* mergeRuns(runs: readonly EntryRun[], part: string): Generator<MergedEntry> {
  const cursors: Cursor[] = [];
  try {
    for (const [rank, run] of runs.entries()) {
      const range = run.parts.get(part);
      if (range === undefined) continue;
      const cursor = openCursor(run.source, range, rank);
      cursors.push(cursor);
      cursor.next();
    }
    yield* newestOfEach(cursors);
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

function* newestOfEach(all: readonly Cursor[]): Generator<MergedEntry> {
  const heap: Cursor[] = [];
  for (const cursor of all) if (cursor.current !== null) add(heap, cursor);
  let kept: (MergedEntry & { readonly order: number }) | null = null;
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    const { current } = first;
    if (current === null) break;
    if (kept !== null && kept.key === current.key && kept.entryKey === current.entryKey) {
      if (isNewer(current, kept)) kept = copyOf(current);
    } else {
      if (kept !== null) yield kept;
      kept = copyOf(current);
    }
    first.next();
    if (first.current === null) removeFirst(heap);
    else sink(heap, 0);
  }
  if (kept !== null) yield kept;
}

/** Its bytes stand in a cursor's memory, which is read into again when the cursor goes on. */
function copyOf(entry: CurrentEntry): MergedEntry & { readonly order: number } {
  const { key, entryKey, modifiedAt, order } = entry;
  return { key, entryKey, modifiedAt, order, body: entry.copyBody() };
}

/** Equal ones come in the order of the heap: by order, then by rank of the run. */
function isNewer(one: CurrentEntry, other: { readonly modifiedAt: string }): boolean {
  return one.modifiedAt >= other.modifiedAt;
}

interface CurrentEntry {
  readonly key: string;
  readonly entryKey: string;
  readonly modifiedAt: string;
  readonly order: number;
  copyBody(): Buffer;
}

interface Cursor {
  readonly rank: number;
  /** Null: past the end. */
  current: CurrentEntry | null;
  next(): void;
  close(): void;
}

const WINDOW_BYTES = 128 * 1024;

function openCursor(
  source: string | Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  rank: number,
): Cursor {
  const window = createWindow(source, start, end);
  const cursor: Cursor = {
    rank,
    current: null,
    next() {
      const head = window.look(entryHeadBytes);
      if (head === null) {
        cursor.current = null;
        return;
      }
      const { bytes, at } = head;
      const lengths = [0, 4, 8, 12].map((offset) => bytes.readUInt32LE(at + offset));
      const [keyBytes = 0, entryKeyBytes = 0, instantBytes = 0, bodyBytes = 0] = lengths;
      const whole = window.take(entryHeadBytes + keyBytes + entryKeyBytes + instantBytes + bodyBytes);
      cursor.current = entryAt(whole, { keyBytes, entryKeyBytes, instantBytes, bodyBytes });
    },
    close: () => window.close(),
  };
  return cursor;
}

function entryAt(
  { bytes, at }: Place,
  lengths: { keyBytes: number; entryKeyBytes: number; instantBytes: number; bodyBytes: number },
): CurrentEntry {
  const keyAt = at + entryHeadBytes;
  const entryKeyAt = keyAt + lengths.keyBytes;
  const instantAt = entryKeyAt + lengths.entryKeyBytes;
  const bodyAt = instantAt + lengths.instantBytes;
  return {
    key: bytes.toString("utf8", keyAt, entryKeyAt),
    entryKey: bytes.toString("utf8", entryKeyAt, instantAt),
    modifiedAt: bytes.toString("latin1", instantAt, bodyAt),
    order: bytes.readDoubleLE(at + 16),
    copyBody: () => Buffer.from(bytes.subarray(bodyAt, bodyAt + lengths.bodyBytes)),
  };
}

interface Place {
  readonly bytes: Buffer;
  readonly at: number;
}

interface Window {
  /** Bytes that are to come, or null at the end. Both are valid until the next call. */
  look(length: number): Place | null;
  /** The same, passed. */
  take(length: number): Place;
  close(): void;
}

function createWindow(source: string | Uint8Array, start: number, end: number): Window {
  if (typeof source !== "string") {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    let at = start;
    return {
      look: () => (at < end ? { bytes, at } : null),
      take(length) {
        const place = { bytes, at };
        at += length;
        return place;
      },
      close: () => undefined,
    };
  }
  const file = openSync(source, "r");
  let position = start;
  let bytes = Buffer.allocUnsafeSlow(Math.min(WINDOW_BYTES, end - start));
  let [at, filled] = [0, 0];
  const fill = (length: number): void => {
    if (filled - at >= length) return;
    const into = length > bytes.length ? Buffer.allocUnsafeSlow(length) : bytes;
    filled = bytes.copy(into, 0, at, filled);
    [bytes, at] = [into, 0];
    while (filled < length) {
      const wanted = Math.min(bytes.length - filled, end - position);
      const count = wanted === 0 ? 0 : readSync(file, bytes, filled, wanted, position);
      if (count === 0) throw new Error("a run ends early");
      filled += count;
      position += count;
    }
  };
  return {
    look(length) {
      if (at === filled && position >= end) return null;
      fill(length);
      return { bytes, at };
    },
    take(length) {
      fill(length);
      const place = { bytes, at };
      at += length;
      return place;
    },
    close: () => closeSync(file),
  };
}

function isBefore(a: Cursor | undefined, b: Cursor | undefined): boolean {
  const [one, other] = [a?.current ?? null, b?.current ?? null];
  if (one === null || other === null) return other === null;
  if (one.key !== other.key) return one.key < other.key;
  if (one.entryKey !== other.entryKey) return one.entryKey < other.entryKey;
  if (one.order !== other.order) return one.order < other.order;
  return (a?.rank ?? 0) < (b?.rank ?? 0);
}

function add(heap: Cursor[], cursor: Cursor): void {
  let at = heap.push(cursor) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (isBefore(heap[above], heap[at])) return;
    swap(heap, above, at);
    at = above;
  }
}

function removeFirst(heap: Cursor[]): void {
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return;
  heap[0] = last;
  sink(heap, 0);
}

function sink(heap: Cursor[], from: number): void {
  for (let at = from; ;) {
    let least = at;
    for (const below of [2 * at + 1, 2 * at + 2]) {
      if (below < heap.length && isBefore(heap[below], heap[least])) least = below;
    }
    if (least === at) return;
    swap(heap, least, at);
    at = least;
  }
}

function swap(heap: Cursor[], one: number, other: number): void {
  const [a, b] = [heap[one], heap[other]];
  if (a === undefined || b === undefined) return;
  heap[one] = b;
  heap[other] = a;
}
