/** What the middle is handed of a merged image: wanted files with their bytes, and what inspectors said of living files. */
import type { ImageFiles, InspectedFile, WantedFile } from "../domain/files.ts";
import type { LayerProduct } from "./layer-product.ts";
import type { Content, Merged } from "./merge.ts";
import type { LayerBlob } from "./types.ts";
import type { UnpackBudget } from "./unpack-budget.ts";

/** `products` from the bottom, at least as many as were merged. */
export function gatherFiles(
  blobs: readonly LayerBlob[],
  merged: Merged,
  products: readonly LayerProduct[],
  budget: UnpackBudget,
): ImageFiles {
  const wanted = merged.wanted.flatMap((file) => toWantedFile(file, blobs, products, budget));
  return {
    wanted,
    inspected: gatherLooks(blobs, merged, products),
    tree: merged.tree,
    fileCount: merged.fileCount,
    contentBytes: budget.contentBytes,
    verification: products.every((product) => product.isVerified) ? "verified" : "unverified",
    problems: budget.problems(),
  };
}

function toWantedFile(
  file: Merged["wanted"][number],
  blobs: readonly LayerBlob[],
  products: readonly LayerProduct[],
  budget: UnpackBudget,
): WantedFile[] {
  const bytes = bytesOf(file.content, blobs, products, budget);
  if (bytes === null) return [];
  const earlier = file.earlier.flatMap((content) => {
    const old = bytesOf(content, blobs, products, budget);
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
  products: readonly LayerProduct[],
  budget: UnpackBudget,
): Uint8Array | null {
  const body = products[content.layer]?.bodies.get(content.ordinal);
  if (body instanceof Uint8Array) return body;
  // Without a body the layer ended before it came back to the file: that has been reported.
  if (body !== undefined) budget.report(body.code, body.message, diffIdOf(blobs, content.layer), body.path);
  return null;
}

/** A file with several names (hard links) counts once, under the least of them. */
function gatherLooks(
  blobs: readonly LayerBlob[],
  { tree }: Merged,
  products: readonly LayerProduct[],
): readonly InspectedFile[] {
  const paths = new Map<string, { path: string; layerIndex: number; ordinal: number }>();
  tree.eachContent((layerIndex, ordinal, pathOf) => {
    if (products[layerIndex]?.looks.has(ordinal) !== true) return;
    const key = `${layerIndex} ${ordinal}`;
    const path = pathOf();
    const known = paths.get(key);
    if (known === undefined || path < known.path) paths.set(key, { path, layerIndex, ordinal });
  });
  const files = [...paths.values()].flatMap(({ path, layerIndex, ordinal }) => {
    const fact = tree.find(path);
    const sizeBytes = fact?.sizeBytes ?? 0;
    const mode = fact?.mode ?? 0;
    const layer = diffIdOf(blobs, layerIndex);
    const looks = products[layerIndex]?.looks.get(ordinal) ?? [];
    return looks.map((look) => ({ ...look, path, sizeBytes, mode, layer, layerIndex }));
  });
  return files.sort((a, b) => order(a.path, b.path) || order(a.by, b.by));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function diffIdOf(blobs: readonly LayerBlob[], index: number): string {
  return (blobs[index] as LayerBlob).layer.diffId;
}
