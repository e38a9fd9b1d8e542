/**
 * The rows of one part, compared with those at hand and put on disk: not at all when nothing changed, as patches when little did,
 * as a new base otherwise.
 */
import { createHash } from "node:crypto";
import { writeFileAtomic } from "../io/atomic-file.ts";
import { segmentPath } from "./layout.ts";
import type { PartEntry, SegmentEntry } from "./manifest.ts";
import type { OpenPart } from "./open-parts.ts";
import { isWhole, writeSegments } from "./publish.ts";
import { diffBodies } from "./row-patch.ts";
import { isOfAdvisories } from "./row-text.ts";
import { packScoreColumn } from "./score-column.ts";
import { encodeRow, type Row } from "./segment-format.ts";
import type { Pack } from "./segment-writer.ts";

/** What a part's entry says of its rows. */
export type PartRows = Pick<PartEntry, "contentDigest" | "since" | "segments" | "column">;

export interface StoredPart {
  readonly rows: PartRows;
  /** For the next delta, sorted by key; they are no part of `rows.segments`. */
  readonly patches: readonly Row[];
}

export interface StoreRequest {
  readonly dir: string;
  /** Asked once or twice; sorted by key, each key once. */
  readonly rows: () => Iterable<Row>;
  /** The part as it is, or null. */
  readonly previous: OpenPart | null;
  /** Number of the manifest that is to come. */
  readonly number: number;
  readonly isScores: boolean;
  /** Default: here. */
  readonly pack?: Pack;
}

/** A delta is worth its place as long as it is this much smaller than the part. */
const PATCHED_SHARE_MAX = 0.3;
const PATCHED_BYTES_MAX = 64 * 1024 * 1024;

/** Nothing is part of the database until its manifest is published. @throws PlimsollError DATABASE_INVALID; system errors */
export async function storePart(request: StoreRequest): Promise<StoredPart> {
  const { dir, rows, previous, number, isScores } = request;
  const found = previous === null ? null : compare(previous, rows());
  if (found !== null && previous !== null && found.patches !== null && !isScores) {
    return {
      rows: { ...rowsOf(previous.entry), contentDigest: found.contentDigest },
      patches: found.patches,
    };
  }
  if (found !== null && previous?.entry.contentDigest === found.contentDigest) {
    return { rows: rowsOf(previous.entry), patches: [] };
  }
  const column = isScores ? await writeColumn(dir, rows()) : null;
  if (column !== null) {
    const { contentDigest } = column;
    return { rows: { contentDigest, since: number, segments: [], column }, patches: [] };
  }
  const hash = createHash("sha256");
  const { pack } = request;
  const segments = await writeSegments(dir, rows(), {
    onContent: (content) => hash.update(content),
    ...(pack !== undefined && { pack }),
  });
  return { rows: { contentDigest: hash.digest("hex"), since: number, segments, column }, patches: [] };
}

export function rowsOf({ contentDigest, since, segments, column }: PartEntry): PartRows {
  return { contentDigest, since, segments, column };
}

/** Hex sha256 of rows, as manifests name content. */
export function contentDigestOf(rows: Iterable<Row>): string {
  const hash = createHash("sha256");
  for (const row of rows) hash.update(encodeRow(row));
  return hash.digest("hex");
}

interface Comparison {
  readonly contentDigest: string;
  /** Null: so much changed that a new base is smaller. */
  readonly patches: readonly Row[] | null;
}

function compare(previous: OpenPart, rows: Iterable<Row>): Comparison {
  const hash = createHash("sha256");
  const sizes = { all: 0, patches: 0 };
  const patches: Row[] = [];
  for (const { key, before, after } of pairs(previous.rows(), rows)) {
    const bytes = after === null ? null : encodeRow(after);
    if (bytes !== null) {
      hash.update(bytes);
      sizes.all += bytes.length;
    }
    // Most rows are as they were, which their bytes tell.
    if (before !== null && bytes?.equals(encodeRow(before)) === true) continue;
    const [from, to] = [before?.body ?? null, after?.body ?? null];
    const patch = diffBodies(from, to, to === null || isOfAdvisories(to));
    if (patch === null || sizes.patches > PATCHED_BYTES_MAX) continue;
    sizes.patches += key.length + patch.length;
    patches.push({ key, body: patch });
  }
  const isLarge = sizes.patches > Math.min(PATCHED_BYTES_MAX, sizes.all * PATCHED_SHARE_MAX);
  return { contentDigest: hash.digest("hex"), patches: isLarge ? null : patches };
}

/** Both lists side by side, by key. */
function* pairs(
  before: Iterator<Row>,
  after: Iterable<Row>,
): Generator<{ key: string; before: Row | null; after: Row | null }> {
  let old = before.next();
  for (const row of after) {
    while (old.done !== true && old.value.key < row.key) {
      yield { key: old.value.key, before: old.value, after: null };
      old = before.next();
    }
    const isSame = old.done !== true && old.value.key === row.key;
    yield { key: row.key, before: isSame ? old.value : null, after: row };
    if (isSame) old = before.next();
  }
  for (; old.done !== true; old = before.next()) yield { key: old.value.key, before: old.value, after: null };
}

async function writeColumn(dir: string, rows: Iterable<Row>): Promise<SegmentEntry | null> {
  const packed = packScoreColumn(rows);
  if (packed === null) return null;
  const { bytes, digest, contentDigest, firstKey, lastKey, keyCount } = packed;
  const entry = { digest, sizeBytes: bytes.length, contentDigest, firstKey, lastKey, keyCount };
  if (!(await isWhole(dir, entry))) await writeFileAtomic(segmentPath(dir, digest), bytes);
  return entry;
}
