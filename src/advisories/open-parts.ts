/**
 * The files of a manifest, opened, as parts that answer by key: the base, and what deltas changed in it.
 */
import { closeSync, openSync } from "node:fs";
import { printable } from "../domain/problem.ts";
import { PlimsollError } from "../domain/error.ts";
import { segmentPath } from "./layout.ts";
import { partKey, type DeltaEntry, type Manifest, type PartEntry, type SegmentEntry } from "./manifest.ts";
import { applyPatch, isWholeRow } from "./row-patch.ts";
import { bodyOf, foundRow, type FoundRow } from "./row-text.ts";
import { openScoreColumn, type ScoreColumn } from "./score-column.ts";
import type { Row } from "./segment-format.ts";
import { openSegment, type SegmentReader } from "./segment-reader.ts";

export interface OpenPart {
  readonly entry: PartEntry;
  readonly spaces: ReadonlySet<string>;
  /** Rows of the keys that it has; `keys` sorted. @throws PlimsollError DATABASE_INVALID */
  find(keys: readonly string[]): readonly (readonly [key: string, row: FoundRow])[];
  /** All rows in order, as they were with deltas up to this number. Default: all. @throws PlimsollError DATABASE_INVALID */
  rows(until?: number): Generator<Row>;
}

export interface OpenParts {
  readonly parts: readonly OpenPart[];
  /** Hashes every file. @throws PlimsollError DATABASE_INVALID */
  verify(): void;
  close(): void;
}

