/**
 * Images as resolved by step 1: what a reference names, before any layer is opened.
 * Follows the OCI image specification 1.1 (manifest, config, descriptor, index).
 */

import type { ImageSignature, SignatureStorage, SignedBytes, Signer } from "./signature.ts";

/** Where content came from. `registry`: pulled; `oci-dir`: an OCI layout folder; `archive`: a docker or OCI tar; `engine`: the store of a local engine; `containerd`: its content store; `fs`: a folder; `sbom`: a document. */
export type SourceKind = "registry" | "oci-dir" | "archive" | "engine" | "containerd" | "fs" | "sbom";

export interface Platform {
  /** e.g. `linux` */
  readonly os: string;
  /** e.g. `amd64`, `arm64` (Go's names) */
  readonly architecture: string;
  /** e.g. `v8`, or null */
  readonly variant: string | null;
}

/** `linux/arm64/v8` */
export function formatPlatform(platform: Platform): string {
  const base = `${platform.os}/${platform.architecture}`;
  return platform.variant === null ? base : `${base}/${platform.variant}`;
}

export interface HistoryEntry {
  /** The build command, e.g. `/bin/sh -c apt-get install …`; null when not recorded. */
  readonly createdBy: string | null;
  readonly emptyLayer: boolean;
}

export interface ImageConfig {
  readonly platform: Platform;
  /** RFC 3339, or null when not recorded. */
  readonly createdAt: string | null;
  /** `USER` as written, e.g. `""` (none set), `root`, `0:0`, `65532`. */
  readonly user: string;
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly exposedPorts: readonly string[];
  readonly history: readonly HistoryEntry[];
}

export interface Layer {
  /** Position from the bottom, 0-based, empty layers not counted. */
  readonly index: number;
  /** `sha256:…` of the uncompressed tar, from the config. The identity used for attribution. */
  readonly diffId: string;
  /** `sha256:…` of the blob as stored, or null when the source has none (docker archive). */
  readonly digest: string | null;
  readonly mediaType: string;
  /** Bytes of the blob as stored. */
  readonly sizeBytes: number;
  /** The build command from the config's history, or null when the history does not tell. */
  readonly command: string | null;
  /** The instruction that made it, as a provenance attestation of the image tells; absent: none does. */
  readonly source?: LayerSource;
}

/**
 * Difference of two sizes in bytes of what was stored; null where one side has none (a folder, an SBOM), or where one counts layers as
 * they travel and the other unpacked, as `docker save` and engines keep them: such a difference says nothing. A stored result does not
 * tell its layers; its size is taken as counted alike.
 */
export function storedSizeDelta(
  now: { readonly sizeBytes: number; readonly layers: readonly StoredLayer[] },
  before: { readonly sizeBytes: number; readonly layers: readonly StoredLayer[] },
): number | null {
  if (now.sizeBytes === 0 || before.sizeBytes === 0) return null;
  const isTold = now.layers.length > 0 && before.layers.length > 0;
  return isTold && now.layers.every(isUnpacked) !== before.layers.every(isUnpacked)
    ? null
    : now.sizeBytes - before.sizeBytes;
}

export type StoredLayer = Pick<Layer, "digest" | "diffId">;

function isUnpacked({ digest, diffId }: StoredLayer): boolean {
  return digest === null || digest === diffId;
}

/** Lines of a build file, told by whoever wrote the provenance: as good as the history, and no proof. */
export interface LayerSource {
  /** Name of the file as the build was given it: `Dockerfile`. */
  readonly file: string;
  /** From 1. */
  readonly firstLine: number;
  /** Never before `firstLine`. */
  readonly lastLine: number;
  /** The lines, joined by line feeds; cut when they are very long. */
  readonly text: string;
}

/** `Dockerfile:7-8` */
export function formatLayerSource({ file, firstLine, lastLine }: LayerSource): string {
  return firstLine === lastLine ? `${file}:${firstLine}` : `${file}:${firstLine}-${lastLine}`;
}

/** What claims a base. `layers`: the configuration lists those of a known image, and nobody compared the layers with it. */
export type BaseClaim = "annotation" | "label" | "provenance" | "layers";

/** What is known of the image's base, and how. Only `provenance` and `layers` can make a policy met; `claimed` never does. */
export interface BaseImage {
  /** Canonical name without tag, e.g. `docker.io/library/alpine`. */
  readonly name: string;
  readonly tag: string | null;
  /** `sha256:…` or null */
  readonly digest: string | null;
  /**
   * `provenance`: a provenance attestation that counts names it; `layers`: its layers are a prefix of the image's;
   * `claimed`: only a label, an annotation or a provenance that does not count says so.
   */
  readonly evidence: "provenance" | "layers" | "claimed";
  /** What claims it, where it is only claimed; else null. */
  readonly claimedBy: BaseClaim | null;
}

/** An in-toto statement found beside the image, as read (not yet trusted). */
export interface Attestation {
  /** e.g. `https://slsa.dev/provenance/v0.2` */
  readonly predicateType: string;
  readonly predicate: unknown;
  /** `sha256:…` of every subject of the statement. */
  readonly subjectDigests: readonly string[];
  /** `in-index`: BuildKit's attestation manifest in the image index; `referrer`: by the referrers API or tag; `tag`: cosign's `.att`. */
  readonly storage: SignatureStorage;
  /**
   * `verified`: a signer that is trusted signed it and one of its subjects is the image; `unsigned`: nobody did. Sources always
   * say `unsigned`.
   */
  readonly trust: "verified" | "unsigned";
  /** `sha256:…` of it as it was stored; absent where that is not known. */
  readonly digest?: string;
  /** `sha256:…` of the manifest that lists it; absent where that is not known. */
  readonly manifestDigest?: string;
  /** Repository of that manifest, e.g. `registry.example.com/attestations`; absent: the image's own. */
  readonly manifestRepository?: string;
  /** Trusted signers whose signatures were verified; absent: none. */
  readonly signers?: readonly Signer[];
  /** What is needed to verify it; absent: it carries no signature, or that was done already. */
  readonly signed?: SignedBytes;
}

export interface ResolvedImage {
  readonly source: SourceKind;
  /** What the user typed, with its prefix, e.g. `oci-dir://./layout`. */
  readonly reference: string;
  /** Canonical repository, e.g. `docker.io/library/alpine`, or null when the source names none. */
  readonly repository: string | null;
  readonly tag: string | null;
  /** `sha256:…` of the index the manifest was chosen from, or null. */
  readonly indexDigest: string | null;
  /** `sha256:…` of the platform's manifest (docker archive: of the config), the key of caches; null for folders. */
  readonly digest: string | null;
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
  /** Annotations of manifest and index descriptor, the manifest's winning. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Attestations found, or null where this kind of source cannot carry any (docker archive, folder, SBOM). */
  readonly attestations: readonly Attestation[] | null;
  /** Signatures over the image as found, before they were verified; absent: they were not looked for, or that was done. */
  readonly signed?: readonly SignedBytes[];
  /** Signatures over the image; absent or null: they were not looked for, or could not be. */
  readonly signatures?: readonly ImageSignature[] | null;
  /** Sum of the layers' stored bytes. */
  readonly sizeBytes: number;
}
