/**
 * Step 2: the layers of an image read, checked and merged. Only the bytes of wanted files and what inspectors found are kept,
 * and nothing is ever written but the cache of layers. Two layers are read side by side, the largest first; each is merged as
 * soon as all below it are.
 *
 * Bad input is a problem and an incomplete result. One thing is thrown: a layer with another digest, or asked to verify
 * another diff ID, than the image names (DIGEST_MISMATCH), because whatever it holds, it is not this image.
 */
import type { ImageFiles, Inspector, KeepsHistory, UnpackLimits, WantsFile } from "../domain/files.ts";
import type { LayerCache } from "../domain/ports.ts";
import { isIncomplete } from "../domain/problem.ts";
import { createFileHasher, type FileHasher } from "../io/file-hash.ts";
import { mapPool } from "../io/pool.ts";
import { findBuriedFiles, type BuriedFiles } from "./buried-files.ts";
import { gatherFiles } from "./gather-files.ts";
import { createLayerEntries, findObstacle, type LayerWishes } from "./layer-entries.ts";
import { decodeProduct, encodeProduct, type LayerProduct } from "./layer-product.ts";
import { readLayer, type LayerReading } from "./layer-read.ts";
import { createMerger, type Merged } from "./merge.ts";
import type { LayerBlob } from "./types.ts";
import { UnpackBudget } from "./unpack-budget.ts";

export interface UnpackOptions {
  readonly wants: WantsFile;
  /** Default: of no file. */
  readonly keepsHistory?: KeepsHistory;
  /** Default: none. */
  readonly inspectors?: readonly Inspector[];
  readonly limits: UnpackLimits;
  /**
   * Check everything: also the digests of uncompressed layers in an archive, which are read by seeking otherwise, and the
   * content of every layer, which its diff ID names. Without it a config may name other diff IDs than its layers have.
   */
  readonly verify: boolean;
  /** Hashes ranges of files; closed at the end. Default: a thread of this process. */
  readonly hasher?: FileHasher;
  /** Layers read before by the same `wants` and `inspectors`. Default: none. */
  readonly cache?: LayerCache | null;
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
  const run = startRun(blobs, options);
  try {
    const { merged, products } = await readAndMerge(run);
    await readMissing(run, merged, products);
    await Promise.all(run.storing);
    for (const { log } of products) log.drop();
    return gatherFiles(blobs, merged, products, run.budget);
  } finally {
    await run.reading.hasher.close();
  }
}

/** The same, with what later layers deleted or replaced. @throws as `unpack` */
export async function unpackWithBuried(
  blobs: readonly LayerBlob[],
  options: UnpackOptions,
): Promise<{ readonly files: ImageFiles; readonly buried: BuriedFiles }> {
  const run = startRun(blobs, options);
  try {
    const { merged, products } = await readAndMerge(run);
    await readMissing(run, merged, products);
    await Promise.all(run.storing);
    const buried = findBuriedFiles(blobs, merged, products);
    return { files: gatherFiles(blobs, merged, products, run.budget), buried };
  } finally {
    await run.reading.hasher.close();
  }
}

/**
 * The same for every number of layers that takes something away that was wanted, and for all layers last: what
 * each layer's image was like for somebody who stopped there. For packages that a later layer deleted.
 * @throws as `unpack`
 */
export async function unpackSteps(
  blobs: readonly LayerBlob[],
  options: UnpackOptions,
): Promise<readonly { readonly layerCount: number; readonly files: ImageFiles }[]> {
  const run = startRun(blobs, options);
  try {
    const { merged, products } = await readAndMerge(run);
    await readMissing(run, merged, products);
    const steps = [];
    for (let layerCount = 1; layerCount < blobs.length; layerCount += 1) {
      if (!takesAway(products[layerCount])) continue;
      const merger = startMerger(run);
      for (const [layer, product] of products.slice(0, layerCount).entries())
        merger.apply(layer, product.log);
      const lower = merger.finish();
      await readMissing(run, lower, products);
      steps.push({ layerCount, files: gatherFiles(blobs, lower, products, run.budget) });
    }
    await Promise.all(run.storing);
    steps.push({ layerCount: blobs.length, files: gatherFiles(blobs, merged, products, run.budget) });
    return steps;
  } finally {
    await run.reading.hasher.close();
  }
}

/** Whether a layer may remove or replace something of those below it. */
function takesAway(product: LayerProduct | undefined): boolean {
  if (product === undefined) return false;
  for (const entry = product.log.read(); entry.next();) {
    if (entry.kind === "whiteout" || entry.kind === "opaque" || entry.isWanted) return true;
  }
  return false;
}

interface Run {
  readonly blobs: readonly LayerBlob[];
  readonly options: UnpackOptions;
  readonly wishes: LayerWishes;
  readonly budget: UnpackBudget;
  readonly reading: LayerReading;
  /** Products on their way into the cache. */
  readonly storing: Promise<void>[];
}

function startRun(blobs: readonly LayerBlob[], options: UnpackOptions): Run {
  const budget = new UnpackBudget(options.limits, options.now);
  const reading = {
    budget,
    hasher: options.hasher ?? createFileHasher(),
    verify: options.verify,
    signal: options.signal,
  };
  const wishes = { wants: options.wants, inspectors: options.inspectors ?? [] };
  return { blobs, options, wishes, budget, reading, storing: [] };
}

