/**
 * Findings (step 5) and assessed findings (step 6). A finding is never deleted by a rule, only labelled with it.
 */
import type { AffectedRange, Advisory, Severity, SeverityRating } from "./advisory.ts";
import type { AdvisoryKey, Package } from "./package.ts";

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
  readonly severity: Severity;
  /** The rating that decided `severity`, or null when no source rates it. */
  readonly rating: SeverityRating | null;
  /** First good version, in the terms of the matched key, or null when none is known. */
  readonly fixedVersion: string | null;
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

/** OpenVEX 0.2.0 statuses. */
export type VexStatus = "not_affected" | "affected" | "fixed" | "under_investigation";

export type VexJustification =
  | "component_not_present"
  | "vulnerable_code_not_present"
  | "vulnerable_code_not_in_execute_path"
  | "vulnerable_code_cannot_be_controlled_by_adversary"
  | "inline_mitigations_already_exist";

export interface VexStatement {
  /** Id of the document it stands in. */
  readonly document: string;
  /** File or address the document was read from. */
  readonly location: string;
  readonly author: string;
  /** RFC 3339; the statement's own or the document's. Newest wins. */
  readonly timestamp: string;
  /** Vulnerability name and its aliases. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  readonly justification: VexJustification | null;
  readonly impactStatement: string | null;
  readonly actionStatement: string | null;
}

export interface VexProduct {
  /** `@id` and identifiers of the product: purls or other IRIs. */
  readonly ids: readonly string[];
  /** Ids of subcomponents; empty: the whole product. */
  readonly subcomponents: readonly string[];
}

export interface AssessedFinding extends Finding {
  /** `affected` unless a statement decided otherwise; `undetermined` stays so unless a statement decides. */
  readonly status: VexStatus | "undetermined";
  /** Statement that decided, or null. */
  readonly statement: VexStatement | null;
  /** True when the deciding statement takes it out of counts, gates and policies: `not_affected` and `fixed`. */
  readonly suppressed: boolean;
}
