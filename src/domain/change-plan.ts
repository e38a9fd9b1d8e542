/** What would have to change about an image so that a gate lets it pass, and what it costs. */
import type { BaseCandidate } from "./base-advice.ts";
import type { Package } from "./package.ts";
import type { FindingFacts, ImageFacts, PolicyResult } from "./policy.ts";

export const changeKinds = [
  "rebase",
  "upgrade",
  "drop",
  "user",
  "label",
  "hygiene",
  "secret",
  "rebuild",
  "process",
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One thing that somebody does. */
export interface Change {
  readonly kind: ChangeKind;
  /** Points of effort and risk: see `comparison/change-costs.ts`. */
  readonly cost: number;
  readonly text: string;
  /** What a person would run or write; null: there is no such line. */
  readonly command: string | null;
  readonly purl: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Ids of the policies that it serves. */
  readonly policies: readonly string[];
  /** Vulnerabilities that it takes away. */
  readonly clears: readonly string[];
  /** Its effect was not worked out: one has to check again. */
  readonly assumed: boolean;
  readonly caveats: readonly string[];
}

/** A package in another version, as it would be found. */
export interface TriedPackage {
  /** As it is in the image. */
  readonly package: Package;
  readonly version: string;
  readonly as: Package;
  readonly findings: readonly FindingFacts[];
}

/** The image on one base: the one that it has, or another. */
export interface BaseVariant {
  /** Null: the base that it has. */
  readonly candidate: BaseCandidate | null;
  readonly facts: ImageFacts;
  /** Of each package the smallest version first. */
  readonly tried: readonly TriedPackage[];
  /** The image brought it itself, so that it can do without. */
  isOwn(pkg: Package): boolean;
}

export interface ChangePlan {
  readonly changes: readonly Change[];
  readonly cost: number;
  /** Results that would still stop the gate; empty: it lets the image pass. */
  readonly remaining: readonly PolicyResult[];
  /** The image as it would be. */
  readonly facts: ImageFacts;
  readonly basesTried: number;
  readonly caveats: readonly string[];
}
