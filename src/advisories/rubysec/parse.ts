/**
 * One advisory of the Ruby Advisory Database: `gems/<gem>/<ID>.yml`, or `rubies/<engine>/<ID>.yml` for Ruby itself.
 *
 * It says what is patched and what was never affected; every other version is affected. Ids are written without their prefix
 * (`cve: 2008-7248`). Ratings are numbers without a vector.
 */
import type { SeverityRating } from "../../domain/advisory.ts";
import { severityOfScore } from "../shared/bands.ts";
import { asFields, asInstant, asText, isPackageName, type Fields } from "../shared/fields.ts";
import { intervalSets, toRanges, type Interval } from "../shared/intervals.ts";
import { noteText } from "../shared/note.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { AdvisoryRecord, FeedReading } from "../types.ts";
import { readRequirement } from "./requirement.ts";

export type RubyPart = "gems" | "rubies";

/** Which half of the database a document belongs to, or null when it is none of it. */
export function partOfRuby(value: unknown): RubyPart | null {
  const fields = asFields(value);
  if (fields === null || asText(fields["title"]) === null || asText(fields["url"]) === null) return null;
  if (asInstant(fields["date"]) === null) return null;
  if (asText(fields["gem"]) !== null) return "gems";
  return asText(fields["engine"]) === null ? null : "rubies";
}

/** `file` is the document's name; its last part without the ending is the id. */
export function readRubyAdvisory(file: string, value: unknown): FeedReading {
  const fields = asFields(value) ?? {};
  const part = partOfRuby(value) ?? "gems";
  const id = (file.split("/").at(-1) ?? file).replace(/\.ya?ml$/i, "");
  const name = asText(fields[part === "gems" ? "gem" : "engine"]);
  const reject = (reason: string): FeedReading => ({
    records: [],
    rejected: [{ id: `${id} ${name ?? ""}`, reason }],
    spaces: [],
  });
  if (!isPackageName(name) || !/^[A-Z]{2,10}-[\w-]{1,60}$/.test(id))
    return reject("it has no usable name or id");
  const place = part === "gems" ? { space: "gem", name, scheme: "gem" } : engines.get(name);
  const record: AdvisoryRecord = advisoryRecord({
    id: `${id} ${name}`,
    unsupported: place === undefined ? [`Ruby engine ${name}`] : [],
  });
  if (place === undefined) return { records: [record], rejected: [], spaces: [] };
  const ranges = rangesOf(fields, place.scheme);
  if (ranges === null) return reject("a requirement cannot be read");
  const platform = asText(fields["platform"]);
  const note = noteText(platform === null ? null : `only on platform ${platform}`);
  const systems = platform === "jruby" && place.space === "gem" && !JRUBY_ALONE.test(name) ? ["java"] : [];
  const advisory = feedAdvisory({
    id,
    space: place.space,
    name: place.name,
    aliases: aliasesOf(fields).filter((alias) => alias !== id),
    summary: shortSummary(asText(fields["title"]), asText(fields["description"])),
    ranges,
    severities: ratingOf(fields),
    publishedAt: asInstant(fields["date"]),
    url: asText(fields["url"]),
    ...(note !== null && { note }),
    ...(systems.length > 0 && { systems }),
  });
  const never = ranges.length === 0;
  return {
    records: [
      { ...record, advisories: never ? [] : [{ part, advisory }], neverAffectedCount: never ? 1 : 0 },
    ],
    rejected: [],
    spaces: [],
  };
}

/** Gems that no other Ruby runs, whatever platform they are built for. */
const JRUBY_ALONE = /jruby|jdbc/;

/** Ruby itself is a program outside packages, so it is known by its CPE. */
const engines: ReadonlyMap<string, { space: string; name: string; scheme: string }> = new Map([
  ["ruby", { space: "cpe", name: "ruby-lang:ruby", scheme: "generic" }],
  ["jruby", { space: "cpe", name: "jruby:jruby", scheme: "generic" }],
  ["mruby", { space: "cpe", name: "mruby:mruby", scheme: "generic" }],
]);

function rangesOf(fields: Fields, scheme: string) {
  const sets = intervalSets(scheme);
  const safe: Interval[] = [];
  for (const key of ["patched_versions", "unaffected_versions"]) {
    const requirements = fields[key] ?? [];
    // The failsafe schema reads an empty value as an empty text.
    if (requirements === "") continue;
    if (!Array.isArray(requirements)) return null;
    for (const requirement of requirements as readonly unknown[]) {
      const interval = readRequirement(asText(requirement) ?? "", sets);
      if (interval === null) return null;
      safe.push(interval);
    }
  }
  return toRanges(scheme, sets.complement(safe), behind);
}

/** Nobody publishes a version between 1.2 and 1.2.0.0.1. */
function behind(version: string): string {
  return `${version}.0.0.1`;
}

/** Of one vulnerability; those under `related` are others. */
function aliasesOf(fields: Fields): string[] {
  const prefixes = [
    ["cve", "CVE-"],
    ["ghsa", "GHSA-"],
    ["osvdb", "OSVDB-"],
  ] as const;
  return prefixes.flatMap(([key, prefix]) => {
    const written = asText(fields[key]);
    return written === null || !/^[\w-]{1,60}$/.test(written) ? [] : [`${prefix}${written}`];
  });
}

/** The newest method that rated it, as a word, since there is no vector to show. */
function ratingOf(fields: Fields): SeverityRating[] {
  const written = asText(fields["cvss_v4"]) ?? asText(fields["cvss_v3"]) ?? asText(fields["cvss_v2"]);
  const score = Number(written ?? Number.NaN);
  if (!(score >= 0 && score <= 10)) return [];
  return [{ source: "rubysec", type: null, vector: null, score: null, severity: severityOfScore(score) }];
}
