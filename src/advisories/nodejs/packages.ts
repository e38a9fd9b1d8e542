/**
 * Advisories about npm packages of the security working group: `vuln/npm/<n>.json`, and `index.json` with all of them by number.
 * `{ module_name: "minimatch", cves: [], vulnerable_versions: "<=3.0.1", patched_versions: ">=3.0.2" }`
 *
 * The list was closed in 2020. Affected is what is vulnerable and not patched; without `patched_versions` nothing is.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { ratingOfVector } from "../shared/cvss.ts";
import { asFields, asInstant, asText, asTexts, isPackageName, type Fields } from "../shared/fields.ts";
import { intervalSets, toRanges } from "../shared/intervals.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";
import { readNpmRange } from "./range.ts";

/** Part of the feed that holds them; read from files only. */
export const packagesPart = "npm";

export function isPackageAdvisory(value: unknown): boolean {
  const fields = asFields(value);
  return fields !== null && asText(fields["module_name"]) !== null && "vulnerable_versions" in fields;
}

export function isPackageIndex(value: unknown): boolean {
  const fields = asFields(value);
  if (fields === null) return false;
  for (const number in fields) return /^\d{1,6}$/.test(number) && isPackageAdvisory(fields[number]);
  return false;
}

/** One advisory, or the index. */
export function readPackageAdvisories(value: unknown): FeedReading {
  const members = isPackageAdvisory(value) ? [value] : Object.values(asFields(value) ?? {});
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of members) {
    const fields = asFields(member) ?? {};
    const number = fields["id"];
    const id = typeof number === "number" && Number.isSafeInteger(number) ? `NSWG-ECO-${number}` : null;
    const record = id === null || !isPackageAdvisory(fields) ? null : readOne(id, fields);
    if (record === null)
      rejected.push({ id: id ?? "an advisory", reason: "its package or versions cannot be read" });
    else records.push(record);
  }
  return { records, rejected, spaces: [{ part: packagesPart, space: "npm" }] };
}

const sets = intervalSets("semver");

function readOne(own: string, fields: Fields): AdvisoryRecord | null {
  const name = asText(fields["module_name"]);
  const vulnerable = readNpmRange(asText(fields["vulnerable_versions"]) ?? "", sets);
  const patched = readNpmRange(asText(fields["patched_versions"]) ?? "", sets);
  if (!isPackageName(name) || vulnerable === null || patched === null) return null;
  const affected = toRanges("semver", sets.subtract(vulnerable, patched), nextOf);
  const starts = new Set(patched.map(({ low }) => low?.version));
  const ranges = affected.map((range) => endAtFix(range, starts));
  const rating = ratingOfVector("nodejs", asText(fields["cvss_vector"]) ?? "");
  const cves = asTexts(fields["cves"]).filter((id) => /^CVE-\d{4}-\d{4,19}$/.test(id));
  // As aliases, several would be taken for one vulnerability.
  const ids = cves.length > 1 ? cves : [own];
  const advisories = ids.map((id) =>
    feedAdvisory({
      id,
      space: "npm",
      name,
      aliases: cves.length === 1 ? cves : [],
      summary: shortSummary(asText(fields["title"]), asText(fields["overview"])),
      ranges,
      severities: rating === null ? [] : [rating],
      publishedAt: asInstant(fields["publish_date"]),
      modifiedAt: asInstant(fields["updated_at"]),
      url: `https://github.com/nodejs/security-wg/blob/main/vuln/npm/${own.replace("NSWG-ECO-", "")}.json`,
    }),
  );
  const isNever = ranges.length === 0;
  return advisoryRecord({
    id: own,
    modifiedAt: asInstant(fields["updated_at"]),
    advisories: isNever ? [] : advisories.map((advisory) => ({ part: packagesPart, advisory })),
    neverAffectedCount: isNever ? 1 : 0,
  });
}

/** `<=3.0.1`, patched in 3.0.2, ends at the fix, since nothing was published between the two. */
function endAtFix(range: AffectedRange, starts: ReadonlySet<string | undefined>): AffectedRange {
  const fix = range.lastAffected === null ? "" : nextOf(range.lastAffected).replace(/-0$/, "");
  return starts.has(fix) ? { ...range, fixed: fix, lastAffected: null } : range;
}

/** The smallest version behind one: `1.2.4-0` behind `1.2.3`, `1.0.0-rc.1.0` behind `1.0.0-rc.1`. */
function nextOf(version: string): string {
  if (version.includes("-")) return `${version}.0`;
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return `${major}.${minor}.${patch + 1}-0`;
}
