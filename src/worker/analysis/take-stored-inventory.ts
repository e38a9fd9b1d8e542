/**
 * The inventory of an opened image, without unpacking what was unpacked before: from the organisation's own stored document, or from
 * the workers' cache.
 */
import { isDeepStrictEqual } from "node:util";
import { defaultUnpackLimits } from "../../domain/files.ts";
import type { Sbom } from "../../domain/package.ts";
import type { SbomCache } from "../../domain/ports.ts";
import { printable } from "../../domain/problem.ts";
import type { ImageDocument } from "../../analysis/image-document.ts";
import { takeInventory } from "../../analysis/inventory.ts";
import { openSbomCache } from "../../analysis/sbom-cache.ts";
import { startStopwatch } from "../../analysis/stopwatch.ts";
import type { OpenedImage } from "../../image/types.ts";
import type { WorkerContext } from "../context.ts";

/**
 * `stored`: the document of the same digest in the same organisation, or null. The content of every layer is compared with its diff
 * ID, because the base image is found by them.
 */
export async function takeStoredInventory(
  context: Pick<WorkerContext, "config" | "monotonicMs" | "log">,
  opened: OpenedImage,
  stored: ImageDocument | null,
  signal: AbortSignal,
): Promise<Pick<ImageDocument, "sbom" | "contentProved">> {
  const options = {
    cache: cacheOf(context, stored),
    limits: defaultUnpackLimits,
    verify: true,
    monotonicMs: context.monotonicMs,
    signal,
  };
  const { sbom, contentProved } = await takeInventory(opened, options, startStopwatch(context.monotonicMs));
  return { sbom, contentProved };
}

function cacheOf(
  { config, log }: Pick<WorkerContext, "config" | "log">,
  stored: ImageDocument | null,
): SbomCache {
  const disk = config.useCache
    ? openSbomCache(config.cacheDir, (error) =>
        log(`the SBOM cache cannot be written: ${printable(String(error))}`),
      )
    : null;
  return {
    async get(digest, producers) {
      if (stored !== null && isReusable(stored, digest, producers)) return stored;
      return (await disk?.get(digest, producers)) ?? null;
    },
    async put(digest, cached) {
      await disk?.put(digest, cached);
    },
  };
}

/** An image that cannot be read to its end is the same the next time, unless it was the time that ran out. */
function isReusable({ image, sbom }: ImageDocument, digest: string, producers: Sbom["producers"]): boolean {
  return (
    image.digest === digest &&
    sbom.verification === "verified" &&
    !sbom.problems.some(({ code }) => code === "LIMIT_TIME") &&
    isDeepStrictEqual(sbom.producers, producers)
  );
}
