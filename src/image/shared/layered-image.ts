/**
 * From a selected image to one that can be unpacked: layers paired with diff IDs, build commands and bytes.
 */
import type { Attestation, Layer, SourceKind } from "../../domain/image.ts";
import type { Problem } from "../../domain/problem.ts";
import type { SignedBytes } from "../../domain/signature.ts";
import { layerCommands } from "../../oci/image-config.ts";
import type { Descriptor } from "../../oci/manifest.ts";
import type { SelectedImage } from "../../oci/select-image.ts";
import type { LayerBlob, OpenedImage } from "../types.ts";

export interface LayeredImageParts {
  readonly source: SourceKind;
  readonly reference: string;
  /** `docker.io/library/alpine`, or null. */
  readonly repository: string | null;
  readonly tag: string | null;
  readonly selected: SelectedImage;
  readonly attestations: readonly Attestation[] | null;
  /** Signatures over the image; absent: they were not looked for. */
  readonly signed?: readonly SignedBytes[];
  readonly problems: readonly Problem[];
  /** Where a layer's bytes are. */
  readonly contentOf: (layer: Descriptor) => Promise<LayerBlob["content"]>;
  readonly close: () => Promise<void>;
}

/** The image of a registry or layout: every blob is proven by the digest that the manifest names. */
export async function openLayeredImage(parts: LayeredImageParts): Promise<OpenedImage> {
  const { manifest, config, diffIds } = parts.selected;
  const commands = layerCommands(config.history, manifest.layers.length);
  const blobs: LayerBlob[] = [];
  for (const [index, descriptor] of manifest.layers.entries()) {
    const layer: Layer = {
      index,
      diffId: diffIds[index] ?? "",
      digest: descriptor.digest,
      mediaType: descriptor.mediaType,
      sizeBytes: descriptor.sizeBytes,
      command: commands[index] ?? null,
    };
    const content = await parts.contentOf(descriptor);
    blobs.push({ layer, content, proof: { of: "blob", digest: descriptor.digest } });
  }
  const layers = blobs.map((blob) => blob.layer);
  return {
    image: {
      source: parts.source,
      reference: parts.reference,
      repository: parts.repository,
      tag: parts.tag,
      indexDigest: parts.selected.indexDigest,
      digest: parts.selected.digest,
      config,
      layers,
      annotations: parts.selected.annotations,
      attestations: parts.attestations,
      ...(parts.signed === undefined ? {} : { signed: parts.signed }),
      sizeBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    },
    blobs,
    platforms: parts.selected.platforms,
    readFolder: null,
    document: null,
    isRootFileSystem: false,
    problems: parts.problems,
    close: parts.close,
  };
}
