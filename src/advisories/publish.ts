/**
 * Puts segments and a manifest on disk so that a reader, at any moment and after a kill at any moment, sees one whole database:
 * segments first, then the manifest by one rename, then what is no longer needed is removed. Callers hold the lock.
 */
import { createHash } from "node:crypto";
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic-file.ts";
import { makeFolder } from "../io/make-folder.ts";
import { isEntriesFolder, manifestPath, segmentPath, segmentsDir } from "./layout.ts";
import { segmentsOf, writeManifest, type Manifest, type SegmentEntry } from "./manifest.ts";
import type { Row } from "./segment-format.ts";
import { cutSegments, packSegment, type Pack, type PackedSegment } from "./segment-writer.ts";

/** Segments that are packed or waiting to be, so that all threads have work and few contents are held. */
const PACKED_AT_ONCE = 2;

export interface WriteOptions {
  /** Default: here. */
  readonly pack?: Pack;
  /** Told of each segment's content before it is packed. */
  readonly onContent?: (content: Uint8Array) => void;
}

/** Writes rows (sorted by key, each key once) as segment files. They are not part of the database until published. */
export async function writeSegments(
  dir: string,
  rows: Iterable<Row>,
  { pack = packSegment, onContent }: WriteOptions = {},
): Promise<SegmentEntry[]> {
  const entries: SegmentEntry[] = [];
  const packing: Promise<PackedSegment>[] = [];
  const writeNext = async (): Promise<void> => {
    const packed = await packing.shift();
    if (packed !== undefined) entries.push(await writePacked(dir, packed));
  };
  try {
    for (const content of cutSegments(rows)) {
      onContent?.(content);
      packing.push(Promise.resolve(pack(content)));
      if (pack === packSegment || packing.length >= PACKED_AT_ONCE) await writeNext();
    }
    while (packing.length > 0) await writeNext();
  } finally {
    await Promise.allSettled(packing);
  }
  return entries;
}

async function writePacked(dir: string, packed: PackedSegment): Promise<SegmentEntry> {
  const { bytes, digest, contentDigest, firstKey, lastKey, keyCount } = packed;
  const entry = { digest, sizeBytes: bytes.length, contentDigest, firstKey, lastKey, keyCount };
  // A file that is there already may be damaged, so it is only kept when it is what its name says.
  if (!(await isWhole(dir, entry))) await writeFileAtomic(segmentPath(dir, digest), bytes);
  return entry;
}

/** Whether the segment's file is there with the digest it is named by. */
export async function isWhole(dir: string, { digest, sizeBytes }: SegmentEntry): Promise<boolean> {
  try {
    const bytes = await readFile(segmentPath(dir, digest));
    return bytes.length === sizeBytes && createHash("sha256").update(bytes).digest("hex") === digest;
  } catch {
    return false;
  }
}

/** Makes the manifest current and removes segments it does not name. */
export async function publish(dir: string, manifest: Manifest): Promise<void> {
  await makeFolder(segmentsDir(dir));
  await syncFolder(segmentsDir(dir));
  await writeFileAtomic(manifestPath(dir), writeManifest(manifest));
  await syncFolder(dir);
  await removeUnused(dir, manifest);
}

/** A rename is only safe from a power cut when its folder is flushed too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeUnused(dir: string, manifest: Manifest): Promise<void> {
  const folded = manifest.folded.flatMap(({ segments }) => segments);
  const used = new Set([...segmentsOf(manifest), ...folded].map(({ digest }) => digest));
  for (const name of await readdir(segmentsDir(dir))) {
    if (!used.has(name)) await rm(join(segmentsDir(dir), name), { force: true });
  }
  // What a killed writer left behind. A lock in the making may be another process's own: only an old one is.
  for (const name of await readdir(dir)) {
    const isLeftover = /^\.(?:manifest\.json|download)\..*\.tmp$/.test(name);
    const isOldLock =
      /^\.lock\..*\.tmp$/.test(name) && (await ageMs(join(dir, name))) > LOCK_IN_THE_MAKING_MS_MAX;
    if (isLeftover || isOldLock) await rm(join(dir, name), { force: true });
    // The one of this build, too, which is no longer needed.
    if (isEntriesFolder(name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** Making a lock takes milliseconds. */
const LOCK_IN_THE_MAKING_MS_MAX = 10 * 60 * 1000;

/** Milliseconds since a file was written, by the clock of its file system; 0 when it is gone. */
async function ageMs(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null);
  return facts === null ? 0 : Date.now() - facts.mtimeMs;
}
