/**
 * One OSV record (schema 1.7, https://ossf.github.io/osv-schema/) as advisories, one for each space and package name.
 */
import {
  asFields,
  asInstant,
  asList,
  asText,
  asTexts,
  isPackageName,
  sortedUnique,
  type Fields,
} from "../shared/fields.ts";
import { advisoryRecord } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { AdvisoryRecord, FeedAdvisory, PartAdvisory, RejectedRecord } from "../types.ts";
import { osvPart, osvSpace, type OsvSpace } from "./ecosystems.ts";
import { idInReleases, isOtherNotice, readNotice, relatedCves } from "./notices.ts";
import { readFacts } from "./facts.ts";
import { pageOf, publisherOf } from "./page.ts";
import { readAffectedVersions } from "./ranges.ts";
import { readRatings } from "./ratings.ts";

export interface OsvReading {
  readonly record: AdvisoryRecord;
  /** Parts of the record that could not be used; the rest of it counts. */
  readonly rejected: readonly RejectedRecord[];
}

/** Whether a parsed document has the outline of an OSV record. */
export function isOsvRecord(value: unknown): boolean {
  const record = asFields(value);
  if (record === null || asText(record["id"]) === null) return false;
  return (
    Array.isArray(record["affected"]) || (record["modified"] !== undefined && "schema_version" in record)
  );
}

/** Reads a record that `isOsvRecord` accepts. Withdrawn records keep their id, so that they displace older copies. */
export function readOsvRecord(value: unknown): OsvReading {
  const record = asFields(value) ?? {};
  const id = asText(record["id"]) ?? "";
  const rejected: RejectedRecord[] = [];
  const unsupported: string[] = [];
  const advisories: PartAdvisory[] = [];
  const withdrawn = asText(record["withdrawn"]) !== null;
  const isNoStatement = withdrawn || isOtherNotice(id);
  const affected = isNoStatement ? [] : groupByPackage(asList(record["affected"]), id, rejected, unsupported);
  for (const group of affected) {
    for (const advisory of readGroup(record, id, group, rejected))
      advisories.push({ part: group.space.part, advisory });
  }
  const modifiedAt = asInstant(record["modified"]);
  return {
    record: advisoryRecord({
      id: idInReleases(id, advisories),
      modifiedAt,
      withdrawn,
      advisories,
      unsupported,
    }),
    rejected,
  };
}

interface PackageGroup {
  readonly space: OsvSpace;
  readonly name: string;
  readonly affected: Fields[];
}

/** One package may stand in several members of `affected`; they are read as one. */
function groupByPackage(
  members: readonly unknown[],
  id: string,
  rejected: RejectedRecord[],
  unsupported: string[],
): Iterable<PackageGroup> {
  const groups = new Map<string, PackageGroup>();
  for (const member of members) {
    const affected = asFields(member);
    if (affected === null) {
      rejected.push({ id, reason: "a member of `affected` is no object" });
      continue;
    }
    // Without a package it speaks of a Git repository only.
    if (affected["package"] === undefined) continue;
    const pkg = asFields(affected["package"]);
    const name = asText(pkg?.["name"]);
    const ecosystem = asText(pkg?.["ecosystem"]);
    if (!isPackageName(name) || ecosystem === null) {
      rejected.push({ id, reason: "a package has no usable name or ecosystem" });
      continue;
    }
    const space = osvSpace(ecosystem);
    if (space === null) {
      unsupported.push(osvPart(ecosystem));
      continue;
    }
    const normalised = space.normaliseName(name);
    const key = `${space.space}\n${normalised}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { space, name: normalised, affected: [affected] });
    else group.affected.push(affected);
  }
  return groups.values();
}

function readGroup(
  record: Fields,
  id: string,
  { space, name, affected }: PackageGroup,
  rejected: RejectedRecord[],
): FeedAdvisory[] {
  const read = affected.map((member) => readAffectedVersions(member, space.scheme));
  for (const fault of read.flatMap((each) => each.faults)) rejected.push({ id, reason: fault });
  const ranges = read.flatMap((each) => each.ranges);
  const versions = sortedUnique(read.flatMap((each) => each.versions));
  if (ranges.length === 0 && versions.length === 0) return [];
  const source = publisherOf(id, space.source);
  const url = pageOf(id, record);
  const base = {
    id,
    space: space.space,
    name,
    aliases: aliasesOf(record, id, space),
    summary: shortSummary(asText(record["summary"]), asText(record["details"])),
    ranges,
    versions,
    severities: affected.flatMap((member) => readRatings(record, member, source)).filter(isFirst),
    cwes: sortedUnique(asTexts(asFields(record["database_specific"])?.["cwe_ids"])),
    publishedAt: asInstant(record["published"]),
    modifiedAt: asInstant(record["modified"]),
    url,
    ...readFacts(id, record, affected, url),
  };
  if (!isDistribution(space)) return [base];
  return splitBundle(space.scheme === "rpm" ? readNotice(base, space.source) : base);
}

function isFirst(rating: object, index: number, all: readonly object[]): boolean {
  return all.findIndex((other) => JSON.stringify(other) === JSON.stringify(rating)) === index;
}

function isDistribution(space: OsvSpace): boolean {
  return space.scheme === "deb" || space.scheme === "apk" || space.scheme === "rpm";
}

/**
 * `aliases`, and for distributions `upstream`: what they patched. `related` names other vulnerabilities, so it is not read,
 * but for notices of rpm distributions that say nothing else.
 */
function aliasesOf(record: Fields, id: string, space: OsvSpace): string[] {
  const ids = asTexts(record["aliases"]);
  if (isDistribution(space)) ids.push(...asTexts(record["upstream"]));
  if (space.scheme === "rpm" && !ids.some((alias) => alias.includes("CVE-")))
    ids.push(...relatedCves(record));
  return sortedUnique(ids).filter((alias) => alias !== id);
}

/**
 * A distribution's notice (DSA, USN) may fix several vulnerabilities. As aliases they would be taken for one, so the notice
 * becomes one advisory for each CVE (`CVE-…`, also as `UBUNTU-CVE-…`), under the CVE's id; the notice's id leads the
 * summary and its page is the link.
 */
function splitBundle(advisory: FeedAdvisory): FeedAdvisory[] {
  const cves = sortedUnique(
    advisory.aliases.flatMap((alias) => /^(?:[A-Z]+-)?(CVE-[\d-]+)$/.exec(alias)?.[1] ?? []),
  );
  if (cves.length < 2) return [advisory];
  const summary = advisory.summary.includes(advisory.id)
    ? advisory.summary
    : `${advisory.id}: ${advisory.summary}`;
  return cves.map((cve) => ({ ...advisory, id: cve, aliases: [], summary }));
}
