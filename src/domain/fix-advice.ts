/** Which upgrades clear which vulnerabilities. */
import type { Finding } from "./finding.ts";
import type { Package } from "./package.ts";
import type { FindingFacts } from "./policy.ts";

/** A package as it would be in another version; what advisories say of it then. */
export interface TriedVersion {
  readonly package: Package;
  readonly version: string;
  /** Ids that hold the version, or cannot be compared with it. */
  readonly left: ReadonlySet<string>;
  /** The package in that version, and its findings, without what any statement says of them. */
  readonly as: Package;
  readonly found: readonly Finding[];
}

export interface FindingFix {
  readonly finding: FindingFacts;
  /** The smallest version that clears it; null: none is known. */
  readonly version: string | null;
}

export interface PackageFix {
  /** The first of the places where the version lies. */
  readonly package: Package;
  /** Number of places. */
  readonly places: number;
  /** The base image brought it; null: it is not known what the base brought. */
  readonly fromBase: boolean | null;
  readonly findings: readonly FindingFix[];
  /** The smallest version that leaves the fewest; null: no fix is known. In the terms of its advisories, as `fixedVersion` is. */
  readonly version: string | null;
  readonly step: "patch" | "minor" | "major" | "unknown" | null;
  /** What the upgrade clears and leaves of the findings, and ids that the version brings. */
  readonly cleared: readonly FindingFacts[];
  readonly left: readonly FindingFacts[];
  readonly introduced: readonly string[];
  /** What a person would run; null: the ecosystem has no such command. */
  readonly command: string | null;
}

export interface FixAdvice {
  /** The gravest first; packages without a fix last. */
  readonly packages: readonly PackageFix[];
  /** Of the whole image: what is open now, and what would be left of it after every upgrade. */
  readonly open: readonly FindingFacts[];
  readonly left: readonly FindingFacts[];
  readonly introduced: readonly string[];
}