/** @throws system errors of open (ENOENT: a segment is missing), PlimsollError DATABASE_INVALID */
export function openParts(dir: string, manifest: Pick<Manifest, "parts" | "deltas">): OpenParts {
  const readers: SegmentReader[] = [];
  const open = (segments: readonly SegmentEntry[]): Keyed[] =>
    segments.map(({ digest, sizeBytes, firstKey, lastKey }) => {
      const reader = openSegment(segmentPath(dir, digest), digest, sizeBytes);
      readers.push(reader);
      return { firstKey, lastKey, reader };
    });
  const columns: LateColumn[] = [];
  const close = (): void => [...readers, ...columns].forEach((file) => file.close());
  try {
    const deltas = manifest.deltas.map((entry) => openDelta(entry, open(entry.segments)));
    const parts = manifest.parts.map((entry) => {
      const column = entry.column === null ? null : openLate(dir, entry.column);
      if (column !== null) columns.push(column);
      return openPart(entry, open(entry.segments), column, deltas);
    });
    const verify = (): void => {
      for (const reader of readers) reader.verify();
      for (const column of columns) column.read();
    };
    return { parts, verify, close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Keyed {
  readonly firstKey: string;
  readonly lastKey: string;
  readonly reader: SegmentReader;
}

interface OpenDelta {
  readonly number: number;
  readonly parts: ReadonlySet<string>;
  readonly segments: readonly Keyed[];
  /** All patches by part, read once. */
  byPart(): ReadonlyMap<string, readonly Row[]>;
}

function openDelta({ number, parts }: DeltaEntry, segments: readonly Keyed[]): OpenDelta {
  let read: ReadonlyMap<string, readonly Row[]> | null = null;
  const byPart = (): ReadonlyMap<string, readonly Row[]> => {
    if (read !== null) return read;
    const found = new Map<string, Row[]>();
    for (const { reader } of segments) {
      for (const { key, body } of reader.rows()) {
        const cut = key.indexOf("\n");
        const of = key.slice(0, cut);
        const rows = found.get(of) ?? [];
        found.set(of, rows);
        rows.push({ key: key.slice(cut + 1), body });
      }
    }
    return (read = found);
  };
  return { number, parts: new Set(parts), segments, byPart };
}

/** Columns are read as a whole, so only when they are asked; opened at once, so that a later removal does no harm. */
interface LateColumn {
  /** @throws PlimsollError DATABASE_INVALID */
  read(): ScoreColumn;
  close(): void;
}

/** @throws system errors of open */
function openLate(dir: string, { digest }: SegmentEntry): LateColumn {
  const descriptor = openSync(segmentPath(dir, digest), "r");
  let column: ScoreColumn | null = null;
  return { read: () => (column ??= openScoreColumn(descriptor, digest)), close: () => closeSync(descriptor) };
}

function openPart(
  entry: PartEntry,
  segments: readonly Keyed[],
  column: LateColumn | null,
  allDeltas: readonly OpenDelta[],
): OpenPart {
  const own = partKey(entry);
  const deltas = allDeltas.filter(({ number, parts }) => number > entry.since && parts.has(own));
  return {
    entry,
    spaces: new Set(entry.spaces),
    find(keys) {
      const found = findInSegments(segments, keys);
      const base = column === null ? found : [...found, ...findInColumn(column.read(), keys)];
      const patches = findPatches(deltas, own, keys);
      if (patches.size === 0) return base;
      const rows = new Map(base);
      for (const [key, changes] of patches) {
        const before = rows.get(key);
        const body = patched(before === undefined ? null : bodyOf(before), changes);
        if (body === null) rows.delete(key);
        else rows.set(key, foundRow(body));
      }
      return [...rows];
    },
    *rows(until = Infinity) {
      const patches = new Map<string, string[]>();
      for (const delta of deltas) {
        if (delta.number > until) continue;
        for (const { key, body } of delta.byPart().get(own) ?? [])
          patches.set(key, [...(patches.get(key) ?? []), body]);
      }
      const base = column === null ? rowsOfSegments(segments) : column.read().rows();
      yield* patches.size === 0 ? base : mergeRows(base, patches);
    },
  };
}

/** Rows of the sorted keys that the segments have. */
function findInSegments(
  segments: readonly Keyed[],
  keys: readonly string[],
): readonly (readonly [string, FoundRow])[] {
  const rows: (readonly [string, FoundRow])[] = [];
  let at = 0;
  for (const key of keys) {
    while ((segments[at]?.lastKey ?? key) < key) at += 1;
    const segment = segments[at];
    if (segment === undefined) return rows;
    if (key < segment.firstKey) continue;
    const row = segment.reader.find(key);
    if (row !== null) rows.push([key, row]);
  }
  return rows;
}

function findInColumn(
  column: ScoreColumn,
  keys: readonly string[],
): readonly (readonly [string, FoundRow])[] {
  return keys.flatMap((key) => {
    const body = column.find(key);
    return body === null ? [] : [[key, foundRow(body)] as const];
  });
}

/** Patches of each key, oldest first. */
function findPatches(
  deltas: readonly OpenDelta[],
  own: string,
  keys: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const patches = new Map<string, string[]>();
  const asked = keys.map((key) => `${own}\n${key}`);
  for (const { segments } of deltas) {
    for (const [key, row] of findInSegments(segments, asked)) {
      const of = key.slice(own.length + 1);
      patches.set(of, [...(patches.get(of) ?? []), bodyOf(row)]);
    }
  }
  return patches;
}

function patched(before: string | null, patches: readonly string[]): string | null {
  const from = patches.findLastIndex(isWholeRow);
  return patches.slice(Math.max(0, from)).reduce<string | null>(applyPatch, before);
}

function* rowsOfSegments(segments: readonly Keyed[]): Generator<Row> {
  for (const { reader } of segments) yield* reader.rows();
}

function* mergeRows(base: Iterable<Row>, patches: ReadonlyMap<string, readonly string[]>): Generator<Row> {
  const added = [...patches.keys()].sort();
  let at = 0;
  const withPatches = (key: string, before: string | null): Row[] => {
    const body = patched(before, patches.get(key) ?? []);
    return body === null ? [] : [{ key, body }];
  };
  for (const row of base) {
    for (let key = added[at]; key !== undefined && key < row.key; key = added[at]) {
      yield* withPatches(key, null);
      at += 1;
    }
    if (added[at] === row.key) at += 1;
    yield* patches.has(row.key) ? withPatches(row.key, row.body) : [row];
  }
  for (const key of added.slice(at)) yield* withPatches(key, null);
}

/** DATABASE_INVALID of a segment that is not there. */
export function missingSegment(dir: string, cause: NodeJS.ErrnoException): PlimsollError {
  return new PlimsollError("DATABASE_INVALID", "A segment of the vulnerability database is missing.", {
    details: { dir: printable(dir, 500), path: cause.path ?? null },
    cause,
  });
}
