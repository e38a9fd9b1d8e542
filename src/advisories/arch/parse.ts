/**
 * Groups of vulnerabilities that one fix of some packages removes:
 * `{ name: "AVG-1", packages: ["curl", "lib32-curl"], status, severity, type, affected, fixed, issues: ["CVE-…"] }`
 *
 * `affected` is the version that was known to be vulnerable when the group was opened, not the first one, so ranges begin at the
 * beginning. All packages of a group share its versions.
 */
import type { AffectedRange, FixState } from "../../domain/advisory.ts";
import { ratingOfWord } from "../shared/cvss.ts";
import { asFields, asList, asText, asTexts, isPackageName, type Fields } from "../shared/fields.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";

const space = "alpm:arch";
const GROUP_ID = /^AVG-\d{1,9}$/;

export function isGroupList(value: unknown): boolean {
  const first = asFields(asList(value)[0]);
  return GROUP_ID.test(asText(first?.["name"]) ?? "") && Array.isArray(first?.["packages"]);
}

export function readGroups(value: unknown): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of asList(value)) {
    const group = asFields(member) ?? {};
    const id = asText(group["name"]) ?? "";
    const told = GROUP_ID.test(id) ? tell(group) : null;
    if (told === null)
      rejected.push({ id: id || "a group", reason: "its id, status or version cannot be read" });
    else records.push(readGroup(id, group, told, rejected));
  }
  return { records, rejected, spaces: [{ part: "", space }] };
}

interface Told {
  readonly range: AffectedRange | null;
  readonly state: FixState | null;
  readonly note: string | null;
}

/** Null when the status is not known, or a fix without a version that can be compared. */
function tell(group: Fields): Told | null {
  const status = asText(group["status"])?.toLowerCase() ?? "";
  const fixed = asText(group["fixed"]);
  if (status === "not affected") return { range: null, state: "not_affected", note: null };
  if (status === "unknown") return { range: null, state: "under_investigation", note: null };
  if (status === "vulnerable") return { range: before(null), state: "affected", note: null };
  if (status !== "fixed" && status !== "testing") return null;
  if (fixed === null || compareVersions("alpm", fixed, fixed) === null) return null;
  return { range: before(fixed), state: null, note: status === "testing" ? "fixed in testing" : null };
}

function before(fixed: string | null): AffectedRange {
  return { scheme: "alpm", introduced: "0", fixed, lastAffected: null };
}

function readGroup(id: string, group: Fields, told: Told, rejected: RejectedRecord[]): AdvisoryRecord {
  const names = asTexts(group["packages"]);
  const usable = names.filter(isPackageName);
  if (usable.length < names.length) rejected.push({ id, reason: "a package has no usable name" });
  const issues = asTexts(group["issues"]).filter((issue) => /^CVE-\d{4}-\d{4,10}$/.test(issue));
  const rating = ratingOfWord("arch", asText(group["severity"]) ?? "");
  const type = asText(group["type"]);
  const advisories = usable.flatMap((name) =>
    // A group without issues is about one that has no id yet.
    (issues.length === 0 ? [id] : issues).map((issue) =>
      feedAdvisory({
        id: issue,
        space,
        name,
        summary: type === null ? id : `${id}: ${type}`,
        ranges: told.range === null ? [] : [told.range],
        severities: rating === null || told.range === null ? [] : [rating],
        url: `https://security.archlinux.org/${id}`,
        ...(told.state !== null && { fixState: told.state }),
        ...(told.note !== null && { note: told.note }),
      }),
    ),
  );
  return advisoryRecord({ id, advisories: advisories.map((advisory) => ({ part: "", advisory })) });
}
