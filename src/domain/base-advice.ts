/** The bases of an image, and what other bases would change. */
import type { Analysis } from "./analysis.ts";
import type { BaseImage, StoredLayer } from "./image.ts";
import type { Package } from "./package.ts";
import type { FindingFacts } from "./policy.ts";

/**
 * How far a base can be relied on. `proved`: provenance with a verified signature, or layers whose content was compared; `likely`: unsigned
 * provenance, or the list of layers in the configuration; `claimed`: a label or annotation says so.
 */
export type BaseConfidence = "proved" | "likely" | "claimed";

/** One image that the asked one was built on, directly or through others. */
export interface BaseLink {
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly evidence: BaseImage["evidence"];
  readonly confidence: BaseConfidence;
  /** Positions in the image of the layers that it added, from 0, both included; null: they are not known. */
  readonly layers: { readonly first: number; readonly last: number } | null;
}

/** What of an image counts when bases are compared. */
export interface BaseFacts {
  readonly packages: readonly Package[];
  /** Null when no vulnerability database was asked. */
  readonly findings: readonly FindingFacts[] | null;
  readonly sizeBytes: number;
  /** The layers that `sizeBytes` is the sum of. */
  readonly layers: readonly StoredLayer[];
}

/** What the image would be on another base, worked out from stored layers without a build. */
export interface Rebase {
  readonly packages: readonly Package[];
  readonly findings: readonly FindingFacts[] | null;
  readonly sizeBytes: number;
  /** Vulnerabilities of packages that the image has now and would not have any more, and the other way round. */
  readonly removed: readonly FindingFacts[];
  readonly added: readonly FindingFacts[];
  /** Why a build would give something else; empty: nothing tells that it would. */
  readonly caveats: readonly string[];
}

export interface BaseCandidate {
  /** `refresh`: the same tag, which names another image by now; `update`: another tag. */
  readonly kind: "refresh" | "update";
  readonly name: string;
  readonly tag: string | null;
  /** Of the index where there is one. */
  readonly digest: string;
  /** `FROM alpine:3.22@sha256:…` */
  readonly dockerfile: string;
  /** Null: it could not be analysed; `reason` tells why. */
  readonly analysis: Analysis | null;
  readonly reason: string | null;
  readonly benefits: readonly string[];
  readonly drawbacks: readonly string[];
  /** Null where the base's layers are not known, or there is no analysis. */
  readonly rebase: Rebase | null;
}

export interface BaseAdvice {
  /** The lowest first; the last is the base that the image names. Empty: none is known. */
  readonly chain: readonly BaseLink[];
  /** What the base brought into the image; null where its layers are not known. */
  readonly base: BaseFacts | null;
  /** Why `base` is null, or nothing is known of the base at all; null when it is there. */
  readonly reason: string | null;
  /** Null: the tag names the same image as ever, or nobody could be asked; `refreshReason` tells which. */
  readonly refresh: BaseCandidate | null;
  readonly refreshReason: string;
  /** The best first. */
  readonly updates: readonly BaseCandidate[];
  /** Why there are no updates; null when there are. */
  readonly updateReason: string | null;
}
