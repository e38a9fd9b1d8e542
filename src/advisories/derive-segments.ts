/**
 * New bases made from what is at hand. A publisher's new base holds what the deltas before it made of the old one, so a client
 * that has those deltas has the rows: they are cut at the keys that the manifest lists, and the content digest tells whether they
 * are the same.
 */
import { writeFileAtomic } from "../io/atomic-file.ts";
import { segmentPath } from "./layout.ts";
import { partKey, type DeltaEntry, type Manifest, type PartEntry, type SegmentEntry } from "./manifest.ts";
import { isTouched } from "./next-manifest.ts";
import { openParts, type OpenPart } from "./open-parts.ts";
import type { Row } from "./segment-format.ts";
import { packOneSegment } from "./segment-writer.ts";

/** The deltas by which the local part becomes the published base, or null when they are not all known. By number. */
export function deltasBetween(
  local: PartEntry,
  localManifest: Manifest,
  target: PartEntry,
  published: Manifest,
): readonly DeltaEntry[] | null {
  if (local.since > target.since) return null;
  const theirs = [...published.folded, ...published.deltas];
  // Older ones than the oldest that is kept may be missing.
  const oldest = theirs[0]?.number ?? Infinity;
  if (Math.max(local.since, localManifest.number) < Math.min(oldest - 1, target.since)) return null;
  const known = new Map([...localManifest.deltas, ...theirs].map((delta) => [delta.number, delta]));
  return [...known.values()]
    .filter((delta) => isTouched(local, delta) && delta.number <= target.since)
    .sort((a, b) => a.number - b.number);
}

export interface DeriveRequest {
  readonly dir: string;
  /** At hand, with all its files and those of `deltas`. */
  readonly local: PartEntry;
  readonly deltas: readonly DeltaEntry[];
  /** As published. */
  readonly target: PartEntry;
}

/**
 * Writes the segments of the published base and returns them by their content digest; fewer, or none, when the rows are others.
 * A segment has the published content, but where this program compresses otherwise not the published digest.
 */
export async function deriveSegments(request: DeriveRequest): Promise<ReadonlyMap<string, SegmentEntry>> {
  const { dir, local, deltas, target } = request;
  const derived = new Map<string, SegmentEntry>();
  const opened = openParts(dir, { parts: [local], deltas });
  try {
    const [part] = opened.parts;
    if (part === undefined) return derived;
    for (const { rows, wanted } of cut(part, target)) {
      const packed = packOneSegment(rows);
      if (packed === null || packed.contentDigest !== wanted.contentDigest) return derived;
      const { bytes, digest, contentDigest, firstKey, lastKey, keyCount } = packed;
      await writeFileAtomic(segmentPath(dir, digest), bytes);
      const entry = { digest, sizeBytes: bytes.length, contentDigest, firstKey, lastKey, keyCount };
      derived.set(contentDigest, entry);
    }
    return derived;
  } finally {
    opened.close();
  }
}

/** The rows of each segment, by the last keys that the manifest lists. */
function* cut(
  part: OpenPart,
  { segments, since }: PartEntry,
): Generator<{ rows: readonly Row[]; wanted: SegmentEntry }> {
  const rows = part.rows(since);
  let row = rows.next();
  for (const wanted of segments) {
    const taken: Row[] = [];
    for (; row.done !== true && row.value.key <= wanted.lastKey; row = rows.next()) taken.push(row.value);
    yield { rows: taken, wanted };
  }
}

/** Label and entry of parts, to find one by the other. */
export function byKey(parts: readonly PartEntry[]): ReadonlyMap<string, PartEntry> {
  return new Map(parts.map((part) => [partKey(part), part]));
}
