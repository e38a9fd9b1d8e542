/**
 * One advisory of FriendsOfPHP, `<vendor>/<package>/<ID>.yaml`:
 * `{ title, link, cve, reference: "composer://vendor/package", branches: { 2.0.x: { time, versions: [">=2.0.0", "<2.0.11"] } } }`
 *
 * The constraints of a branch must all hold, and a version of any branch is affected. Branches without a fix end where the next one
 * begins; joined, they end where the fix is. `cve` may be null, `time` too.
 */
import { asFields, asInstant, asText, asTexts, isPackageName, type Fields } from "../shared/fields.ts";
import { intervalOf, intervalSets, toRanges, type Interval } from "../shared/intervals.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import type { FeedReading } from "../types.ts";

/** Whether a parsed document is such an advisory. */
export function isComposerAdvisory(value: unknown): boolean {
  const fields = asFields(value);
  return packageOf(fields) !== null && asFields(fields?.["branches"]) !== null;
}

/** `vendor/package`, in lower case as Packagist compares them. */
function packageOf(fields: Fields | null): string | null {
  const reference = asText(fields?.["reference"]) ?? "";
  return /^composer:\/\/([^/\s]{1,200}\/[^/\s]{1,200})$/.exec(reference)?.[1]?.toLowerCase() ?? null;
}

/** `file` is the document's name; its last part without the ending names the advisory within its package. */
export function readComposerAdvisory(file: string, value: unknown): FeedReading {
  const fields = asFields(value);
  const name = packageOf(fields);
  const stem = (file.split("/").at(-1) ?? file).replace(/\.ya?ml$/i, "");
  const own = `FriendsOfPHP:${name ?? ""}/${stem}`;
  const branches = Object.values(asFields(fields?.["branches"]) ?? {}).map(asFields);
  const intervals = branches.map(readBranch);
  if (!isPackageName(name) || intervals.length === 0 || intervals.includes(null)) {
    return {
      records: [],
      rejected: [{ id: own, reason: "its name or a branch cannot be read" }],
      spaces: [],
    };
  }
  const times = branches.flatMap((branch) => asInstant(branch?.["time"]) ?? []).sort();
  const cve = /^CVE-\d{4}-\d{4,19}$/.exec(asText(fields?.["cve"]) ?? "")?.[0] ?? null;
  const advisory = feedAdvisory({
    id: cve ?? own,
    space: "composer",
    name,
    summary: shortSummary(asText(fields?.["title"]), null),
    ranges: toRanges("composer", sets.unite(intervals.filter((each) => each !== null)), behind),
    publishedAt: times[0] ?? null,
    url: pageOf(fields),
  });
  const record = advisoryRecord({
    id: own,
    advisories: [{ part: "", advisory }],
  });
  return { records: [record], rejected: [], spaces: [] };
}

const sets = intervalSets("composer");

/** The versions of a branch; null when a constraint cannot be read or no version meets them all. */
function readBranch(branch: Fields | null): Interval | null {
  const constraints = asTexts(branch?.["versions"]);
  const parts = constraints.map((constraint) => {
    const [, operator = "", version = ""] = /^([<>=]{1,2})\s*([0-9v][\w.+-]{0,100})$/.exec(constraint) ?? [];
    return version !== "" && sets.isValid(version) ? intervalOf(operator, version) : null;
  });
  if (parts.length === 0 || parts.includes(null)) return null;
  return sets.intersect(parts.filter((part) => part !== null));
}

/** A patch of a version comes right behind it, and before all that count on. */
function behind(version: string): string {
  return /[A-Za-z-]/.test(version.replace(/^v/, "")) ? version : `${version}-patch`;
}

function pageOf(fields: Fields | null): string | null {
  const link = asText(fields?.["link"]);
  return link !== null && /^https?:\/\//.test(link) ? link : null;
}
