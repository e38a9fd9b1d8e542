/**
 * Pages of Ubuntu's list of vulnerabilities, as its web service answers (`/security/cves.json`):
 * `{ cves: [{ id, priority, packages: [{ name, statuses: [{ release_codename, status, description, pocket }] }] }] }`
 *
 * Names are of source packages. `description` is the fixed version of what is `released`, else a remark; of what is not affected it
 * may be the version that came with the release. `DNE`: the release has no such package. `upstream` is no release.
 */
import type { AffectedRange, FixState, SeverityRating } from "../../domain/advisory.ts";
import { ratingOfWord } from "../shared/cvss.ts";
import { asFields, asInstant, asList, asText, isPackageName, type Fields } from "../shared/fields.ts";
import { noteText } from "../shared/note.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";
import { kindOfPocket, spaceOfRelease } from "./releases.ts";

export const cvesPart = "cves";

/** Whether a value is a page of it; an empty page is nobody's. */
export function isCvePage(value: unknown): boolean {
  const first = asFields(asList(asFields(value)?.["cves"])[0]);
  return (
    first !== null && asText(first["id"]) !== null && "priority" in first && Array.isArray(first["packages"])
  );
}

export function readCvePage(value: unknown): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of asList(asFields(value)?.["cves"])) {
    const fields = asFields(member);
    const id = asText(fields?.["id"]);
    if (fields === null || id === null || !/^CVE-\d{4}-\d{4,19}$/.test(id)) {
      rejected.push({ id: id ?? "cves", reason: "a vulnerability has no usable id" });
      continue;
    }
    records.push(readCve(id, fields, rejected));
  }
  return { records, rejected, spaces: [] };
}

function readCve(id: string, fields: Fields, rejected: RejectedRecord[]): AdvisoryRecord {
  const withdrawn = asText(fields["status"]) === "rejected";
  const unsupported: string[] = [];
  const advisories: FeedAdvisory[] = [];
  const rating = ratingOfWord("ubuntu", asText(fields["priority"]) ?? "");
  for (const member of withdrawn ? [] : asList(fields["packages"])) {
    const pkg = asFields(member);
    const name = asText(pkg?.["name"]);
    if (pkg === null || !isPackageName(name)) {
      rejected.push({ id, reason: "a package has no usable name" });
      continue;
    }
    for (const statusMember of asList(pkg["statuses"])) {
      const status = asFields(statusMember) ?? {};
      const place = placeOf(status);
      if (place === null) continue;
      if (place.space === null) {
        unsupported.push(place.name);
        continue;
      }
      const verdict = readVerdict(status, place.isPro);
      if (verdict === null)
        rejected.push({ id, reason: `the status of ${name} in ${place.name} cannot be read` });
      else advisories.push(rowOf({ id, fields, name, space: place.space, verdict, rating }));
    }
  }
  return advisoryRecord({
    id,
    modifiedAt: asInstant(fields["updated_at"]),
    withdrawn,
    advisories: advisories.map((advisory) => ({ part: cvesPart, advisory })),
    unsupported,
  });
}

interface Place {
  readonly name: string;
  /** Null: nothing looks it up. */
  readonly space: string | null;
  readonly isPro: boolean;
}

/** Null: the status is of no package of a release. */
function placeOf(status: Fields): Place | null {
  const codename = asText(status["release_codename"]) ?? "";
  if (codename === "upstream" || asText(status["status"]) === "DNE") return null;
  const pocket = asText(status["pocket"]);
  const kind = kindOfPocket(pocket);
  const name = `Ubuntu ${codename}${kind === "special" ? ` ${pocket ?? ""}` : ""}`;
  return { name, space: kind === "special" ? null : spaceOfRelease(codename), isPro: kind === "pro" };
}

interface Verdict {
  readonly range: AffectedRange | null;
  readonly fixState: FixState | null;
  readonly note: string | null;
}

function readVerdict(status: Fields, isPro: boolean): Verdict | null {
  const remark = asText(status["description"]);
  const note = noteText(remark);
  switch (asText(status["status"])) {
    case "released":
      if (remark === null || compareVersions("deb", remark, remark) === null) return null;
      return { range: before(remark), fixState: null, note: isPro ? "only with Ubuntu Pro" : null };
    case "not-affected":
      return { range: null, fixState: "not_affected", note };
    case "needs-triage":
      return { range: null, fixState: "under_investigation", note };
    case "needed":
    case "active":
    case "in-progress":
    case "pending":
      return { range: before(null), fixState: "affected", note };
    case "deferred":
      return { range: before(null), fixState: "deferred", note };
    case "ignored": {
      const isOver = /^(?:end|out) of (?:[a-z]{1,12} )?(?:life|support)/i.test(remark ?? "");
      return { range: before(null), fixState: isOver ? "end_of_life" : "will_not_fix", note };
    }
    default:
      return null;
  }
}

function before(fixed: string | null): AffectedRange {
  return { scheme: "deb", introduced: "0", fixed, lastAffected: null };
}

interface Statement {
  readonly id: string;
  readonly fields: Fields;
  readonly name: string;
  readonly space: string;
  readonly verdict: Verdict;
  readonly rating: SeverityRating | null;
}

function rowOf({ id, fields, name, space, verdict, rating }: Statement): FeedAdvisory {
  const { range, fixState, note } = verdict;
  return feedAdvisory({
    id,
    space,
    name,
    summary: range === null ? "" : shortSummary(null, asText(fields["description"])),
    ranges: range === null ? [] : [range],
    severities: range === null || rating === null ? [] : [rating],
    publishedAt: asInstant(fields["published"]),
    modifiedAt: asInstant(fields["updated_at"]),
    url: `https://ubuntu.com/security/${id}`,
    ...(fixState !== null && { fixState }),
    ...(note !== null && { note }),
  });
}
