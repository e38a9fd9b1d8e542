/** The known images that an image was built on, told by its layers. */
import { chainIds } from "../domain/chain-id.ts";
import { historyIds } from "../domain/history-id.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { KnownImage } from "../domain/known-image.ts";
import type { BaseByLayers } from "../domain/ports.ts";
import type { KnownImages } from "./known-images.ts";

type AskedImage = Pick<ResolvedImage, "digest" | "indexDigest" | "repository" | "config" | "layers">;

/**
 * Every base, the lowest first, one for each number of layers. An earlier build of the same thing is none: what stands in the repository of
 * the image is left out. An image with all of the layers is one only if the asked one repeats its build and goes on (ADR 11).
 */
export async function findKnownBases(
  image: AskedImage,
  stores: readonly KnownImages[],
): Promise<readonly KnownImage[]> {
  const chain = chainIds(image.layers.map(({ diffId }) => diffId));
  if (chain.length === 0) return [];
  const steps = new Set(historyIds(image.config.history).slice(0, -1));
  const found = (await Promise.all(stores.map((store) => store.findByChain(chain)))).flat();
  const bases = found.filter(
    (known) =>
      known.repository !== image.repository &&
      known.digest !== image.digest &&
      (known.chainId !== chain.at(-1) || (known.historyId !== null && steps.has(known.historyId))),
  );
  const byLength = Map.groupBy(bases, ({ layerCount }) => layerCount);
  return [...byLength.values()]
    .map((same) => same.toSorted(betterFirst)[0])
    .filter((base) => base !== undefined)
    .toSorted((a, b) => a.layerCount - b.layerCount);
}

/** One that was proved stands above others; then what a person named above what was once analysed; a tag above none; then the one that was recorded last. */
function betterFirst(a: KnownImage, b: KnownImage): number {
  if (a.proved !== b.proved) return a.proved ? -1 : 1;
  if (a.by !== b.by) return a.by === "person" ? -1 : 1;
  if ((a.tag === null) !== (b.tag === null)) return a.tag === null ? 1 : -1;
  return a.recordedAt < b.recordedAt ? 1 : -1;
}

/** The port that the line asks: the longest of the bases. */
export function baseByLayers(image: AskedImage, stores: readonly KnownImages[]): BaseByLayers {
  return async () => {
    const base = (await findKnownBases(image, stores)).at(-1);
    return base === undefined
      ? null
      : {
          name: base.repository,
          tag: base.tag,
          digest: base.indexDigest ?? base.digest,
          layerCount: base.layerCount,
          ...(base.proved ? {} : { isUnproved: true }),
        };
  };
}
