/** What of the database in a folder a writer may build on: parts whose files are all whole, and the deltas that they need. */
import { PlimsollError } from "../domain/error.ts";
import { readCurrentManifest } from "./database.ts";
import { emptyManifest, type Manifest, type PartEntry } from "./manifest.ts";
import { isTouched } from "./next-manifest.ts";
import { openParts, type OpenParts } from "./open-parts.ts";
import { isWhole } from "./publish.ts";

export interface UsableDatabase {
  readonly manifest: Manifest;
  /** The parts of `manifest`. To be closed by the caller. */
  readonly opened: OpenParts;
}

/** No database yet, or a damaged one, is an empty one: an update is how it is made whole. @throws system errors */
export async function openUsable(
  dir: string,
  mayUse: (entry: PartEntry) => boolean,
): Promise<UsableDatabase> {
  const manifest = await withoutDamage(dir, readOrEmpty(dir), mayUse);
  return { manifest, opened: openParts(dir, manifest) };
}

function readOrEmpty(dir: string): Manifest {
  try {
    return readCurrentManifest(dir);
  } catch (error) {
    if (error instanceof PlimsollError) return emptyManifest;
    throw error;
  }
}

async function withoutDamage(
  dir: string,
  manifest: Manifest,
  mayUse: (entry: PartEntry) => boolean,
): Promise<Manifest> {
  const broken = new Set<string>();
  const segments = [
    ...manifest.parts.flatMap((part) =>
      part.column === null ? part.segments : [...part.segments, part.column],
    ),
    ...[...manifest.deltas, ...manifest.folded].flatMap((delta) => delta.segments),
  ];
  for (const segment of segments) if (!(await isWhole(dir, segment))) broken.add(segment.digest);
  const isBroken = (all: readonly { readonly digest: string }[]): boolean =>
    all.some(({ digest }) => broken.has(digest));
  const lost = manifest.deltas.filter((delta) => isBroken(delta.segments));
  const parts = manifest.parts.filter((part) => {
    const own = part.column === null ? part.segments : [...part.segments, part.column];
    return mayUse(part) && !isBroken(own) && !lost.some((delta) => isTouched(part, delta));
  });
  const deltas = manifest.deltas.filter((delta) => !lost.includes(delta));
  const folded = manifest.folded.slice(
    manifest.folded.findLastIndex((delta) => isBroken(delta.segments)) + 1,
  );
  return { ...manifest, parts, deltas, folded };
}
