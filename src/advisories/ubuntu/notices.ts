/**
 * Pages of Ubuntu's security notices, as its web service answers (`/security/notices.json`):
 * `{ notices: [{ id: "USN-…", cves_ids, release_packages: { jammy: [{ name, is_source, version, pocket }] } }] }`
 *
 * Only source packages count, by which packages are looked up; the oldest notices list none, or no versions.
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
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";
import { kindOfPocket, spaceOfRelease } from "./releases.ts";

export const noticesPart = "notices";

/** Whether a value is a page of it; an empty page is nobody's. */
export function isNoticePage(value: unknown): boolean {
  const first = asFields(asList(asFields(value)?.["notices"])[0]);
  return first !== null && asText(first["id"]) !== null && asFields(first["release_packages"]) !== null;
}

export function readNoticePage(value: unknown): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of asList(asFields(value)?.["notices"])) {
    const notice = asFields(member);
    const id = asText(notice?.["id"]);
    if (notice === null || id === null || !/^[A-Z]{3,5}-[\d-]{1,20}$/.test(id)) {
      rejected.push({ id: id ?? "notices", reason: "a notice has no usable id" });
      continue;
    }
    records.push(readNotice(id, notice, rejected));
  }
  return { records, rejected, spaces: [] };
}

function readNotice(id: string, notice: Fields, rejected: RejectedRecord[]): AdvisoryRecord {
  const unsupported: string[] = [];
  const advisories: FeedAdvisory[] = [];
  const cves = sortedUnique(asTexts(notice["cves_ids"]).filter((each) => /^CVE-\d{4}-\d{4,19}$/.test(each)));
  // A notice without CVEs stands for itself, unless it only repairs what an earlier one broke.
  const isRepair = cves.length === 0 && /\bregression/i.test(asText(notice["title"]) ?? "");
  const releases = isRepair ? {} : (asFields(notice["release_packages"]) ?? {});
  for (const [codename, members] of Object.entries(releases)) {
    const space = spaceOfRelease(codename);
    for (const fixed of asList(members).flatMap((member) => sourceOf(id, asFields(member), rejected))) {
      if (space === null || fixed.isSpecial) unsupported.push(`Ubuntu ${codename}`);
      else
        advisories.push(...(cves.length > 0 ? cves : [id]).map((each) => rowOf(each, space, notice, fixed)));
    }
  }
  return advisoryRecord({
    id,
    modifiedAt: asInstant(notice["published"]),
    advisories: advisories.map((advisory) => ({ part: noticesPart, advisory })),
    unsupported,
  });
}

interface FixedSource {
  readonly name: string;
  readonly version: string;
  readonly isPro: boolean;
  readonly isSpecial: boolean;
}

/** Nothing for binary packages and for those without a version. */
function sourceOf(id: string, pkg: Fields | null, rejected: RejectedRecord[]): FixedSource[] {
  const version = asText(pkg?.["version"]);
  if (pkg === null || pkg["is_source"] !== true || version === null) return [];
  const name = asText(pkg["name"]);
  if (!isPackageName(name) || compareVersions("deb", version, version) === null) {
    rejected.push({ id, reason: "a source package has no usable name or version" });
    return [];
  }
  const kind = kindOfPocket(asText(pkg["pocket"]));
  return [{ name, version, isPro: kind === "pro", isSpecial: kind === "special" }];
}

function rowOf(
  id: string,
  space: string,
  notice: Fields,
  { name, version, isPro }: FixedSource,
): FeedAdvisory {
  const own = asText(notice["id"]) ?? "";
  const publishedAt = asInstant(notice["published"]);
  return feedAdvisory({
    id,
    space,
    name,
    summary: shortSummary(`${own}: ${asText(notice["title"]) ?? ""}`, null),
    ranges: [{ scheme: "deb", introduced: "0", fixed: version, lastAffected: null }],
    publishedAt,
    url: `https://ubuntu.com/security/notices/${own}`,
    ...(isPro && { note: "only with Ubuntu Pro" }),
    ...(publishedAt !== null && { fixedAt: publishedAt.slice(0, 10) }),
  });
}
