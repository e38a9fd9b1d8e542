/**
 * Security databases of distributions that roll (Wolfi, Chainguard, MinimOS): Alpine's layout, without releases.
 * `{ reponame: "os", urlprefix, packages: [{ pkg: { name, secfixes: { "1.2.3-r0": ["CVE-…", "GHSA-…"] } } }] }`
 *
 * Version `0` says that the package never had the vulnerability. CVE and GHSA ids of one vulnerability stand side by side and are
 * not told to be the same, so each is a record of its own.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";
import { asFields, asList, asText, isPackageName, type Fields } from "./fields.ts";
import { advisoryRecord, feedAdvisory } from "./record.ts";
import { compareVersions } from "./versions.ts";

export interface RollingSecdb {
  /** Where its packages are served, which tells whose it is: `packages.wolfi.dev`. Several call their repository `os`. */
  readonly host: string;
  readonly packages: readonly unknown[];
}

/** The outline of a parsed document, or null when it is no such database; Alpine's names its release. */
export function readRollingSecdb(value: unknown): RollingSecdb | null {
  const fields = asFields(value);
  const host = /^https:\/\/([a-z0-9.-]{1,253})(?:\/|$)/.exec(asText(fields?.["urlprefix"]) ?? "")?.[1];
  if (fields === null || host === undefined || asText(fields["reponame"]) === null) return null;
  if ("distroversion" in fields || !("packages" in fields)) return null;
  return { host, packages: asList(fields["packages"]) };
}

/** Where the rows belong: part of the feed, and `apk:wolfi`. */
export interface SecdbPlace {
  readonly part: string;
  readonly space: string;
}

export function readRollingPackages({ packages }: RollingSecdb, place: SecdbPlace): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  for (const member of packages) {
    const pkg = asFields(asFields(member)?.["pkg"]);
    const name = asText(pkg?.["name"]);
    if (pkg === null || !isPackageName(name)) {
      rejected.push({ id: place.space, reason: "a package has no usable name" });
      continue;
    }
    records.push(...readPackage(name, asFields(pkg["secfixes"]) ?? {}, place, rejected));
  }
  return { records, rejected, spaces: [place] };
}

const VULNERABILITY =
  /^(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|CGA(?:-[0-9a-z]{4}){3}|[A-Z]{2,12}-[\w-]{1,60})$/;

function readPackage(
  name: string,
  secfixes: Fields,
  { part, space }: SecdbPlace,
  rejected: RejectedRecord[],
): AdvisoryRecord[] {
  const fixesById = new Map<string, string[]>();
  for (const [version, list] of Object.entries(secfixes)) {
    for (const entry of asList(list)) {
      const id = asText(entry) ?? "";
      const isUsable = VULNERABILITY.test(id) && compareVersions("apk", version, version) !== null;
      if (isUsable) fixesById.set(id, [...(fixesById.get(id) ?? []), version]);
      else rejected.push({ id: `${name} ${version}`, reason: "an entry names no id or no version" });
    }
  }
  return [...fixesById].map(([id, versions]): AdvisoryRecord => {
    const range = rangeBefore(versions.filter((version) => version !== "0"));
    const advisory = feedAdvisory({
      id,
      space,
      name,
      ranges: range === null ? [] : [range],
      ...(range === null && { fixState: "not_affected" as const }),
    });
    return advisoryRecord({
      id: `${id} ${name}`,
      advisories: [{ part, advisory }],
    });
  });
}

/** Everything before the highest fix: one that was fixed again had not been fixed. Null: never affected. */
function rangeBefore(fixed: readonly string[]): AffectedRange | null {
  if (fixed.length === 0) return null;
  const highest = fixed.reduce((best, version) =>
    (compareVersions("apk", version, best) ?? 0) > 0 ? version : best,
  );
  return { scheme: "apk", introduced: "0", fixed: highest, lastAffected: null };
}
