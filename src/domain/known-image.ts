/**
 * Images that this machine has analysed or was told of: what bases are found among, and what other images are compared with.
 */
import type { ResolvedImage } from "./image.ts";
import type { Sbom } from "./package.ts";

/** One name of one image. */
export interface KnownImage {
  /** Canonical, e.g. `docker.io/library/alpine`. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:…` of the platform's manifest, or of the config where the source has none. */
  readonly digest: string;
  /** Of the index it was chosen from, or null. */
  readonly indexDigest: string | null;
  /** `linux/arm64` */
  readonly platform: string;
  /** Of all of its layers. */
  readonly chainId: string;
  /** Of all steps of its build; null: the image tells none. */
  readonly historyId: string | null;
  readonly layerCount: number;
  readonly sizeBytes: number;
  /** RFC 3339, or null. */
  readonly createdAt: string | null;
  /** When it was first kept under this name, RFC 3339. */
  readonly recordedAt: string;
  /** The content of its layers was compared with their diff IDs; else its configuration may list the layers of any image. */
  readonly proved: boolean;
  /** `person`: named as a base, or recorded into an environment; `analysis`: it was analysed once. */
  readonly by: "person" | "analysis";
}

/** What an image was found to be, so that it can be judged again without being read again. */
export interface StoredInventory {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  /** See `CachedSbom.contentProved`. */
  readonly contentProved: boolean;
}

/** An image as it runs somewhere. */
export interface EnvironmentImage extends KnownImage {
  readonly environment: string;
}
