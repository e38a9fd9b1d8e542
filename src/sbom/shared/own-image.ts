/**
 * The image that a document is about, as one JSON text: what it is called, its digests and layers. Its configuration is left
 * out, because environment and build history are nobody's business but the image owner's; native documents hold it.
 */
import { emptyImageConfig } from "../../domain/empty-image-config.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { Layer, ResolvedImage } from "../../domain/image.ts";
import { sourceKinds } from "./source-kinds.ts";
import { countOf, embeddedJson, recordsOf, textOf } from "./fields.ts";

/** Name of the pair that holds it. */
export const IMAGE_PAIR = "plimsoll:image";

/** Fields of `ResolvedImage` that standard formats hold; see `SbomFormat.holds`. */
export function writeImageState(image: ResolvedImage): string {
  const { source, reference, repository, tag, indexDigest, digest, sizeBytes, config } = image;
  const { platform, createdAt } = config;
  const layers = image.layers.map(({ diffId, digest: blob, mediaType, sizeBytes: bytes }) => ({
    diffId,
    digest: blob,
    mediaType,
    sizeBytes: bytes,
  }));
  return JSON.stringify({
    source,
    reference,
    repository,
    tag,
    indexDigest,
    digest,
    platform,
    createdAt,
    sizeBytes,
    layers,
  });
}

/** What `writeImageState` wrote, with nothing where it said nothing; null when the text is something else. */
export function readImageState(text: string): ResolvedImage | null {
  const record = recordOf(embeddedJson(text));
  const platform = recordOf(record?.["platform"]);
  const reference = textOf(record?.["reference"]);
  if (record === null || platform === null || reference === null) return null;
  return {
    source: sourceKinds.find((source) => source === record["source"]) ?? "sbom",
    reference,
    repository: textOf(record["repository"]),
    tag: textOf(record["tag"]),
    indexDigest: textOf(record["indexDigest"]),
    digest: textOf(record["digest"]),
    config: {
      platform: {
        os: textOf(platform["os"]) ?? "linux",
        architecture: textOf(platform["architecture"]) ?? "unknown",
        variant: textOf(platform["variant"]),
      },
      ...emptyImageConfig,
      createdAt: textOf(record["createdAt"]),
    },
    layers: recordsOf(record["layers"]).map((layer, index): Layer => ({
      index,
      diffId: textOf(layer["diffId"]) ?? "",
      digest: textOf(layer["digest"]),
      mediaType: textOf(layer["mediaType"]) ?? "",
      sizeBytes: countOf(layer["sizeBytes"]) ?? 0,
      command: null,
    })),
    annotations: {},
    attestations: null,
    sizeBytes: countOf(record["sizeBytes"]) ?? 0,
  };
}
