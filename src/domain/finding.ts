/**
 * Findings (step 5) and assessed findings (step 6). A finding is never deleted by a rule, only labelled with it.
 */
import type { AffectedRange, Advisory, FixState, Severity, SeverityRating } from "./advisory.ts";
import type { Exception } from "./exception.ts";
import type { AdvisoryKey, Package } from "./package.ts";
import type { VexStatement, VexStatus } from "./vex.ts";

/** One comparison of the package's version with one advisory: the proof behind a finding. */
export interface MatchEvidence {
  readonly advisory: Advisory;
  readonly key: AdvisoryKey;
  /** The range that holds the version; null when it was listed by name, or nothing could be compared. */
  readonly range: AffectedRange | null;
  /** For people: `1.2.3 >= 0 and 1.2.3 < 1.2.5 (semver)`. */
  readonly comparison: string;
}

/** An advisory that names a package of the image and does not hold its version: why there is no finding. */
export interface ConsideredAdvisory {
  readonly package: Package;
  /** Preferred id of the vulnerability, as in `Finding`. */
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly advisory: Advisory;
  readonly key: AdvisoryKey;
  /** For people, one for each range and one for the list: `2.6.9 < 2.6.9 is false (semver)`. At least one. */
  readonly reasons: readonly string[];
}

/**
 * What is known of a fix. `fixed`: a version is named; `unknown`: nobody says; the others are the publisher's word, as in
 * `FixState`. Of an undetermined finding `under_investigation` or `unknown`.
 */
export type FindingFixState = "fixed" | "unknown" | FixState;

export interface Finding {
  readonly package: Package;
  /** Preferred id: the CVE among id and aliases, else the advisory's own. */
  readonly vulnerability: string;
  /** All other ids, sorted. */
  readonly aliases: readonly string[];
  /**
   * `affected`: a range or list holds the version.
   * `undetermined`: an advisory names the package but the comparison was impossible; `reason` says why.
   */
  readonly state: "affected" | "undetermined";
  readonly reason: string | null;
  /** `malicious`: the package itself is the attack; `informational`: a notice (unmaintained, unsound). */
  readonly kind: "vulnerability" | "malicious" | "informational";
  readonly severity: Severity;
  /** The rating that decided `severity`, or null when no source rates it. Its `source` is whose word it is. */
  readonly rating: SeverityRating | null;
  /**
   * Whose score and vector to show: `rating` where it has them, else the first in `ratings` that does (a vendor's `low` beside
   * the NVD's 9.8). Null: nobody scores it.
   */
  readonly cvss: SeverityRating | null;
  /** Every rating that is known, the first source to ask first; CVSS 4 before 3 before 2 before a word within a source. */
  readonly ratings: readonly SeverityRating[];
  /** First good version, in the terms of the matched key, or null when none is known. */
  readonly fixedVersion: string | null;
  readonly fixState: FindingFixState;
  /** The publisher's words for it: `no-dsa: Minor issue`, `postponed`, `only with Ubuntu Pro`; null: none. */
  readonly fixNote: string | null;
  /** When the fix came out, as a date or RFC 3339; null: not told. */
  readonly fixedAt: string | null;
  /** e.g. `>=1.0.0, <1.2.5`; empty when undetermined. */
  readonly affectedRange: string;
  readonly summary: string;
  readonly cwes: readonly string[];
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  readonly url: string | null;
  /** At least one. All sources that say so, best first. */
  readonly evidence: readonly MatchEvidence[];
  readonly demonstration: boolean;
}

export interface AssessedFinding extends Finding {
  /**
   * `affected` unless a statement or an exception decided otherwise; `undetermined` stays so unless one of them decides.
   * An accepted risk decides no status: the finding stays what it is.
   */
  readonly status: VexStatus | "undetermined";
  /** Statement that decided, or null. */
  readonly statement: VexStatement | null;
  /** Exception that applies, or null. Its decision stands above the statement's. */
  readonly exception: Exception | null;
  /**
   * True when the statement (`not_affected`, `fixed`) or an exception takes it out of counts, gates and policies. Nothing
   * takes a suppression back.
   */
  readonly suppressed: boolean;
  /**
   * What would decide it, did it count: of an organisation's verdict, where only `approved` decides. Shown and nothing else.
   * Absent: nothing is proposed.
   */
  readonly proposed?: ProposedDecision;
  /** Name of the base image that `statement` is about, where the package came with it and is unchanged; absent: of none. */
  readonly inheritedFrom?: string;
}

/** A statement or an exception that is not trusted far enough to decide. */
export type ProposedDecision =
  | { readonly kind: "statement"; readonly statement: VexStatement }
  | { readonly kind: "exception"; readonly exception: Exception };
