/**
 * Brings a published database into a folder, from a registry (`db pull`) or a bundle (`db import`): what is at hand stays, what
 * can be made from it is made, only the rest is fetched. Everything is checked by digest and signature before the one rename
 * that makes it current; whatever fails, the database that was there stays as it was.
 */
import { createHash, type KeyObject } from "node:crypto";
import type { DatabaseStatus } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";
import { mapPool } from "../io/pool.ts";
import { byKey, deltasBetween, deriveSegments } from "./derive-segments.ts";
import { openEnvelope } from "./envelope.ts";
import { isExcluded } from "./excluded.ts";
import { segmentPath } from "./layout.ts";
import { holdBackWorse, type JudgeDatabase } from "./hold-back.ts";
import { withLock } from "./lock.ts";
import {
  partKey,
  segmentsOf,
  statusOf,
  type Manifest,
  type PartEntry,
  type SegmentEntry,
} from "./manifest.ts";
import { isWhole, publish } from "./publish.ts";
import { readPublished } from "./published-manifest.ts";
import { openSegment } from "./segment-reader.ts";
import { contentDigestOf } from "./store-part.ts";
import { openUsable } from "./usable-database.ts";

/** Where a published database lies. */
export interface PublishedSource {
  /** For people and for `db status`. */
  readonly origin: string;
  /** The signed manifest. */
  readonly envelope: Uint8Array;
  /** Whether it holds the file; older deltas may be gone. */
  has(digest: string): boolean;
  /** Bytes of a segment; they are checked by the caller. */
  fetch(segment: SegmentEntry): Promise<Uint8Array>;
}

export interface TakeOptions {
  readonly dir: string;
  readonly source: PublishedSource;
  /** One of these must have signed it; none: anybody is believed, and nobody too. */
  readonly trusted: readonly KeyObject[];
  /** Feeds or parts that are left out; see `isExcluded`. */
  readonly exclude: readonly string[];
  /** Take it although the one at hand is newer. */
  readonly allowOlder: boolean;
  /** As in `UpdateOptions`. */
  readonly judge?: JudgeDatabase;
  readonly signal: AbortSignal | null;
}

export interface TakeReport {
  readonly status: DatabaseStatus;
  /** False: every look-up answers as before. */
  readonly isChanged: boolean;
  /** The trusted key that signed it, or null. */
  readonly keyId: string | null;
  /** Somebody signed it, trusted or not. */
  readonly isSigned: boolean;
  readonly fetchedCount: number;
  /** Of segments and of the signed manifest. */
  readonly fetchedBytes: number;
  /** Segments that were at hand. */
  readonly keptCount: number;
  /** Segments that were made from what was at hand. */
  readonly derivedCount: number;
}

const FETCHES_AT_ONCE = 4;

/** @throws PlimsollError DATABASE_FOREIGN, DATABASE_UNTRUSTED, DATABASE_TAMPERED, DATABASE_OLDER, DATABASE_HELD_BACK,
 * DATABASE_LOCKED; of the source */
export async function takePublished(options: TakeOptions): Promise<TakeReport> {
  const { dir, source, exclude, signal } = options;
  const { payload, keyId, isSigned } = openEnvelope(source.envelope, options.trusted);
  const published = readPublished(payload);
  const wanted = {
    ...published,
    parts: published.parts.filter(({ feed, part }) => !isExcluded(feed, part, exclude)),
  };
  return withLock(dir, async () => {
    const usable = await openUsable(dir, () => true);
    // Files are opened again by who needs them.
    usable.opened.close();
    const before = usable.manifest;
    if (!options.allowOlder) refuseOlder(before, wanted);
    const files = await gather(options, before, wanted);
    const manifest: Manifest = {
      ...withFiles(wanted, files.entries),
      publication: { origin: source.origin, envelope: Buffer.from(source.envelope).toString("utf8"), keyId },
    };
    signal?.throwIfAborted();
    if (options.judge !== undefined) holdBackWorse(dir, manifest, before, options.judge);
    await publish(dir, manifest);
    const status = statusOf(manifest);
    return {
      status,
      isChanged: status.digest !== statusOf(before).digest,
      keyId,
      isSigned,
      fetchedCount: files.fetchedCount,
      fetchedBytes: files.fetchedBytes + source.envelope.byteLength,
      keptCount: files.keptCount,
      derivedCount: files.derivedCount,
    };
  });
}

/** An old database that is offered again would hide what has become known since, signed as it is. */
function refuseOlder(before: Manifest, wanted: Manifest): void {
  const newest = ({ parts }: Manifest): string =>
    parts.reduce((latest, { fetchedAt }) => (fetchedAt > latest ? fetchedAt : latest), "");
  if (before.parts.some(({ demonstration }) => demonstration) || newest(wanted) >= newest(before)) return;
  throw new PlimsollError(
    "DATABASE_OLDER",
    `The published database is of ${newest(wanted)}, the one at hand of ${newest(before)}.`,
    { details: { published: newest(wanted), atHand: newest(before) } },
  );
}

interface Files {
  /** Local entries by content digest. */
  readonly entries: Map<string, SegmentEntry>;
  keptCount: number;
  derivedCount: number;
  fetchedCount: number;
  fetchedBytes: number;
}

