/**
 * Where manifests and small blobs come from: a registry, a layout folder or a layout inside a tar. Everything handed out
 * has been checked against the digest it was asked by.
 */
import type { Descriptor } from "./manifest.ts";

export interface Content {
  /** Bytes of a manifest or index by digest. @throws OciError SOURCE_NOT_FOUND, DIGEST_MISMATCH, LIMIT_EXCEEDED, … */
  fetchManifest(digest: string): Promise<Uint8Array>;
  /** Bytes of a config, a statement or another small blob. @throws as above; LIMIT_EXCEEDED past `bytesMax` */
  fetchBlob(digest: string, bytesMax: number): Promise<Uint8Array>;
  /** Manifests whose `subject` is `digest`, as far as this place can tell. @throws as above, when it cannot be asked */
  findReferrers(digest: string): Promise<readonly Descriptor[]>;
  /** What a tag names; null: nothing. Absent where there are no tags. @throws as above, when it cannot be asked */
  findTag?(tag: string): Promise<Pick<Descriptor, "digest" | "mediaType"> | null>;
}
