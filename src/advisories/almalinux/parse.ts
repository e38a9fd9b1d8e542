/**
 * `errata.full.json` of AlmaLinux. The release stands in no field: it is in the address of each notice's page, and in the
 * releases of its packages.
 */
import { readErrata, type Erratum, type ErratumPackage } from "../shared/errata.ts";
import { asFields, asList, asText, sortedUnique, type Fields } from "../shared/fields.ts";
import type { FeedReading } from "../types.ts";

export function isAlmaErrata(value: unknown): boolean {
  const first = asFields(asList(asFields(value)?.["data"])[0]);
  return /^AL[SBE]A-/.test(asText(first?.["id"]) ?? "") && Array.isArray(first?.["packages"]);
}

export function readAlmaErrata(value: unknown): FeedReading {
  const members = asList(asFields(value)?.["data"]).map((member) => asFields(member) ?? {});
  const usable = members.filter((member) => /^AL[SBE]A-[\w:.-]{1,60}$/.test(asText(member["id"]) ?? ""));
  const reading = readErrata(usable.map(readErratum), {
    source: "almalinux",
    partOf: (space) => space.replace("rpm:almalinux:", ""),
    unsupported: "AlmaLinux of no known release",
  });
  const faults = Array.from({ length: members.length - usable.length }, () => ({
    id: "errata",
    reason: "an erratum has no usable id",
  }));
  return { ...reading, rejected: [...reading.rejected, ...faults] };
}

function readErratum(member: Fields): Erratum {
  const id = asText(member["id"]) ?? "";
  const references = asList(member["references"]).map((each) => asFields(each) ?? {});
  const page = asText(references.find((each) => each["type"] === "self")?.["href"]);
  const isPage = page !== null && /^https:\/\/errata\.almalinux\.org\/\d{1,2}\/[\w.-]{1,100}$/.test(page);
  const release = isPage ? (/\/(\d{1,2})\//.exec(page)?.[1] ?? null) : null;
  const cves = references.flatMap((each) => {
    const cve = each["type"] === "cve" ? asText(each["id"]) : null;
    return cve !== null && /^CVE-\d{4}-\d{4,10}$/.test(cve) ? [cve] : [];
  });
  return {
    id,
    title: asText(member["title"]) ?? "",
    isSecurity: member["type"] === "security" && id.startsWith("ALSA-"),
    severity: asText(member["severity"]),
    vulnerabilities: sortedUnique(cves).map((cve) => ({ id: cve, vector: null, cwes: [] })),
    packages: asList(member["packages"]).map((each) => readPackage(asFields(each) ?? {}, release)),
    publishedAt: ofSeconds(member["issued_date"]),
    modifiedAt: ofSeconds(member["updated_date"]),
    url: isPage ? page : null,
  };
}

function readPackage(pkg: Fields, pageRelease: string | null): ErratumPackage {
  const [version, build] = [asText(pkg["version"]), asText(pkg["release"])];
  const release = pageRelease ?? /[._]el(\d{1,2})(?!\d)/.exec(build ?? "")?.[1];
  return {
    space: release === undefined ? null : `rpm:almalinux:${release}`,
    name: asText(pkg["name"]) ?? "",
    version: version === null || build === null ? "" : `${asText(pkg["epoch"]) ?? "0"}:${version}-${build}`,
    since: null,
    // `mariadb:10.3:8050020220427075058:c5368500:x86_64`
    modularity: /^([\w.+-]{1,60}:[\w.+-]{1,60})(?::|$)/.exec(asText(pkg["module"]) ?? "")?.[1] ?? null,
  };
}

/** Seconds since 1970 as RFC 3339; null for anything else. */
function ofSeconds(value: unknown): string | null {
  const isTime = typeof value === "number" && value > 0 && value < 10_000_000_000;
  return isTime ? new Date(value * 1_000).toISOString() : null;
}
