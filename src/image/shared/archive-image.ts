/**
 * The image of a tar: what `docker save` writes, or an OCI image layout; gzip as a whole too.
 */
import type { Layer, SourceKind } from "../../domain/image.ts";
import { formatPlatform } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import { type ArchiveFiles, compressionOf, openArchiveFiles } from "../../oci/archive-files.ts";
import { type DockerArchiveImage, isDockerArchive, readDockerArchive } from "../../oci/docker-archive.ts";
import { asSourceError, OciError } from "../../oci/error.ts";
import { layerCommands } from "../../oci/image-config.ts";
import { isLayout } from "../../oci/layout.ts";
import { findPlatform } from "../../oci/platform.ts";
import { parseReference } from "../../oci/reference.ts";
import { openLayoutImage } from "./layout-image.ts";
import type { LayerBlob, OpenedImage, ResolveOptions } from "../types.ts";

export interface ArchiveImageInput {
  readonly source: SourceKind;
  /** File of the tar. */
  readonly path: string;
  /** What people call it, in errors and in the result. */
  readonly location: string;
  readonly options: ResolveOptions;
}

/** Opens it; the caller closes it. @throws OciError SOURCE_INVALID, SOURCE_AMBIGUOUS, SOURCE_NOT_FOUND, PLATFORM_NOT_FOUND, … */
export async function openArchiveImage(input: ArchiveImageInput): Promise<OpenedImage> {
  const { source, path, location, options } = input;
  const files = await openArchiveFiles(path, options.signal).catch((error: unknown) => {
    throw asSourceError(error, location);
  });
  try {
    // New docker versions write both forms; the layout knows digests and attestations.
    if (await isLayout(files.find)) return await openLayoutImage({ source, location, ...files, options });
    if (await isDockerArchive(files.find)) return await openDockerArchive(input, files);
  } catch (error) {
    await files.close();
    throw error;
  }
  await files.close();
  throw new OciError(
    "SOURCE_INVALID",
    `${printable(location)} holds neither a docker archive nor an OCI layout.`,
  );
}

async function openDockerArchive(input: ArchiveImageInput, files: ArchiveFiles): Promise<OpenedImage> {
  const { source, location, options } = input;
  const read = await readDockerArchive(files.find, options.ref);
  const { platform } = read.config;
  if (options.platform !== null && findPlatform([platform], options.platform) === -1) {
    throw new OciError(
      "PLATFORM_NOT_FOUND",
      `The archive's image is for ${printable(formatPlatform(platform), 60)}, not ${formatPlatform(options.platform)}.`,
    );
  }
  const blobs = await layersOf(read);
  const name = nameOf(read.name);
  return {
    image: {
      source,
      reference: location,
      ...name,
      indexDigest: null,
      digest: read.digest,
      config: read.config,
      layers: blobs.map((blob) => blob.layer),
      annotations: {},
      attestations: null,
      sizeBytes: blobs.reduce((sum, blob) => sum + blob.layer.sizeBytes, 0),
    },
    blobs,
    platforms: [],
    readFolder: null,
    document: null,
    isRootFileSystem: false,
    problems: [],
    close: files.close,
  };
}

/** The config proves the uncompressed content of each layer; the archive names no blobs. */
async function layersOf(read: DockerArchiveImage): Promise<readonly LayerBlob[]> {
  const commands = layerCommands(read.config.history, read.layers.length);
  const blobs: LayerBlob[] = [];
  for (const [index, range] of read.layers.entries()) {
    const diffId = read.diffIds[index] ?? "";
    const compression = await compressionOf(range.path, range.offset);
    const suffix = compression === null ? "" : `+${compression}`;
    const layer: Layer = {
      index,
      diffId,
      digest: null,
      mediaType: `application/vnd.oci.image.layer.v1.tar${suffix}`,
      sizeBytes: range.sizeBytes,
      command: commands[index] ?? null,
    };
    blobs.push({ layer, content: { kind: "file", ...range }, proof: { of: "content", digest: diffId } });
  }
  return blobs;
}

function nameOf(name: string | null): { repository: string | null; tag: string | null } {
  if (name === null) return { repository: null, tag: null };
  try {
    const { repository, tag } = parseReference(name);
    return { repository, tag };
  } catch (error) {
    // A name that is no reference is not worth the image.
    if (error instanceof OciError) return { repository: null, tag: null };
    throw error;
  }
}
