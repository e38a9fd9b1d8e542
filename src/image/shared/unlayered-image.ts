/**
 * What folders and SBOM documents have in common: no config, no layers, no digest.
 */
import { emptyImageConfig } from "../../domain/empty-image-config.ts";
import type { SourceKind } from "../../domain/image.ts";
import type { OpenedImage } from "../types.ts";

/** An image without layers; sources add what they have. */
export function unlayeredImage(source: SourceKind, location: string): OpenedImage {
  return {
    image: {
      source,
      reference: location,
      repository: null,
      tag: null,
      indexDigest: null,
      digest: null,
      config: {
        platform: { os: "linux", architecture: "unknown", variant: null },
        ...emptyImageConfig,
      },
      layers: [],
      annotations: {},
      attestations: null,
      sizeBytes: 0,
    },
    blobs: [],
    platforms: [],
    readFolder: null,
    document: null,
    isRootFileSystem: false,
    problems: [],
    close: async () => {},
  };
}
