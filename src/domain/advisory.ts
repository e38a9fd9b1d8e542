/**
 * Advisories as the vulnerability database keeps them: one value per (advisory, name space, package name).
 * The shape follows the OSV schema 1.7 (https://ossf.github.io/osv-schema/), reduced to what matching and explaining need.
 */

/** The five classes. `unspecified` is a class of its own and is never treated as harmless. */
export type Severity = "critical" | "high" | "medium" | "low" | "unspecified";

export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "unspecified"];

export interface SeverityRating {
  /** Who said so: `GHSA`, `alpine`, `NVD`, `debian`. */
  readonly source: string;
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, or null for a bare word. */
  readonly type: "CVSS_V2" | "CVSS_V3" | "CVSS_V4" | null;
  /** `CVSS:3.1/AV:N/…`, or null for a bare word. */
  readonly vector: string | null;
  /** Base score 0 to 10, or null for a bare word. */
  readonly score: number | null;
  readonly severity: Severity;
}

/**
 * One interval of affected versions, both ends in `scheme`.
 * Affected: `introduced <= v`, and `v < fixed` or `v <= lastAffected` where given; no upper end means no fix is known.
 */
export interface AffectedRange {
  /** Id of a version scheme: `semver`, `pep440`, `deb`, `apk`. */
  readonly scheme: string;
  /** First affected version, or `"0"` for "from the beginning". */
  readonly introduced: string;
  readonly fixed: string | null;
  readonly lastAffected: string | null;
}

/**
 * What the publisher means to do about a package. `affected`: no word of a fix yet; `deferred`: later, with a coming release;
 * `end_of_life`: the release gets no fixes any more. A fix itself is told by the ranges.
 */
export type FixState =
  "affected" | "deferred" | "will_not_fix" | "end_of_life" | "not_affected" | "under_investigation";

/** Vulnerable names of one Go import path; an empty list means all of them. */
export interface AffectedSymbols {
  readonly path: string;
  readonly names: readonly string[];
}

/**
 * What decides whether an advisory holds a package, and of which vulnerability it speaks. Most advisories of a package say no, so
 * nothing else is read of them.
 */
export interface AdvisoryHead {
  /** Id as published: `GHSA-…`, `CVE-…`, `PYSEC-…`, `ALPINE-CVE-…`. */
  readonly id: string;
  /** Feed it came from: `osv`, `alpine`. */
  readonly feed: string;
  /** Name space and name it applies to; see `AdvisoryKey`. */
  readonly space: string;
  readonly name: string;
  /** Other ids of the same vulnerability (aliases; for distro advisories also `upstream`). Sorted. */
  readonly aliases: readonly string[];
  readonly ranges: readonly AffectedRange[];
  /** Versions listed one by one as affected. */
  readonly versions: readonly string[];
  /** `malicious`: the package itself is the attack; `informational`: a notice (unmaintained, unsound). Absent: a vulnerability. */
  readonly kind?: "malicious" | "informational";
  /** Absent: only the ranges tell. `not_affected` and `under_investigation` stand without ranges. */
  readonly fixState?: FixState;
  /** The publisher's words for `fixState`, at most 300 characters: `Minor issue`, `vulnerable code not present`. */
  readonly note?: string;
  /** `nodejs:18`: only packages of this module stream. */
  readonly modularity?: string;
  /** `windows`, `plan9`: only what is built for these operating systems, in Go's words for them; of gems platforms: `java`. Sorted; absent: for all. */
  readonly systems?: readonly string[];
  /** True for the project's own demonstration data: every output that rests on it says so. */
  readonly demonstration: boolean;
}

export interface Advisory extends AdvisoryHead {
  readonly summary: string;
  readonly severities: readonly SeverityRating[];
  /** `CWE-79`, … */
  readonly cwes: readonly string[];
  /** RFC 3339, or null when the feed does not say. */
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  /** The page of the advisory, or null. */
  readonly url: string | null;
  /** When the fix came out, as a date or RFC 3339. */
  readonly fixedAt?: string;
  /** Go: where the vulnerability is. Absent: not told. */
  readonly symbols?: readonly AffectedSymbols[];
  /** Further pages, at most 10. */
  readonly references?: readonly string[];
}

/** What is known of a vulnerability as such, joined at step 7 and never stored in an advisory. */
export interface VulnerabilityContext {
  readonly kev: {
    readonly dateAdded: string;
    readonly ransomware: boolean;
    /** Until when federal agencies must act; absent in older databases. */
    readonly dueDate?: string;
  } | null;
  /** Score and percentile, 0 to 1. */
  readonly epss: { readonly score: number; readonly percentile: number; readonly date: string } | null;
  /** By those who rate vulnerabilities and not packages: NVD, CISA, the CNA. Absent: none does. */
  readonly ratings?: readonly SeverityRating[];
  /** `CWE-79`, …; absent: not told. */
  readonly cwes?: readonly string[];
}

/** What the database says of itself. */
export interface DatabaseStatus {
  /** RFC 3339: when its oldest required feed was fetched or the files were read. Age counts from here. */
  readonly updatedAt: string;
  /** Digest of the manifest: the same digest means the same answers. */
  readonly digest: string;
  readonly advisoryCount: number;
  readonly demonstration: boolean;
  /** Spaces that were asked of a feed, e.g. `npm`, `deb:debian:12`. A package of another space cannot be judged. */
  readonly spaces: readonly string[];
  readonly feeds: readonly FeedStatus[];
  readonly hasKev: boolean;
  readonly hasEpss: boolean;
}

export interface FeedStatus {
  readonly feed: string;
  /** Part of the feed, e.g. `npm` of `osv`; empty when the feed has one part. */
  readonly part: string;
  readonly recordCount: number;
  readonly fetchedAt: string;
  /** Address or path it came from, without credentials. */
  readonly origin: string;
  readonly licence: string;
  /** Why the newest attempt failed, or null. The last good snapshot stays in use. */
  readonly failure: string | null;
}
