/**
 * What was pushed: an image, the images of an index, or something that stands beside images and is none. Found out by fetching the
 * manifest with the organisation's own sign-in, before anything that is stored for its digest is used.
 */
import { formatPlatform, type Platform } from "../../domain/image.ts";
import type { RegistryClient } from "../../oci/client.ts";
import type { RepositoryName } from "../../oci/registry-options.ts";
import { OciError } from "../../oci/error.ts";
import { parseManifest, type ImageIndex, type ImageManifest } from "../../oci/manifest.ts";
import {
  envelopeMediaTypes,
  imageConfigMediaTypes,
  indexMediaTypes,
  statementMediaTypes,
} from "../../oci/media-types.ts";
import { normalPlatform } from "../../oci/platform.ts";
import { isArtifactEntry } from "../../oci/select-image.ts";

/** One image to be analysed. */
export interface Target {
  /** Of its manifest. */
  readonly digest: string;
  /** By which it is chosen from its index; null: there is no choice. */
  readonly platform: Platform | null;
}

export type PushedContent =
  | { readonly kind: "images"; readonly digest: string; readonly targets: readonly Target[] }
  /** An attestation, a signature, a chart: its type, for people. */
  | { readonly kind: "artifact"; readonly digest: string; readonly type: string };

/**
 * Fetches the manifest by digest or tag.
 * @throws OciError REGISTRY_…, SOURCE_NOT_FOUND, DIGEST_MISMATCH, DOCUMENT_INVALID; IMAGE_UNSUPPORTED for an index without
 * Linux images; LIMIT_EXCEEDED for one with too many
 */
export async function fetchPushed(
  client: RegistryClient,
  repository: RepositoryName,
  reference: string,
): Promise<PushedContent> {
  const root = await client.fetchManifest(repository, reference);
  const manifest = parseManifest(root.bytes, root.mediaType);
  const { digest } = root;
  if (manifest.kind === "index") return { kind: "images", digest, targets: targetsOf(manifest) };
  const type = artifactType(manifest);
  if (type !== null) return { kind: "artifact", digest, type };
  return { kind: "images", digest, targets: [{ digest, platform: null }] };
}

function artifactType({ artifactType: type, config, layers }: ImageManifest): string | null {
  if (type !== null && !imageConfigMediaTypes.includes(type)) return type;
  if (!imageConfigMediaTypes.includes(config.mediaType)) return config.mediaType;
  // BuildKit gives attestation manifests the config of an image.
  const statement = layers.find(({ mediaType }) =>
    [...statementMediaTypes, ...envelopeMediaTypes].includes(mediaType),
  );
  return statement?.mediaType ?? null;
}

/** Images of one index that are analysed at most. */
const PLATFORMS_MAX = 16;

function targetsOf(index: ImageIndex): readonly Target[] {
  const images = index.entries.filter((entry) => !isArtifactEntry(entry));
  const targets = new Map<string, Target>();
  for (const { digest, mediaType, platform } of images) {
    if (platform === null) {
      // Its config tells what it is; there is no other to confuse it with.
      if (images.length === 1 && !indexMediaTypes.includes(mediaType)) targets.set("", { digest, platform });
      continue;
    }
    const normal = normalPlatform(platform);
    const name = formatPlatform(normal);
    // Of two for the same platform the first is chosen, as engines do.
    if (normal.os === "linux" && !targets.has(name)) targets.set(name, { digest, platform: normal });
  }
  if (targets.size === 0) throw new OciError("IMAGE_UNSUPPORTED", "The index lists no image for Linux.");
  if (targets.size > PLATFORMS_MAX) {
    throw new OciError("LIMIT_EXCEEDED", `An index may list ${PLATFORMS_MAX} platforms.`, {
      details: { limit: "platforms", max: PLATFORMS_MAX, found: targets.size },
    });
  }
  return [...targets.values()];
}
