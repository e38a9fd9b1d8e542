/**
 * Two images side by side: what one of them has that the other has not. `analysed` is the image that somebody asks about, `baseline` the
 * one that it is held against.
 */
import type { Analysis } from "./analysis.ts";
import type { Package } from "./package.ts";
import type { FindingFacts, PolicyResult } from "./policy.ts";

/** One of the two, as far as the filters let it be seen. */
export interface ComparedSide {
  readonly analysis: Analysis;
  /** What the filters left; null when no vulnerability database was asked. */
  readonly findings: readonly FindingFacts[] | null;
  /** What the filters left; those that a later layer removed are not among them. */
  readonly packages: readonly Package[];
}

export interface PackageChange {
  readonly kind: "added" | "removed" | "changed" | "unchanged";
  /** Null of an added one. */
  readonly before: Package | null;
  /** Null of a removed one. */
  readonly after: Package | null;
  /** Of a changed one, by its ecosystem's own order; `unknown`: the versions cannot be compared. Else null. */
  readonly direction: "newer" | "older" | "same" | "unknown" | null;
}

/**
 * One vulnerability of one package, whatever its version: an upgrade that leaves the vulnerability changes nothing. Of the baseline where it
 * is removed, else of the analysed image. `added` is also what the baseline has and what is suppressed there.
 */
export interface FindingChange {
  readonly kind: "added" | "removed" | "unchanged";
  readonly finding: FindingFacts;
}

export interface PolicyChange {
  readonly policy: string;
  readonly title: string;
  /** Null: the policy was evaluated for one of the two only. */
  readonly before: PolicyResult | null;
  readonly after: PolicyResult | null;
  /**
   * By status (met, no data, not met), and by the number of deviations where both are not met. A policy that only the analysed image was
   * judged by is worse unless it is met. `unknown`: it was not met, and has no data now; nobody knows that it is better.
   */
  readonly change: "worse" | "better" | "same" | "unknown";
}

export interface Comparison {
  readonly analysed: ComparedSide;
  readonly baseline: ComparedSide;
  /** By ecosystem, name and version. */
  readonly packages: readonly PackageChange[];
  /** In the order of reports, added ones first; null when no vulnerability database was asked. */
  readonly findings: readonly FindingChange[] | null;
  /** In the order of evaluation; null when none were evaluated. */
  readonly policies: readonly PolicyChange[] | null;
  /** Layers from the bottom that both have. */
  readonly sharedLayerCount: number;
}

/** What `compare --exit-on` may name. */
export const comparisonCauses = ["vulnerability", "policy", "package"] as const;

export type ComparisonCause = (typeof comparisonCauses)[number];

/** Order of two versions of one package: -1 when `a` is older, null when they cannot be compared. */
export type VersionOrder = (pkg: Package, a: string, b: string) => -1 | 0 | 1 | null;
