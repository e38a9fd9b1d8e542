/**
 * Notices of rpm distributions about fixed packages: one notice may fix several vulnerabilities in several packages, which is an
 * advisory for each package and vulnerability.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";
import { ratingOfVector, ratingOfWord } from "./cvss.ts";
import { isPackageName, sortedUnique } from "./fields.ts";
import { advisoryRecord, feedAdvisory } from "./record.ts";
import { shortSummary } from "./summary.ts";
import { compareVersions } from "./versions.ts";

export interface Erratum {
  /** `ALSA-2019:3708`, `ALAS2-2018-939`. */
  readonly id: string;
  readonly title: string;
  /** Other notices (bug fixes, enhancements) say nothing of security. */
  readonly isSecurity: boolean;
  /** `Important`, or null. */
  readonly severity: string | null;
  readonly vulnerabilities: readonly ErratumVulnerability[];
  readonly packages: readonly ErratumPackage[];
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  /** The page of the notice, or null. */
  readonly url: string | null;
}

export interface ErratumVulnerability {
  /** `CVE-2019-2510` */
  readonly id: string;
  readonly vector: string | null;
  readonly cwes: readonly string[];
}

export interface ErratumPackage {
  /** See `AdvisoryKey.space`; null: of a release or repository without a place in the database. */
  readonly space: string | null;
  readonly name: string;
  /** `epoch:version-release` that has the fix. */
  readonly version: string;
  /** First version the notice is about, or null for all before the fix. */
  readonly since: string | null;
  /** `mariadb:10.3`, or null. */
  readonly modularity: string | null;
}

/** How a feed keeps its notices. */
export interface ErrataPlace {
  /** Who rates: `almalinux`. */
  readonly source: string;
  /** Part of the feed for a name space. */
  partOf(space: string): string;
  /** What to call packages without a name space in counts: `Oracle VM`. */
  readonly unsupported: string;
}

export function readErrata(errata: readonly Erratum[], place: ErrataPlace): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const erratum of errata) {
    const usable = erratum.packages.filter(({ name, version }) => isPackageName(name) && version !== "");
    if (usable.length < erratum.packages.length) {
      rejected.push({ id: erratum.id, reason: "a package has no usable name or version" });
    }
    const advisories = erratum.isSecurity ? adviseOn(erratum, usable, place.source) : [];
    const spaces = sortedUnique(advisories.map(({ space }) => space));
    records.push(
      advisoryRecord({
        // One notice may stand in the lists of several releases, each with the packages of its own.
        id: [erratum.id, ...spaces].join(" "),
        modifiedAt: erratum.modifiedAt ?? erratum.publishedAt,
        advisories: advisories.map((advisory) => ({ part: place.partOf(advisory.space), advisory })),
        unsupported:
          erratum.isSecurity && usable.some(({ space }) => space === null) ? [place.unsupported] : [],
      }),
    );
  }
  return { records, rejected, spaces: [] };
}

function adviseOn(erratum: Erratum, packages: readonly ErratumPackage[], source: string): FeedAdvisory[] {
  const subjects: readonly ErratumVulnerability[] =
    erratum.vulnerabilities.length > 0
      ? erratum.vulnerabilities
      : [{ id: erratum.id, vector: null, cwes: [] }];
  const fixes = lowestFixes(packages);
  const summary = shortSummary(`${erratum.id}: ${erratum.title.replace(`${erratum.id}:`, "").trim()}`, null);
  const word = erratum.severity === null ? null : ratingOfWord(source, erratum.severity);
  return subjects.flatMap(({ id, vector, cwes }) => {
    const rating = vector === null ? null : ratingOfVector(source, vector);
    const severities = [rating, word].filter((each): each is SeverityRating => each !== null);
    return fixes.map(({ space, name, version, since, modularity }) =>
      feedAdvisory({
        id,
        space: space ?? "",
        name,
        summary,
        ranges: [{ scheme: "rpm", introduced: since ?? "0", fixed: version, lastAffected: null }],
        severities,
        cwes,
        publishedAt: erratum.publishedAt,
        modifiedAt: erratum.modifiedAt,
        url: erratum.url,
        ...(erratum.publishedAt !== null && { fixedAt: erratum.publishedAt }),
        ...(modularity !== null && { modularity }),
      }),
    );
  });
}

/** One fix for each package: a notice lists a build for each minor release and architecture, and the lowest one has the fix. */
function lowestFixes(packages: readonly ErratumPackage[]): ErratumPackage[] {
  const found = new Map<string, ErratumPackage>();
  for (const pkg of packages) {
    if (pkg.space === null || /-debug(?:info|source)(?:-|$)/.test(pkg.name)) continue;
    const key = [pkg.space, pkg.name, pkg.modularity ?? ""].join("\n");
    const known = found.get(key);
    if (known === undefined || compareVersions("rpm", pkg.version, known.version) === -1) found.set(key, pkg);
  }
  return [...found.values()];
}
