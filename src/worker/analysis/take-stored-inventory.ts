/**
 * The inventory of an opened image, without unpacking what was unpacked before: from the organisation's own stored document, or from
 * the workers' cache.
 */
import { isDeepStrictEqual } from "node:util";
import { defaultUnpackLimits } from "../../domain/files.ts";
import type { Sbom } from "../../domain/package.ts";
import type { SbomCache } from "../../domain/ports.ts";
import type { LayersFor } from "../../analysis/caches.ts";
import type { ImageDocument } from "../../analysis/image-document.ts";
import { takeInventory } from "../../analysis/inventory.ts";
import { startStopwatch } from "../../analysis/stopwatch.ts";
import type { OpenedImage } from "../../image/types.ts";
import type { WorkerContext } from "../context.ts";
import { diskCachesOf } from "./disk-caches.ts";

export interface StoredInventory {
  readonly orgId: string;
  /** The document of the same digest in the same organisation, or null. */
  readonly stored: ImageDocument | null;
  /** Compare the files of the distribution's packages with its database. */
  readonly checksFiles: boolean;
  readonly signal: AbortSignal;
}

/** The content of every layer is compared with its diff ID, because the base image is found by them. */
export async function takeStoredInventory(
  context: Pick<WorkerContext, "config" | "monotonicMs" | "log">,
  opened: OpenedImage,
  { orgId, stored, checksFiles, signal }: StoredInventory,
): Promise<Pick<ImageDocument, "sbom" | "contentProved">> {
  const options = {
    walled: true,
    ...cachesOf(context, orgId, stored),
    limits: defaultUnpackLimits,
    verify: true,
    depth: { checksFiles, listsRemoved: false },
    monotonicMs: context.monotonicMs,
    signal,
  };
  const { sbom, contentProved } = await takeInventory(opened, options, startStopwatch(context.monotonicMs));
  return { sbom, contentProved };
}

function cachesOf(
  context: Pick<WorkerContext, "config" | "log">,
  orgId: string,
  stored: ImageDocument | null,
): { readonly cache: SbomCache; readonly layersFor?: LayersFor } {
  const disk = diskCachesOf(context, orgId);
  const cache: SbomCache = {
    async get(digest, producers) {
      if (stored !== null && isReusable(stored, digest, producers)) return stored;
      return (await disk?.sboms.get(digest, producers)) ?? null;
    },
    async put(digest, cached) {
      await disk?.sboms.put(digest, cached);
    },
  };
  return disk === null ? { cache } : { cache, layersFor: disk.layersFor };
}

/** An image that cannot be read to its end is the same the next time, unless it was the time that ran out. */
function isReusable({ image, sbom }: ImageDocument, digest: string, producers: Sbom["producers"]): boolean {
  return (
    image.digest === digest &&
    sbom.verification === "verified" &&
    !sbom.problems.some(({ code }) => code === "LIMIT_TIME") &&
    isDeepStrictEqual(withoutChecks(sbom.producers, producers), producers)
  );
}

/** An inventory with compared files tells all that one without tells. */
function withoutChecks(stored: Sbom["producers"], asked: Sbom["producers"]): Sbom["producers"] {
  const { [CHECKED]: checks, ...others } = stored;
  return checks === undefined || CHECKED in asked ? stored : others;
}

/** Among the producers of an inventory: the files were compared (`inventory.ts`). */
export const CHECKED = "check-files";