function startMerger({ blobs, options, budget }: Run): ReturnType<typeof createMerger> {
  return createMerger({
    wants: options.wants,
    keepsHistory: options.keepsHistory ?? (() => false),
    pathsMax: budget.limits.entriesMax,
    goesOn: () => budget.hasTime(),
    onProblem: ({ code, message, path }, layer) => {
      budget.report(code, message, layer === null ? null : diffIdOf(blobs, layer), path);
    },
  });
}

async function readAndMerge(run: Run): Promise<{ merged: Merged; products: readonly LayerProduct[] }> {
  const { blobs } = run;
  const merger = startMerger(run);
  const products: LayerProduct[] = [];
  let nextLayer = 0;
  const order = blobs.map((_, index) => index).sort((a, b) => sizeOf(blobs, b) - sizeOf(blobs, a) || a - b);
  await mapPool(order, LAYERS_AT_ONCE, async (index) => {
    products[index] = (await recallLayer(run, index)) ?? (await readAndStore(run, index));
    for (let next = products[nextLayer]; next !== undefined; next = products[nextLayer]) {
      merger.apply(nextLayer, next.log);
      nextLayer += 1;
    }
  });
  return { merged: merger.finish(), products };
}

/** The layer as an earlier run read it; it counts for the limits as if it had been read now. */
async function recallLayer(run: Run, index: number): Promise<LayerProduct | null> {
  const { options, budget } = run;
  const digest = cacheKey(run, index);
  const bytes = digest === null ? null : ((await options.cache?.get(digest)) ?? null);
  const product = bytes === null ? null : await decodeProduct(bytes);
  const layer = diffIdOf(run.blobs, index);
  // Who asks for proof of the content gets no layer that was read without, or whose content has another diff ID.
  if (product === null || (options.verify && product.provedDiffId !== layer)) return null;
  if (!budget.takeContent(product.contentBytes, product.contentBytes, null, layer)) return null;
  if (!budget.takeEntries(product.log.length)) return null;
  for (const { code, message, path } of product.problems) budget.report(code, message, layer, path);
  return product;
}

/** Only a blob that is proved by its own digest is remembered by it. */
function cacheKey({ blobs, options }: Run, index: number): string | null {
  if (options.cache === undefined || options.cache === null) return null;
  const { proof } = blobs[index] as LayerBlob;
  return proof.of === "blob" || options.verify ? proof.digest : null;
}

async function readAndStore(run: Run, index: number): Promise<LayerProduct> {
  const { budget, wishes, options } = run;
  const blob = run.blobs[index] as LayerBlob;
  const { diffId } = blob.layer;
  const entries = createLayerEntries(diffId, wishes, budget);
  const { isVerified, contentBytes } = await readLayer(blob, entries.parserOptions, run.reading);
  const problems = budget.problemsOf(diffId);
  const product: LayerProduct = {
    log: entries.log,
    bodies: new Map(entries.bodies),
    looks: entries.looks,
    isVerified,
    provedDiffId: isVerified && options.verify ? diffId : null,
    contentBytes,
    problems: problems ?? [],
  };
  const isWhole = problems !== null && !problems.some(isIncomplete) && !budget.isSpent;
  if (isVerified && isWhole) store(run, index, product);
  return product;
}

/** In the background, beside the layers that are still to be read. */
function store(run: Run, index: number, product: LayerProduct): void {
  const { cache } = run.options;
  const digest = cacheKey(run, index);
  if (digest === null || cache === undefined || cache === null) return;
  run.storing.push(encodeProduct(product).then((bytes) => cache.put(digest, bytes)));
}

/**
 * Reads again the few layers with a file that turned out to be wanted under another path than its own (through a link).
 */
async function readMissing(run: Run, merged: Merged, products: readonly LayerProduct[]): Promise<void> {
  const missing = new Map<number, Map<number, string>>();
  for (const { content, path } of merged.wanted) {
    if (products[content.layer]?.bodies.has(content.ordinal) === true) continue;
    const ordinals = missing.get(content.layer) ?? new Map<number, string>();
    missing.set(content.layer, ordinals.set(content.ordinal, path));
  }
  await mapPool([...missing], LAYERS_AT_ONCE, async ([layer, ordinals]) => {
    const product = products[layer] as LayerProduct;
    const found = product.bodies;
    const parserOptions = {
      wants: (entry: Parameters<typeof findObstacle>[0]) => {
        const path = ordinals.get(entry.ordinal);
        if (path === undefined) return false;
        const problem = findObstacle(entry, path, run.budget);
        if (problem !== null) found.set(entry.ordinal, problem);
        return problem === null;
      },
      onEntry: (entry: { readonly ordinal: number }, body: Uint8Array | null) => {
        if (body !== null) found.set(entry.ordinal, body);
      },
      bodyBytesMax: run.budget.limits.wantedFileBytesMax,
    };
    await readLayer(run.blobs[layer] as LayerBlob, parserOptions, run.reading);
    // The next image on this layer most likely has the same links.
    if (product.isVerified && !product.problems.some(isIncomplete)) store(run, layer, product);
  });
}

function diffIdOf(blobs: readonly LayerBlob[], index: number): string {
  return (blobs[index] as LayerBlob).layer.diffId;
}

function sizeOf(blobs: readonly LayerBlob[], index: number): number {
  return (blobs[index] as LayerBlob).layer.sizeBytes;
}
