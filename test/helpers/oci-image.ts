/**
 * Container images built in memory, layer by layer, and written as OCI layouts, OCI archives or docker archives.
 * Follows the OCI image specification 1.1 and the layout of `docker save`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { LayerBlob } from "../../src/image/types.ts";
import { file, writeTar, type TarEntry } from "./oci-tar.ts";

export type LayerCompression = "none" | "gzip" | "gzip-members" | "zstd" | "zstd-frames";

export interface LayerInput {
  /** Entries of the layer; or `tar`, its bytes. */
  readonly entries?: readonly TarEntry[];
  readonly tar?: Uint8Array;
  /** Default `gzip`. `gzip-members` and `zstd-frames` cut the tar in two halves, each compressed on its own. */
  readonly compression?: LayerCompression;
  /** The blob itself, when it is not what `compression` would make of the tar. */
  readonly blob?: Uint8Array;
  readonly mediaType?: string;
  /** Build command for the history. */
  readonly createdBy?: string;
}

export interface ImageInput {
  readonly layers: readonly LayerInput[];
  /** Default `linux/amd64`. */
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** Becomes `config` of the image config: `{ User: "app", Env: […], Labels: {…} }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Replaces the generated history. */
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  /** Default 2020-01-01T00:00:00Z. */
  readonly created?: string;
  /** Docker media types (schema 2) instead of OCI ones. */
  readonly docker?: boolean;
}

export interface BuiltLayer {
  readonly tar: Buffer;
  readonly blob: Buffer;
  /** `sha256:…` of the tar. */
  readonly diffId: string;
  /** `sha256:…` of the blob. */
  readonly digest: string;
  readonly mediaType: string;
  readonly createdBy: string | null;
}

export interface BuiltImage {
  readonly layers: readonly BuiltLayer[];
  readonly config: Buffer;
  readonly configDigest: string;
  readonly manifest: Buffer;
  readonly manifestDigest: string;
  readonly manifestMediaType: string;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** Config, manifest and layers by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** A descriptor as it stands in an index or manifest. */
export type Descriptor = Readonly<Record<string, unknown>> & { readonly digest: string };

/** `sha256:…` */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Compressed bytes of a tar. */
export function compress(tar: Uint8Array, compression: LayerCompression): Buffer {
  const half = Math.floor(tar.length / 2);
  switch (compression) {
    case "none":
      return Buffer.from(tar);
    case "gzip":
      return gzipSync(tar, { level: 1 });
    case "zstd":
      return zstdCompressSync(tar);
    case "gzip-members":
      return Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]);
    case "zstd-frames":
      return Buffer.concat([zstdCompressSync(tar.subarray(0, half)), zstdCompressSync(tar.subarray(half))]);
  }
}

/** Config, manifest and layers of one platform. Same input, same digests. */
export function buildImage(input: ImageInput): BuiltImage {
  const docker = input.docker === true;
  const layers = input.layers.map((layer) => buildLayer(layer, docker));
  const platform = input.platform ?? { os: "linux", architecture: "amd64" };
  const created = input.created ?? "2020-01-01T00:00:00Z";
  const history = layers.map((layer, index) => ({
    created,
    created_by: layer.createdBy ?? `layer ${index}`,
  }));
  const config = json({
    ...platform,
    created,
    config: input.config ?? {},
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: input.history ?? history,
  });
  const manifestMediaType = docker
    ? "application/vnd.docker.distribution.manifest.v2+json"
    : "application/vnd.oci.image.manifest.v1+json";
  const configMediaType = docker
    ? "application/vnd.docker.container.image.v1+json"
    : "application/vnd.oci.image.config.v1+json";
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestMediaType,
    config: descriptor(config, configMediaType),
    layers: layers.map((layer) => descriptor(layer.blob, layer.mediaType)),
    ...(input.annotations === undefined ? {} : { annotations: input.annotations }),
  });
  const blobs = new Map([config, manifest, ...layers.map((layer) => layer.blob)].map((b) => [sha256(b), b]));
  return {
    layers,
    config,
    configDigest: sha256(config),
    manifest,
    manifestDigest: sha256(manifest),
    manifestMediaType,
    platform,
    blobs,
  };
}

function buildLayer(input: LayerInput, docker: boolean): BuiltLayer {
  const tar = Buffer.from(input.tar ?? writeTar(input.entries ?? []));
  const compression = input.compression ?? "gzip";
  const blob = Buffer.from(input.blob ?? compress(tar, compression));
  const suffix = compression === "none" ? "" : compression.startsWith("zstd") ? "+zstd" : "+gzip";
  const dockerSuffix = compression === "none" ? "" : compression.startsWith("zstd") ? ".zstd" : ".gzip";
  const mediaType = docker
    ? `application/vnd.docker.image.rootfs.diff.tar${dockerSuffix}`
    : `application/vnd.oci.image.layer.v1.tar${suffix}`;
  return {
    tar,
    blob,
    diffId: sha256(tar),
    digest: sha256(blob),
    mediaType: input.mediaType ?? mediaType,
    createdBy: input.createdBy ?? null,
  };
}

/** Descriptor of these bytes, with `more` fields such as `platform` or `annotations`. */
export function descriptor(
  bytes: Uint8Array,
  mediaType: string,
  more: Readonly<Record<string, unknown>> = {},
): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length, ...more };
}

/** Descriptor of an image's manifest with its platform; `ref` becomes `org.opencontainers.image.ref.name`. */
export function manifestDescriptor(image: BuiltImage, ref?: string): Descriptor {
  return descriptor(image.manifest, image.manifestMediaType, {
    platform: image.platform,
    ...(ref === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": ref } }),
  });
}

/** An image index (multi-platform image) over these descriptors. */
export function buildIndex(manifests: readonly Descriptor[], more: Readonly<Record<string, unknown>> = {}) {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const bytes = json({ schemaVersion: 2, mediaType, manifests, ...more });
  return { bytes, digest: sha256(bytes), mediaType };
}

/** Files of an OCI layout: `index.json`, `oci-layout`, `blobs/sha256/…`, by path. `manifests` fills `index.json`. */
export function layoutFiles(
  manifests: readonly Descriptor[],
  blobs: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  files.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  files.set("index.json", buildIndex(manifests).bytes);
  for (const [digest, bytes] of blobs) files.set(`blobs/${digest.replace(":", "/")}`, bytes);
  return files;
}

/** Writes a layout of one image below `folder`. For several, use `layoutFiles` and `writeFiles`. */
export function writeLayout(folder: string, image: BuiltImage, ref = "latest"): void {
  writeFiles(folder, layoutFiles([manifestDescriptor(image, ref)], image.blobs));
}

/** Writes files by their relative path. */
export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** A tar of an OCI layout of one image. */
export function ociArchive(image: BuiltImage, ref = "latest"): Buffer {
  const files = layoutFiles([manifestDescriptor(image, ref)], image.blobs);
  return writeTar([...files].map(([path, bytes]) => file(path, bytes)));
}

/**
 * A docker archive of one or more images, each with its tags (`local/x:1`), uncompressed layers as `<hex>/layer.tar`.
 * A layer whose compression was `none` or that has a foreign blob keeps its blob; `compressed: true` keeps all blobs.
 */
export function dockerArchive(
  images: readonly { readonly image: BuiltImage; readonly tags: readonly string[] }[],
  options: { readonly compressed?: boolean } = {},
): Buffer {
  const files = new Map<string, Uint8Array>();
  const manifest = images.map(({ image, tags }) => {
    const config = `${image.configDigest.slice("sha256:".length)}.json`;
    files.set(config, image.config);
    const paths = image.layers.map((layer) => {
      const path = `${layer.diffId.slice("sha256:".length)}/layer.tar`;
      files.set(path, options.compressed === true ? layer.blob : layer.tar);
      return path;
    });
    return { Config: config, RepoTags: tags, Layers: paths };
  });
  files.set("manifest.json", json(manifest));
  return writeTar([...files].map(([path, bytes]) => file(path, bytes)));
}

/** The layers as a registry would stream them, in chunks of `chunkBytes`. */
export function streamBlobs(image: BuiltImage, chunkBytes = 65_536): LayerBlob[] {
  return image.layers.map((layer, index) => ({
    layer: {
      index,
      diffId: layer.diffId,
      digest: layer.digest,
      mediaType: layer.mediaType,
      sizeBytes: layer.blob.length,
      command: layer.createdBy,
    },
    content: { kind: "stream", open: () => Promise.resolve(chunks(layer.blob, chunkBytes)) },
    proof: { of: "blob", digest: layer.digest },
  }));
}

async function* chunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
