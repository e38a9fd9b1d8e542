/**
 * What notices of rpm distributions leave to words: their rating and module stream stand in the summary, the vulnerabilities
 * they fix in `related`, and whether they are about security at all in their id.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { ratingOfWord } from "../shared/cvss.ts";
import { asTexts, sortedUnique, type Fields } from "../shared/fields.ts";
import { compareVersions } from "../shared/versions.ts";
import type { FeedAdvisory, PartAdvisory } from "../types.ts";

/** Notices of bug fixes and enhancements (`ALBA-`, `ALEA-`, `RLBA-`, `RLEA-`), and of builds outside the distribution (`RXSA-`). */
export function isOtherNotice(id: string): boolean {
  return /^(?:(?:AL|RL)[BE]A|RX[SBE]A)-/.test(id);
}

/** Vulnerabilities a notice fixes. Where `aliases` and `upstream` name none, rpm distributions name them as `related`. */
export function relatedCves(record: Fields): string[] {
  return asTexts(record["related"]).filter((id) => /^CVE-\d{4}-\d{4,}$/.test(id));
}

/**
 * The advisory with what its summary says: `Important: nodejs:18 security update`, seldom `php:8.0 security update (Important)`.
 * `source` is who rates.
 */
export function readNotice(advisory: FeedAdvisory, source: string): FeedAdvisory {
  const match =
    /^(?:[A-Z]{4}-\S+ )?(Critical|Important|Moderate|Low)\b:?/.exec(advisory.summary) ??
    /\((Critical|Important|Moderate|Low)\)$/.exec(advisory.summary);
  const rating = match?.[1] === undefined ? null : ratingOfWord(source, match[1]);
  const stream = moduleStream(advisory);
  // A vector is that of the worst vulnerability; which one that is, a notice for several does not tell.
  const vectors = advisory.aliases.length > 1 ? [] : advisory.severities;
  return {
    ...advisory,
    ranges: joinBuilds(advisory.ranges),
    severities: rating === null ? vectors : [...vectors, rating],
    ...(stream !== null && { modularity: stream }),
  };
}

/**
 * Only packages built for a module say so in their release. A notice for two modules (`virt:rhel and virt-devel:rhel`) does
 * not tell which package is of which.
 */
function moduleStream({ ranges, summary }: FeedAdvisory): string | null {
  if (!ranges.some(({ fixed }) => fixed !== null && /\.module[_+]/.test(fixed))) return null;
  const named = [...summary.matchAll(/(?:^|\s)([\w.+-]{1,60}:[\w.+-]{1,60})(?=\s|$)/g)];
  return named.length === 1 ? (named[0]?.[1] ?? null) : null;
}

/**
 * A notice for a module names the package once for each minor release that its fix was built in. Such builds differ only in what
 * follows `.module`, and each of them is the fix: below the lowest one is below them all, and what lies between is none.
 */
function joinBuilds(ranges: readonly AffectedRange[]): readonly AffectedRange[] {
  const lowest = new Map<string, AffectedRange>();
  for (const range of ranges) {
    const { scheme, introduced, fixed, lastAffected } = range;
    const build = fixed?.search(/\.module[_+]/) ?? -1;
    const key = build === -1 ? [fixed, lastAffected] : [fixed?.slice(0, build), ".module"];
    const identity = JSON.stringify([scheme, introduced, ...key]);
    const known = lowest.get(identity)?.fixed ?? null;
    if (known !== null && fixed !== null && (compareVersions(scheme, known, fixed) ?? 1) <= 0) continue;
    lowest.set(identity, range);
  }
  return [...lowest.values()];
}

/**
 * Which record it is. AlmaLinux publishes a notice for several releases as one record for each, all under one id; of two with
 * one id only the newer would be kept.
 */
export function idInReleases(id: string, advisories: readonly PartAdvisory[]): string {
  if (!/^AL[SBE]A-/.test(id)) return id;
  return [id, ...sortedUnique(advisories.map(({ advisory }) => advisory.space))].join(" ");
}
