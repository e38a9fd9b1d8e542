/**
 * What the pure middle needs from outside, as interfaces handed in by flows and mains.
 */
import type { Advisory, AdvisoryHead, DatabaseStatus, VulnerabilityContext } from "./advisory.ts";
import type { BaseImage } from "./image.ts";
import type { AdvisoryKey, Sbom } from "./package.ts";

/** The vulnerability database, opened for reading. */
export interface AdvisoryDatabase {
  readonly status: DatabaseStatus;
  /** All advisories of each key, in one batch. The map is keyed by `${space}\n${name}`; a key without advisories is absent. */
  findAdvisories(keys: readonly AdvisoryKey[]): ReadonlyMap<string, readonly Advisory[]>;
  /** The same of what decides alone, which costs a fraction. */
  findHeads(keys: readonly AdvisoryKey[]): ReadonlyMap<string, readonly AdvisoryHead[]>;
  /** The advisories that heads of `findHeads` are of. */
  complete(heads: readonly AdvisoryHead[]): ReadonlyMap<AdvisoryHead, Advisory>;
  /** KEV and EPSS of each vulnerability id. Ids with neither are absent. */
  findContexts(ids: readonly string[]): ReadonlyMap<string, VulnerabilityContext>;
  close(): void;
}

/** SBOMs by image digest. Implementations never store an unverified SBOM. */
export interface SbomCache {
  /** What was made by exactly these producers, or null. */
  get(digest: string, producers: Readonly<Record<string, number>>): Promise<CachedSbom | null>;
  put(digest: string, cached: CachedSbom): Promise<void>;
}

export interface CachedSbom {
  readonly sbom: Sbom;
  /** The content of every layer had its diff ID when it was read. True of the digest, so it stays true. */
  readonly contentProved: boolean;
}

/** What was read of layers, by the digest of their blob, for exactly one set of readers. */
export interface LayerCache {
  /** The bytes that `put` was given, or null. */
  get(digest: string): Promise<Uint8Array | null>;
  /** Never throws: a cache that cannot be written costs time, not the result. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
}

/** What a tag names now: `sha256:…`, or the reason it cannot be told. */
export type TagResolver = (
  repository: string,
  tag: string,
) => Promise<{ digest: string } | { reason: string }>;

/** A known image whose layers come first in another one. */
export interface KnownBase extends Pick<BaseImage, "name" | "tag" | "digest"> {
  /** Layers that are the base's; absent: whoever answers does not tell. */
  readonly layerCount?: number;
  /** The content of its own layers was never compared with its configuration: it is only a claim. */
  readonly isUnproved?: true;
}

/**
 * The known image with the longest prefix of an image's layers, or null. `chainIds`: the chain ID of every prefix, shortest
 * first, the whole image included (an image may add nothing but configuration); see `chainIds()` in `chain-id.ts`. `image`
 * tells which image is asked about, so that it is not answered with itself; by its history (see `historyIds()`) a base with all of
 * its layers is told from another build of the same.
 */
export type BaseByLayers = (
  chainIds: readonly string[],
  image: { readonly digest: string | null; readonly historyIds: readonly string[] },
) => Promise<KnownBase | null>;

/** Wall clock, passed in so that the middle stays a function of its inputs. */
export type Clock = () => Date;
