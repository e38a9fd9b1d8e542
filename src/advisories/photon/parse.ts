/**
 * A list of Photon OS: one entry for each vulnerability of a package, with its state and the version that fixed it.
 */
import { severityOfScore } from "../shared/bands.ts";
import { asFields, asList, asText, isPackageName, type Fields } from "../shared/fields.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";

/** Whether a parsed document has the outline of such a list. An empty list tells nothing. */
export function isPhotonList(value: unknown): boolean {
  const first = asFields(asList(value)[0]);
  return first !== null && "cve_id" in first && "res_ver" in first && "pkg" in first;
}

/** `release` is `5.0`. */
export function readPhotonList(value: unknown, release: string): FeedReading {
  const space = `rpm:photon:${release}`;
  const rejected: RejectedRecord[] = [];
  const found = new Map<string, FeedAdvisory>();
  for (const member of asList(value)) {
    const entry = asFields(member) ?? {};
    const read = readEntry(entry, space);
    if (typeof read === "string") {
      rejected.push({ id: `${release} ${String(entry["cve_id"]).slice(0, 100)}`, reason: read });
      continue;
    }
    const key = `${read.id} ${read.name}`;
    const known = found.get(key);
    if (known === undefined || isLater(read, known)) found.set(key, read);
  }
  const records = [...found].map(([id, advisory]): AdvisoryRecord =>
    advisoryRecord({
      id: `${release} ${id}`,
      advisories: [{ part: release, advisory }],
    }),
  );
  return { records, rejected, spaces: [{ part: release, space }] };
}

/** The advisory of an entry, or why it cannot be used. */
function readEntry(entry: Fields, space: string): FeedAdvisory | string {
  const id = asText(entry["cve_id"]);
  // Numbers of trackers that nobody else knows (`UNK-1`) and cut texts (`Re`) stand among them.
  if (id === null || !/^(?:CVE-\d{4}-\d{4,10}|BDSA-\d{4}-\d{1,10})$/.test(id)) return "the id is none";
  const name = asText(entry["pkg"]);
  if (!isPackageName(name)) return "the package has no usable name";
  const state = asText(entry["status"])?.toLowerCase() ?? "";
  const fixed = asText(entry["res_ver"]);
  const hasFix = fixed !== null && fixed !== "NA" && fixed !== "N/A";
  if (state === "fixed" && !hasFix) return "a fixed package has no version";
  const isSafe = state === "not affected";
  const score = typeof entry["cve_score"] === "number" ? entry["cve_score"] : 0;
  const severity = severityOfScore(score);
  return feedAdvisory({
    id,
    space,
    name,
    ranges: isSafe
      ? []
      : [{ scheme: "rpm", introduced: "0", fixed: hasFix ? fixed : null, lastAffected: null }],
    severities:
      severity === "unspecified"
        ? []
        : [{ source: "photon", type: null, vector: null, score: null, severity }],
    ...(isSafe && { fixState: "not_affected" }),
    ...(!isSafe && !hasFix && { fixState: "affected" }),
  });
}

/** Of two entries for one package the later fix holds, since the first one was not complete; a fix tells more than a state. */
function isLater(entry: FeedAdvisory, known: FeedAdvisory): boolean {
  const [a, b] = [entry.ranges[0]?.fixed ?? null, known.ranges[0]?.fixed ?? null];
  if (a === null) return false;
  return b === null || compareVersions("rpm", a, b) === 1;
}
