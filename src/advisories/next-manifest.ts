/**
 * From the database at hand and what an update or build found to the next manifest: one delta of all that changed, and, when
 * deltas have grown, new bases of the parts that they touch.
 *
 * A new base holds exactly what the deltas before this update made of the old one. So whoever has those deltas can make it
 * without a download (`derive-segments.ts`), and the update itself is no larger than on any other day.
 */
import { partKey, type DeltaEntry, type Manifest, type PartEntry } from "./manifest.ts";
import type { OpenPart } from "./open-parts.ts";
import { writeSegments } from "./publish.ts";
import type { Row } from "./segment-format.ts";
import { rowsOf, type PartRows } from "./store-part.ts";

export interface NextManifest {
  readonly dir: string;
  /** The manifest at hand without parts that cannot be used. */
  readonly previous: Manifest;
  /** The parts of `previous`, opened. */
  readonly opened: readonly OpenPart[];
  readonly parts: readonly PartEntry[];
  /** Patches of parts, by `partKey`. */
  readonly patches: ReadonlyMap<string, readonly Row[]>;
}

/** Deltas are folded into bases past this share of their bytes, or past this number. */
const DELTA_SHARE_MAX = 0.1;
/** Less than this is not worth a new base. */
const DELTA_BYTES_MIN = 64 * 1024;
const DELTAS_MAX = 32;

/** Folded deltas are kept as long as they are less than new bases would cost whoever comes late, and all files stay few. */
const FOLDED_SHARE_MAX = 0.5;
const FILES_MAX = 200;

/** Writes what is needed beside the files at hand. @throws PlimsollError DATABASE_INVALID; system errors */
export async function makeNextManifest(next: NextManifest): Promise<Manifest> {
  const { previous, dir } = next;
  const number = previous.number + 1;
  const delta = await writeDelta(dir, number, next.patches);
  const deltas = previous.deltas.filter((each) => next.parts.some((part) => isTouched(part, each)));
  const all = delta === null ? deltas : [...deltas, delta];
  const parts = delta === null && !hasChanged(next) ? next.parts : await folded(next, all, deltas);
  const left = all.filter((each) => parts.some((part) => isTouched(part, each)));
  const gone = deltas.filter((each) => !left.includes(each));
  return {
    format: 3,
    number: hasChanged(next) || delta !== null ? number : previous.number,
    parts,
    deltas: left,
    folded: keepFolded([...previous.folded, ...gone], parts, left),
    publication: null,
  };
}

/** Whether the part's rows are changed by the delta. */
export function isTouched(part: PartEntry, { number, parts }: DeltaEntry): boolean {
  return part.since < number && parts.includes(partKey(part));
}

function hasChanged({ previous, parts }: NextManifest): boolean {
  const content = (entries: readonly PartEntry[]): string =>
    entries
      .map((entry) => `${partKey(entry)} ${entry.contentDigest}`)
      .sort()
      .join();
  return content(previous.parts) !== content(parts);
}

async function writeDelta(
  dir: string,
  number: number,
  patches: NextManifest["patches"],
): Promise<DeltaEntry | null> {
  const parts = [...patches].filter(([, rows]) => rows.length > 0).map(([part]) => part);
  if (parts.length === 0) return null;
  const rows = parts.flatMap((part) =>
    (patches.get(part) ?? []).map(({ key, body }) => ({ key: `${part}\n${key}`, body })),
  );
  rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { number, parts: parts.sort(), segments: await writeSegments(dir, rows) };
}

/** The parts, with those that the older deltas touch based anew when deltas have grown. */
async function folded(
  { dir, parts, opened }: NextManifest,
  all: readonly DeltaEntry[],
  older: readonly DeltaEntry[],
): Promise<readonly PartEntry[]> {
  const limit = Math.max(DELTA_BYTES_MIN, sizeOfBases(parts) * DELTA_SHARE_MAX);
  const until = older.at(-1)?.number;
  if (until === undefined || (all.length <= DELTAS_MAX && sizeOf(all) <= limit)) return parts;
  const based: PartEntry[] = [];
  for (const part of parts) {
    const open = opened.find(({ entry }) => partKey(entry) === partKey(part));
    const isOlder = older.some((delta) => isTouched(part, delta));
    based.push(
      open === undefined || !isOlder ? part : { ...part, ...(await basedAnew(dir, open, part, until)) },
    );
  }
  return based;
}

async function basedAnew(dir: string, open: OpenPart, part: PartEntry, until: number): Promise<PartRows> {
  return { ...rowsOf(part), since: until, segments: await writeSegments(dir, open.rows(until)) };
}

/** The newest folded deltas that are worth being kept, without a gap. */
function keepFolded(
  candidates: readonly DeltaEntry[],
  parts: readonly PartEntry[],
  deltas: readonly DeltaEntry[],
): readonly DeltaEntry[] {
  const bytesMax = sizeOfBases(parts) * FOLDED_SHARE_MAX;
  let files = parts.reduce((sum, part) => sum + part.segments.length + 1, 0) + deltas.length;
  const kept: DeltaEntry[] = [];
  for (const delta of candidates.toReversed()) {
    files += delta.segments.length;
    if (files > FILES_MAX || sizeOf([...kept, delta]) > bytesMax) break;
    kept.unshift(delta);
  }
  return kept;
}

export function sizeOf(deltas: readonly DeltaEntry[]): number {
  return deltas.flatMap(({ segments }) => segments).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function sizeOfBases(parts: readonly PartEntry[]): number {
  return parts.flatMap(({ segments }) => segments).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
