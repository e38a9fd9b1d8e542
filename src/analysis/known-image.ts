/** From an analysis to what is kept of its image, and back to an image that can be judged again. */
import type { Analysis } from "../domain/analysis.ts";
import { chainIds } from "../domain/chain-id.ts";
import { historyIds } from "../domain/history-id.ts";
import { formatPlatform, type ResolvedImage } from "../domain/image.ts";
import type { KnownImage, StoredInventory } from "../domain/known-image.ts";
import type { SbomCache } from "../domain/ports.ts";
import type { OpenedImage } from "../image/types.ts";
import { isLasting } from "./lasting-problems.ts";

/** The image under the name it was analysed by; null: it has no name or no layers, so nobody could ask for it. */
export function toKnownImage(
  { image, contentProved }: Pick<Analysis, "image" | "contentProved">,
  { now, by }: { readonly now: Date; readonly by: KnownImage["by"] },
): KnownImage | null {
  const { repository, tag, digest, indexDigest, config, layers, sizeBytes } = image;
  const chainId = chainIds(layers.map(({ diffId }) => diffId)).at(-1);
  if (repository === null || digest === null || chainId === undefined) return null;
  return {
    repository,
    tag,
    digest,
    indexDigest,
    platform: formatPlatform(config.platform),
    chainId,
    historyId: historyIds(config.history).at(-1) ?? null,
    layerCount: layers.length,
    sizeBytes,
    createdAt: config.createdAt,
    recordedAt: now.toISOString(),
    proved: contentProved === true,
    by,
  };
}

/** What is kept of it; null where the list of packages is somebody else's, or another reading might give a longer one. */
export function toStoredInventory({ image, sbom, contentProved }: Analysis): StoredInventory | null {
  const isRead = sbom.origin === undefined && sbom.stages === undefined;
  const isUsual = sbom.packages.every(({ removedIn }) => removedIn === undefined);
  if (!isRead || !isUsual || !sbom.problems.every(isLasting)) return null;
  return { image, sbom, contentProved: contentProved === true };
}

/**
 * The image as if it were opened again: no layer is there, and the inventory comes from `cache`. What was signed is not kept, and whoever was
 * trusted then need not be now: nothing counts as verified.
 */
export function openStored({ image, sbom, contentProved }: StoredInventory): {
  readonly opened: OpenedImage;
  readonly cache: SbomCache;
} {
  return {
    opened: {
      image: { ...image, attestations: unverified(image.attestations), signatures: null },
      blobs: [],
      platforms: [],
      readFolder: null,
      document: null,
      isRootFileSystem: false,
      problems: [],
      close: async () => {},
    },
    cache: { get: async () => ({ sbom, contentProved }), put: async () => {} },
  };
}

function unverified(attestations: ResolvedImage["attestations"]): ResolvedImage["attestations"] {
  return attestations?.map((attestation) => ({ ...attestation, trust: "unsigned", signers: [] })) ?? null;
}
