/**
 * Advisories about Node.js itself, as its security working group keeps them: `vuln/core/<n>.json`, and `index.json` with all of
 * them by number. `{ cve: ["CVE-…"], vulnerable: "8.x || 7.x", patched: "^8.1.4 || ^7.10.1", affectedEnvironments: ["all"] }`
 *
 * Affected is what is vulnerable and not patched. Node.js in an image is a program outside packages, so it is known by its CPE.
 */
import { ratingOfWord } from "../shared/cvss.ts";
import { asFields, asInstant, asText, asTexts, sortedUnique, type Fields } from "../shared/fields.ts";
import { intervalSets, toRanges } from "../shared/intervals.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";
import { readNpmRange } from "./range.ts";

/** Whether a value is one advisory. Those on npm packages name a module, those on dependencies give no versions. */
export function isCoreAdvisory(value: unknown): boolean {
  const fields = asFields(value);
  if (fields === null || "module_name" in fields) return false;
  return asText(fields["vulnerable"]) !== null && Array.isArray(fields["affectedEnvironments"]);
}

/** Whether a parsed document is the index: numbers, and an advisory at the first. */
export function isCoreIndex(value: unknown): boolean {
  const fields = asFields(value);
  if (fields === null) return false;
  for (const number in fields) return /^\d{1,6}$/.test(number) && isCoreAdvisory(fields[number]);
  return false;
}

export function readCoreIndex(value: unknown): FeedReading {
  return readAll(Object.entries(asFields(value) ?? {}));
}

/** `file` is the document's name, `vuln/core/12.json`. */
export function readCoreAdvisory(file: string, value: unknown): FeedReading {
  return readAll([[(file.split("/").at(-1) ?? file).replace(/\.json$/i, ""), value]]);
}

function readAll(entries: readonly (readonly [string, unknown])[]): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const [number, value] of entries) {
    const record = isCoreAdvisory(value) ? readOne(number, asFields(value) ?? {}) : null;
    if (record === null) rejected.push({ id: `NSWG-COR-${number}`, reason: "its versions cannot be read" });
    else records.push(record);
  }
  return { records, rejected, spaces: [{ part: "", space: "nodejs" }] };
}

const sets = intervalSets("generic");

function readOne(number: string, fields: Fields): AdvisoryRecord | null {
  const vulnerable = readNpmRange(asText(fields["vulnerable"]) ?? "", sets);
  const patched = readNpmRange(asText(fields["patched"]) ?? "", sets);
  if (vulnerable === null || patched === null) return null;
  const own = `NSWG-COR-${number}`;
  const ranges = toRanges("generic", sets.subtract(vulnerable, patched), (version) => `${version}.0.1`);
  const systems = readSystems(fields);
  const rating = ratingOfWord("nodejs", asText(fields["severity"]) ?? "");
  const cves = asTexts(fields["cve"]).filter((id) => /^CVE-\d{4}-\d{4,19}$/.test(id));
  // A notice may fix several vulnerabilities; each is one row.
  const ids = cves.length > 0 ? cves : [own];
  return advisoryRecord({
    id: own,
    advisories: (ranges.length > 0 ? ids : []).map((id) => ({
      part: "",
      advisory: feedAdvisory({
        id,
        space: "nodejs",
        name: "nodejs:node.js",
        summary: shortSummary(asText(fields["description"]), asText(fields["overview"])),
        ranges,
        severities: rating === null ? [] : [rating],
        publishedAt: asInstant(fields["publish_date"]),
        url: pageOf(fields),
        ...(systems.length > 0 && { systems }),
      }),
    })),
    neverAffectedCount: ranges.length > 0 ? 0 : 1,
  });
}

/** `["win32"]`, in the words of `process.platform`, as Go's words. Empty: all. */
function readSystems(fields: Fields): readonly string[] {
  const environments = asTexts(fields["affectedEnvironments"]);
  if (environments.includes("all")) return [];
  return sortedUnique(environments.map((each) => (each === "win32" ? "windows" : each)));
}

function pageOf(fields: Fields): string | null {
  const page = asText(fields["ref"]);
  return page !== null && /^https?:\/\//.test(page) ? page : null;
}