/** Makes every file of the wanted manifest lie in the folder. */
async function gather(options: TakeOptions, before: Manifest, wanted: Manifest): Promise<Files> {
  const files: Files = {
    entries: new Map(),
    keptCount: 0,
    derivedCount: 0,
    fetchedCount: 0,
    fetchedBytes: 0,
  };
  await keepWhole(options.dir, before, wanted, files);
  const deltas = wanted.deltas.flatMap(({ segments }) => segments);
  await fetchAll(options, deltas, files);
  await deriveBases(options, before, wanted, files);
  const bases = wanted.parts.flatMap(({ segments, column }) =>
    column === null ? segments : [...segments, column],
  );
  await fetchAll(options, bases, files);
  return files;
}

async function keepWhole(dir: string, before: Manifest, wanted: Manifest, files: Files): Promise<void> {
  const published = new Map(segmentsOf(wanted).map((segment) => [segment.contentDigest, segment.digest]));
  // Whole, since `openUsable` looked; what was made here may be compressed otherwise than published. Then the manifest at hand is not
  // believed: it may have come from somebody who was not to be trusted.
  for (const segment of segmentsOf(before)) {
    const digest = published.get(segment.contentDigest) ?? segment.digest;
    if (digest !== segment.digest && !hasItsContent(dir, segment)) continue;
    files.entries.set(segment.contentDigest, segment);
  }
  for (const segment of segmentsOf(wanted)) {
    // Of an interrupted attempt.
    if (await isWhole(dir, segment)) files.entries.set(segment.contentDigest, segment);
    if (files.entries.has(segment.contentDigest)) files.keptCount += 1;
  }
}

/** Whether the rows of a segment are those that its entry names. False of columns of scores, which are small enough to be fetched. */
function hasItsContent(dir: string, segment: SegmentEntry): boolean {
  const path = segmentPath(dir, segment.digest);
  try {
    const reader = openSegment(path, segment.digest, segment.sizeBytes);
    try {
      return contentDigestOf(reader.rows()) === segment.contentDigest;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "DATABASE_INVALID") return false;
    throw error;
  }
}

async function fetchAll(
  { dir, source, signal }: TakeOptions,
  segments: readonly SegmentEntry[],
  files: Files,
): Promise<void> {
  const missing = new Map(
    segments.filter((each) => !files.entries.has(each.contentDigest)).map((each) => [each.digest, each]),
  );
  await mapPool([...missing.values()], FETCHES_AT_ONCE, async (segment) => {
    signal?.throwIfAborted();
    const bytes = await source.fetch(segment);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (digest !== segment.digest || bytes.byteLength !== segment.sizeBytes) {
      const message = `Segment ${segment.digest.slice(0, 12)} of the published database is not the one that its manifest names.`;
      throw new PlimsollError("DATABASE_TAMPERED", message, { details: { segment: segment.digest, digest } });
    }
    await writeFileAtomic(segmentPath(dir, digest), bytes);
    files.entries.set(segment.contentDigest, segment);
    files.fetchedCount += 1;
    files.fetchedBytes += bytes.byteLength;
  });
}

/** Bases that the deltas lead to, when what is missing of those is less than the bases themselves. */
async function deriveBases(
  options: TakeOptions,
  before: Manifest,
  wanted: Manifest,
  files: Files,
): Promise<void> {
  const known = byKey(before.parts);
  const candidates = wanted.parts.flatMap((target) => {
    const local = known.get(partKey(target));
    const missing = missingOf(target.segments, files);
    const deltas =
      local === undefined || missing.length === 0 ? null : deltasBetween(local, before, target, wanted);
    return local === undefined || deltas === null ? [] : [{ local, target, deltas, missing }];
  });
  const older = candidates.flatMap(({ deltas }) => deltas.flatMap(({ segments }) => segments));
  const needed = missingOf(older, files);
  if (needed.some(({ digest }) => !options.source.has(digest))) return;
  if (sumOf(needed) > sumOf(candidates.flatMap(({ missing }) => missing))) return;
  await fetchAll(options, needed, files);
  for (const { local, target, deltas } of candidates) {
    options.signal?.throwIfAborted();
    const own = deltas.map((delta) => ({
      ...delta,
      segments: delta.segments.map((each) => localOf(each, files)),
    }));
    for (const [content, entry] of await deriveSegments({ dir: options.dir, local, deltas: own, target })) {
      if (files.entries.has(content)) continue;
      files.entries.set(content, entry);
      files.derivedCount += 1;
    }
  }
}

function missingOf(segments: readonly SegmentEntry[], { entries }: Files): SegmentEntry[] {
  const missing = segments.filter(({ contentDigest }) => !entries.has(contentDigest));
  return [...new Map(missing.map((segment) => [segment.digest, segment])).values()];
}

function sumOf(segments: readonly SegmentEntry[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function localOf(segment: SegmentEntry, { entries }: Files): SegmentEntry {
  return entries.get(segment.contentDigest) ?? segment;
}

/** The manifest with the files as they lie here. Folded deltas have served their turn. */
function withFiles(manifest: Manifest, entries: Files["entries"]): Manifest {
  const local = (segment: SegmentEntry): SegmentEntry => entries.get(segment.contentDigest) ?? segment;
  const parts = manifest.parts.map((part): PartEntry => {
    const column = part.column === null ? null : local(part.column);
    return { ...part, segments: part.segments.map(local), column };
  });
  const deltas = manifest.deltas.map((delta) => ({ ...delta, segments: delta.segments.map(local) }));
  return { ...manifest, parts, deltas, folded: [] };
}
