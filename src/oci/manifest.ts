/**
 * Indexes and manifests, OCI and Docker schema 2, as one strict shape
 * (OCI image specification 1.1: image-index.md, manifest.md, descriptor.md).
 * `urls` of descriptors are not read: content comes from where the manifest came from, never from an address inside it.
 */
import type { Platform } from "../domain/image.ts";
import { printable } from "../domain/problem.ts";
import { isDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { asList, asObject, asOptionalText, asSize, asText, asTextMap, parseJsonObject } from "./json.ts";
import { invalid, type JsonObject } from "./json.ts";
import {
  bareMediaType,
  indexMediaTypes,
  legacyManifestMediaTypes,
  manifestMediaTypes,
} from "./media-types.ts";

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null when not given. */
  readonly platform: Platform | null;
  readonly artifactType: string | null;
}

export interface ImageIndex {
  readonly kind: "index";
  readonly mediaType: string;
  readonly entries: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ImageManifest {
  readonly kind: "manifest";
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType: string | null;
  /** Digest of the manifest this one points at, or null. */
  readonly subject: string | null;
}

/** Bytes of a manifest or index. */
export const manifestBytesMax = 4 * 1024 ** 2;

const entriesMax = 10_000;
const layersMax = 4096;

/**
 * Reads a manifest or index. `declaredMediaType` is what the registry or descriptor called it, used when the document
 * itself does not say; `name` is what people know it by.
 * @throws OciError DOCUMENT_INVALID, JSON_INVALID, LIMIT_EXCEEDED; IMAGE_UNSUPPORTED for Docker schema 1
 */
export function parseManifest(
  bytes: Uint8Array,
  declaredMediaType: string | null,
  name: "manifest" | "index.json" = "manifest",
): ImageIndex | ImageManifest {
  const document = parseJsonObject(bytes, name, manifestBytesMax);
  const own = asOptionalText(document["mediaType"], `${name}.mediaType`);
  const mediaType = bareMediaType(own ?? declaredMediaType ?? "");
  if (document["schemaVersion"] === 1 || legacyManifestMediaTypes.includes(mediaType)) {
    throw new OciError(
      "IMAGE_UNSUPPORTED",
      "The image has a manifest of Docker's schema 1, which names no config: push it again with a current Docker, or skopeo copy --format v2s2.",
    );
  }
  if (document["schemaVersion"] !== 2) throw invalid(`${name}.schemaVersion`, "2");
  const hasEntries = document["manifests"] !== undefined;
  // A document that is both could be read as one by us and as the other by a registry.
  if (hasEntries && (document["layers"] !== undefined || document["config"] !== undefined)) {
    throw invalid("manifest", "either an index or a manifest");
  }
  if (hasEntries || indexMediaTypes.includes(mediaType)) return readIndex(document, mediaType);
  if (
    mediaType !== "" &&
    mediaType.startsWith("application/vnd.") &&
    !manifestMediaTypes.includes(mediaType)
  ) {
    throw new OciError(
      "IMAGE_UNSUPPORTED",
      `"${printable(mediaType, 100)}" is not the manifest of an image.`,
    );
  }
  return readManifest(document, mediaType);
}

function readIndex(document: JsonObject, mediaType: string): ImageIndex {
  if (mediaType !== "" && !indexMediaTypes.includes(mediaType))
    throw invalid("index.mediaType", "that of an index");
  const entries = asList(document["manifests"], "index.manifests", entriesMax);
  return {
    kind: "index",
    mediaType: mediaType === "" ? (indexMediaTypes[0] ?? "") : mediaType,
    entries: entries.map((entry, at) => readDescriptor(entry, `index.manifests[${at}]`)),
    annotations: asTextMap(document["annotations"], "index.annotations"),
  };
}

function readManifest(document: JsonObject, mediaType: string): ImageManifest {
  const layers = asList(document["layers"], "manifest.layers", layersMax);
  const subject = document["subject"];
  return {
    kind: "manifest",
    mediaType: mediaType === "" ? (manifestMediaTypes[0] ?? "") : mediaType,
    config: readDescriptor(document["config"], "manifest.config"),
    layers: layers.map((layer, at) => readDescriptor(layer, `manifest.layers[${at}]`)),
    annotations: asTextMap(document["annotations"], "manifest.annotations"),
    artifactType: asOptionalText(document["artifactType"], "manifest.artifactType"),
    subject:
      subject === undefined || subject === null ? null : readDescriptor(subject, "manifest.subject").digest,
  };
}

function readDescriptor(value: unknown, what: string): Descriptor {
  const descriptor = asObject(value, what);
  const digest = asText(descriptor["digest"], `${what}.digest`);
  if (!isDigest(digest)) throw invalid(`${what}.digest`, "sha256: and 64 hexadecimal digits");
  const platform = descriptor["platform"];
  return {
    mediaType: bareMediaType(asOptionalText(descriptor["mediaType"], `${what}.mediaType`) ?? ""),
    digest,
    sizeBytes: asSize(descriptor["size"], `${what}.size`),
    annotations: asTextMap(descriptor["annotations"], `${what}.annotations`),
    platform: platform === undefined || platform === null ? null : readPlatform(platform, `${what}.platform`),
    artifactType: asOptionalText(descriptor["artifactType"], `${what}.artifactType`),
  };
}

function readPlatform(value: unknown, what: string): Platform {
  const platform = asObject(value, what);
  return {
    os: asText(platform["os"], `${what}.os`),
    architecture: asText(platform["architecture"], `${what}.architecture`),
    variant: asOptionalText(platform["variant"], `${what}.variant`),
  };
}
