/**
 * The images that this machine knows, in two folders: those that a person named (as a base, or in an environment) stay until they are
 * removed; those that were analysed lie in the cache, and go with it.
 */
import { join } from "node:path";
import { boundCache } from "../analysis/cache-files.ts";
import { openKnownImages, type KnownImages } from "../analysis/known-images.ts";
import { toKnownImage, toStoredInventory } from "../analysis/known-image.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { KnownImage, StoredInventory } from "../domain/known-image.ts";
import { printable } from "../domain/problem.ts";
import type { CliContext } from "./context.ts";

/** What a person named. */
export function keptImages({ config }: CliContext): KnownImages {
  return openKnownImages(config.imagesDir);
}

/** What was analysed. */
function analysedImages({ config }: CliContext): KnownImages {
  return openKnownImages(join(config.cacheDir, "images"));
}

/** Both, what a person named first; without the cache only that. */
export function knownImages(context: CliContext): readonly KnownImages[] {
  return context.config.useCache ? [keptImages(context), analysedImages(context)] : [keptImages(context)];
}

/** Every known name, of each image and name once, the one that was recorded last first. */
export async function listKnown(context: CliContext): Promise<readonly KnownImage[]> {
  const lists = await Promise.all(knownImages(context).map((store) => store.list()));
  const byName = new Map<string, KnownImage>();
  for (const image of lists.flat()) {
    const key = `${image.repository}:${image.tag ?? ""}@${image.digest}`;
    if (!byName.has(key)) byName.set(key, image);
  }
  return [...byName.values()].toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1));
}

/** What is kept of the image; null: nothing is any more. */
export async function findInventory(context: CliContext, digest: string): Promise<StoredInventory | null> {
  for (const store of knownImages(context)) {
    const found = await store.inventory(digest);
    if (found !== null) return found;
  }
  return null;
}

/** Keeps an image that was analysed, so that it is known as a base and can be compared with. What cannot be written is no failure. */
export async function recordAnalysed(
  context: CliContext,
  analysis: Analysis,
  isDebugging: boolean,
): Promise<void> {
  if (!context.config.useCache) return;
  const image = toKnownImage(analysis, { now: context.clock(), by: "analysis" });
  if (image === null) return;
  const store = analysedImages(context);
  try {
    if (await store.has(image)) return;
    const inventory = toStoredInventory(analysis);
    if (inventory === null) return;
    await store.put(image, inventory);
    await boundCache(context.config.cacheDir, context.config.cacheBytesMax);
  } catch (error) {
    // The cache itself warns of a folder that cannot be written.
    const reason = printable(error instanceof Error ? error.message : String(error));
    if (isDebugging) context.stderr.write(`debug: the image was not kept: ${reason}\n`);
  }
}
