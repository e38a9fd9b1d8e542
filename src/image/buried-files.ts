/**
 * What is in the layers of an image and not in its merged tree: files that a later layer deleted or replaced. Nobody sees them
 * when the image runs, but everybody who has the image has them.
 */
import type { BuriedFiles, LayerWaste } from "../domain/hygiene.ts";
import type { LayerProduct } from "./layer-product.ts";
import type { Merged } from "./merge.ts";
import type { LayerBlob } from "./types.ts";

export type { BuriedFiles };

/** `products` from the bottom, all of which were merged. */
export function findBuriedFiles(
  blobs: readonly LayerBlob[],
  { tree }: Merged,
  products: readonly LayerProduct[],
): BuriedFiles {
  const living = products.map(() => new Set<number>());
  tree.eachContent((layer, ordinal) => living[layer]?.add(ordinal));
  const waste: LayerWaste[] = [];
  const buried: Buried[] = [];
  for (const [layerIndex, { log, looks }] of products.entries()) {
    let bytes = 0;
    let fileCount = 0;
    for (const entry = log.read(); entry.next();) {
      const { kind, ordinal, sizeBytes } = entry;
      if (kind !== "file" || living[layerIndex]?.has(ordinal) === true) continue;
      bytes += sizeBytes;
      fileCount += 1;
      if (!looks.has(ordinal)) continue;
      const { path, mode } = entry;
      buried.push({ path, sizeBytes, mode, layerIndex, ordinal, removedIn: null });
    }
    if (fileCount > 0) waste.push({ layerIndex, bytes, fileCount });
  }
  findRemovals(buried, products);
  const layerOf = (index: number): string => blobs[index]?.layer.diffId ?? "";
  const inspected = buried.flatMap(({ path, sizeBytes, mode, layerIndex, ordinal, removedIn }) => {
    // Without a remover it is replaced within its own layer.
    const remover = removedIn ?? layerIndex;
    const place = { path, sizeBytes, mode, layer: layerOf(layerIndex), layerIndex };
    const looks = products[layerIndex]?.looks.get(ordinal) ?? [];
    return looks.map((look) => ({
      file: { ...look, ...place },
      removedIn: { layer: layerOf(remover), layerIndex: remover },
    }));
  });
  return { inspected, waste };
}

interface Buried {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly layerIndex: number;
  readonly ordinal: number;
  removedIn: number | null;
}

/** The first layer above that takes the path or a folder of it away, or writes something else there. */
function findRemovals(buried: readonly Buried[], products: readonly LayerProduct[]): void {
  if (buried.length === 0) return;
  const byPath = Map.groupBy(buried, ({ path }) => path);
  const byFolder = new Map<string, Buried[]>();
  for (const file of buried) {
    for (let at = file.path.lastIndexOf("/"); at > 0; at = file.path.lastIndexOf("/", at - 1)) {
      const folder = file.path.slice(0, at);
      const files = byFolder.get(folder);
      if (files === undefined) byFolder.set(folder, [file]);
      else files.push(file);
    }
  }
  for (const [layerIndex, { log }] of products.entries()) {
    for (const entry = log.read(); entry.next();) {
      const { kind, path } = entry;
      const below = kind === "directory" ? [] : path === "" ? buried : (byFolder.get(path) ?? []);
      const same = kind === "opaque" ? [] : (byPath.get(path) ?? []);
      for (const file of [...below, ...same]) {
        if (file.layerIndex < layerIndex) file.removedIn ??= layerIndex;
      }
    }
  }
}
