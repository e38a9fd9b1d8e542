/**
 * Step 2: the layers of an image read, checked and merged. Only the bytes of wanted files are kept and nothing is ever
 * written. Two layers are read side by side, the largest first; each is merged as soon as all below it are.
 *
 * Bad input is a problem and an incomplete result. One thing is thrown: a layer with another digest, or asked to verify
 * another diff ID, than the image names (DIGEST_MISMATCH), because whatever it holds, it is not this image.
 */
import type { ImageFiles, KeepsHistory, UnpackLimits, WantedFile, WantsFile } from "../domain/files.ts";
import { createFileHasher } from "../io/file-hash.ts";
import { mapPool } from "../io/pool.ts";
import { createLayerEntries, findObstacle, type Body, type LayerEntries } from "./layer-entries.ts";
import { readLayer, type LayerReading } from "./layer-read.ts";
import { createMerger, type Content, type Merged } from "./merge.ts";
import type { LayerBlob } from "./types.ts";
import { UnpackBudget } from "./unpack-budget.ts";

export interface UnpackOptions {
  readonly wants: WantsFile;
  /** Default: of no file. */
  readonly keepsHistory?: KeepsHistory;
  readonly limits: UnpackLimits;
  /**
   * Check everything: also the digests of uncompressed layers in an archive, which are read by seeking otherwise, and the
   * content of every layer, which its diff ID names. Without it a config may name other diff IDs than its layers have.
   */
  readonly verify: boolean;
  readonly signal: AbortSignal | null;
  /** Monotonic clock in milliseconds: `() => performance.now()`. */
  readonly now: () => number;
}

/** Layers that are inflated at the same time; a third would only wait for the same two cores and take memory. */
const LAYERS_AT_ONCE = 2;

/**
 * The merged files of an image. `blobs` from the bottom.
 * @throws PlimsollError DIGEST_MISMATCH; the signal's reason; what a stream throws; system errors of reading
 */
export async function unpack(blobs: readonly LayerBlob[], options: UnpackOptions): Promise<ImageFiles> {
  const budget = new UnpackBudget(options.limits, options.now);
  const hasher = createFileHasher();
  const reading: LayerReading = { budget, hasher, verify: options.verify, signal: options.signal };
  try {
    const { merged, bodies, isVerified } = await readAndMerge(blobs, options, reading);
    await readMissing(blobs, merged, bodies, reading);
    const wanted = merged.wanted.flatMap((file) => toWantedFile(file, blobs, bodies, budget));
    return {
      wanted,
      inspected: [],
      tree: null,
      fileCount: merged.fileCount,
      contentBytes: budget.contentBytes,
      verification: isVerified ? "verified" : "unverified",
      problems: budget.problems(),
    };
  } finally {
    await hasher.close();
  }
}

/** Bodies by layer, then by ordinal. */
type Bodies = Map<number, Map<number, Body>>;

async function readAndMerge(
  blobs: readonly LayerBlob[],
  options: UnpackOptions,
  reading: LayerReading,
): Promise<{ merged: Merged; bodies: Bodies; isVerified: boolean }> {
  const { budget } = reading;
  const merger = createMerger({
    wants: options.wants,
    keepsHistory: options.keepsHistory ?? (() => false),
    pathsMax: budget.limits.entriesMax,
    goesOn: () => budget.hasTime(),
    onProblem: ({ code, message, path }, layer) => {
      budget.report(code, message, layer === null ? null : diffIdOf(blobs, layer), path);
    },
  });
  const waiting = new Map<number, LayerEntries>();
  const bodies: Bodies = new Map();
  let nextLayer = 0;
  const order = blobs.map((_, index) => index).sort((a, b) => sizeOf(blobs, b) - sizeOf(blobs, a) || a - b);
  const verified = await mapPool(order, LAYERS_AT_ONCE, async (index) => {
    const entries = createLayerEntries(diffIdOf(blobs, index), options.wants, budget);
    const isVerified = await readLayer(blobs[index] as LayerBlob, entries.parserOptions, reading);
    waiting.set(index, entries);
    bodies.set(index, new Map(entries.bodies));
    for (let next = waiting.get(nextLayer); next !== undefined; next = waiting.get(nextLayer)) {
      merger.apply(nextLayer, next.log);
      waiting.delete(nextLayer);
      nextLayer += 1;
    }
    return isVerified;
  });
  return { merged: merger.finish(), bodies, isVerified: verified.every(Boolean) };
}

/**
 * Reads again the few layers with a file that turned out to be wanted under another path than its own (through a link).
 */
async function readMissing(
  blobs: readonly LayerBlob[],
  merged: Merged,
  bodies: Bodies,
  reading: LayerReading,
): Promise<void> {
  const missing = new Map<number, Map<number, string>>();
  for (const { content, path } of merged.wanted) {
    if (bodies.get(content.layer)?.has(content.ordinal) === true) continue;
    const ordinals = missing.get(content.layer) ?? new Map<number, string>();
    missing.set(content.layer, ordinals.set(content.ordinal, path));
  }
  await mapPool([...missing], LAYERS_AT_ONCE, async ([layer, ordinals]) => {
    const found = bodies.get(layer) ?? new Map<number, Body>();
    bodies.set(layer, found);
    const parserOptions = {
      wants: (entry: Parameters<typeof findObstacle>[0]) => {
        const path = ordinals.get(entry.ordinal);
        if (path === undefined) return false;
        const problem = findObstacle(entry, path, reading.budget);
        if (problem !== null) found.set(entry.ordinal, problem);
        return problem === null;
      },
      onEntry: (entry: { readonly ordinal: number }, body: Uint8Array | null) => {
        if (body !== null) found.set(entry.ordinal, body);
      },
      bodyBytesMax: reading.budget.limits.wantedFileBytesMax,
    };
    await readLayer(blobs[layer] as LayerBlob, parserOptions, reading);
  });
}

function toWantedFile(
  file: Merged["wanted"][number],
  blobs: readonly LayerBlob[],
  bodies: Bodies,
  budget: UnpackBudget,
): WantedFile[] {
  const bytes = bytesOf(file.content, blobs, bodies, budget);
  if (bytes === null) return [];
  const earlier = file.earlier.flatMap((content) => {
    const old = bytesOf(content, blobs, bodies, budget);
    if (old === null) return [];
    return [{ bytes: old, layer: diffIdOf(blobs, content.layer), layerIndex: content.layer }];
  });
  const layerIndex = file.content.layer;
  return [
    {
      path: file.path,
      bytes,
      layer: diffIdOf(blobs, layerIndex),
      layerIndex,
      ...(earlier.length > 0 ? { earlier } : {}),
    },
  ];
}

/** Null, and a problem, for a file that could not be read. */
function bytesOf(
  content: Content,
  blobs: readonly LayerBlob[],
  bodies: Bodies,
  budget: UnpackBudget,
): Uint8Array | null {
  const body = bodies.get(content.layer)?.get(content.ordinal);
  if (body instanceof Uint8Array) return body;
  // Without a body the layer ended before it came back to the file: that has been reported.
  if (body !== undefined) budget.report(body.code, body.message, diffIdOf(blobs, content.layer), body.path);
  return null;
}

function diffIdOf(blobs: readonly LayerBlob[], index: number): string {
  return (blobs[index] as LayerBlob).layer.diffId;
}

function sizeOf(blobs: readonly LayerBlob[], index: number): number {
  return (blobs[index] as LayerBlob).layer.sizeBytes;
}
