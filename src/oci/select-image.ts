/**
 * From an index or manifest to one image: the platform's manifest and its config, read and verified.
 */
import { formatPlatform, type Platform } from "../domain/image.ts";
import { printable } from "../domain/problem.ts";
import { notAnImage } from "./artifact-kinds.ts";
import type { Content } from "./content.ts";
import { OciError } from "./error.ts";
import { configBytesMax, type ConfigReading, parseImageConfig } from "./image-config.ts";
import { type Descriptor, type ImageIndex, type ImageManifest, parseManifest } from "./manifest.ts";
import { imageConfigMediaTypes, indexMediaTypes } from "./media-types.ts";
import { findPlatform, normalPlatform } from "./platform.ts";

export interface SelectedImage extends ConfigReading {
  /** Digest of the outermost index, or null when there was none. */
  readonly indexDigest: string | null;
  /** Digest of the platform's manifest. */
  readonly digest: string;
  readonly manifest: ImageManifest;
  /** Of the index descriptor and the manifest, the manifest's winning. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Platforms of the index, attestations not counted; empty without an index. */
  readonly platforms: readonly Platform[];
  /** All entries of the indexes on the way, attestation manifests included. */
  readonly entries: readonly Descriptor[];
}

export interface PlatformWish {
  readonly platform: Platform;
  /** Whether a person asked for it; then an image of another platform is refused even where there is no choice. */
  readonly isExplicit: boolean;
}

/** Where the choice starts. */
export interface ImageRoot {
  /** Digest of the index or manifest; null for the top of a layout, which has no name. */
  readonly digest: string | null;
  readonly manifest: ImageIndex | ImageManifest;
}

const indexDepthMax = 4;

/**
 * Chooses the image for a platform.
 * @throws OciError PLATFORM_NOT_FOUND with the platforms there are; IMAGE_UNSUPPORTED for artifacts that are no images;
 * and what `content` and the parsers throw
 */
export async function selectImage(
  content: Content,
  root: ImageRoot,
  wish: PlatformWish,
): Promise<SelectedImage> {
  let { digest, manifest } = root;
  let indexDigest: string | null = null;
  let platforms: readonly Platform[] = [];
  let annotations: Readonly<Record<string, string>> = {};
  const entries: Descriptor[] = [];
  for (let depth = 0; manifest.kind === "index"; depth += 1) {
    if (depth >= indexDepthMax) {
      throw new OciError("DOCUMENT_INVALID", `Indexes are nested deeper than ${indexDepthMax}.`);
    }
    // The top of a layout is a list of names; the first index with a digest is the image's.
    if (digest !== null) indexDigest ??= digest;
    entries.push(...manifest.entries);
    const here = platformsOf(manifest);
    if (here.length > 0) platforms = here;
    const chosen = chooseEntry(manifest, wish.platform);
    annotations = { ...annotations, ...chosen.annotations };
    digest = chosen.digest;
    manifest = parseManifest(await content.fetchManifest(digest), chosen.mediaType);
  }
  if (digest === null) throw new OciError("DOCUMENT_INVALID", "The image's manifest has no digest.");
  const reading = await readConfig(content, manifest);
  const own = reading.config.platform;
  if (wish.isExplicit && findPlatform([own], wish.platform) === -1) throw notFound(wish.platform, [own]);
  if (reading.diffIds.length !== manifest.layers.length) {
    throw new OciError(
      "DOCUMENT_INVALID",
      `The manifest lists ${manifest.layers.length} layers, its config ${reading.diffIds.length}.`,
    );
  }
  return {
    ...reading,
    indexDigest,
    digest,
    manifest,
    annotations: { ...annotations, ...manifest.annotations },
    platforms,
    entries,
  };
}

/** True for entries that hold attestations or other artifacts, not an image (BuildKit's attestation storage). */
export function isArtifactEntry(entry: Descriptor): boolean {
  if (entry.annotations["vnd.docker.reference.type"] !== undefined) return true;
  if (entry.artifactType !== null && !imageConfigMediaTypes.includes(entry.artifactType)) return true;
  return entry.platform?.os === "unknown" && entry.platform.architecture === "unknown";
}

function platformsOf(index: ImageIndex): readonly Platform[] {
  const known = index.entries
    .filter((entry) => !isArtifactEntry(entry))
    .flatMap((entry) => entry.platform ?? []);
  const unique = new Map(known.map((platform) => [formatPlatform(platform), normalPlatform(platform)]));
  return [...unique.values()];
}

function chooseEntry(index: ImageIndex, wanted: Platform): Descriptor {
  const images = index.entries.filter((entry) => !isArtifactEntry(entry));
  const withPlatform = images.flatMap((entry) =>
    entry.platform === null ? [] : [{ entry, platform: entry.platform }],
  );
  const at = findPlatform(
    withPlatform.map(({ platform }) => platform),
    wanted,
  );
  const found = withPlatform[at]?.entry;
  if (found !== undefined) return found;
  // Layout writers leave the platform out where there is one image or one index; its config or its own entries tell.
  const [only] = images.filter((entry) => entry.platform === null);
  if (only !== undefined && (images.length === 1 || indexMediaTypes.includes(only.mediaType))) return only;
  throw notFound(
    wanted,
    withPlatform.map(({ platform }) => platform),
  );
}

function notFound(wanted: Platform, there: readonly Platform[]): OciError {
  const list = there.map((platform) => printable(formatPlatform(normalPlatform(platform)), 60)).join(", ");
  // To choose one of them would only lead to the next refusal.
  if (there.length > 0 && there.every(({ os }) => os.toLowerCase() === "windows"))
    return new OciError(
      "IMAGE_UNSUPPORTED",
      `The image is for ${list} only; only Linux images are analysed.`,
    );
  return new OciError(
    "PLATFORM_NOT_FOUND",
    `There is no image for ${formatPlatform(wanted)}; there is: ${list === "" ? "none with a platform" : list}.`,
    { details: { wanted: formatPlatform(wanted), platforms: list } },
  );
}

async function readConfig(content: Content, manifest: ImageManifest): Promise<ConfigReading> {
  const { mediaType, digest } = manifest.config;
  const layerTypes = manifest.layers.map((layer) => layer.mediaType);
  const isArtifact = manifest.artifactType !== null && !imageConfigMediaTypes.includes(manifest.artifactType);
  if (isArtifact || !imageConfigMediaTypes.includes(mediaType)) {
    throw notAnImage([...(isArtifact ? [manifest.artifactType ?? ""] : []), mediaType, ...layerTypes]);
  }
  // Signatures and attestations are kept under the config of an image; read as one they would be an empty image.
  if (layerTypes.length > 0 && layerTypes.every((type) => type !== "" && !type.includes("tar")))
    throw notAnImage(layerTypes);
  return parseImageConfig(await content.fetchBlob(digest, configBytesMax));
}
