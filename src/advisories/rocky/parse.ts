/**
 * Errata of Rocky Linux. Both sources name binary packages; module streams stand in the API's answers only.
 */
import type { FeedDocument } from "../shared/document.ts";
import { readErrata, type Erratum, type ErrataPlace, type ErratumPackage } from "../shared/errata.ts";
import { asFields, asInstant, asList, asText, type Fields } from "../shared/fields.ts";
import { readUpdateinfo } from "../shared/updateinfo.ts";
import type { FeedReading, FollowedPage } from "../types.ts";

const place: ErrataPlace = {
  source: "rocky",
  partOf: () => "",
  unsupported: "Rocky Linux of special interest groups",
};

/** `Rocky Linux 9 x86_64`, `Rocky Linux 8.6 x86_64 (Legacy)`; kernels of special interest groups have other names. */
function spaceOf(product: string): string | null {
  const release = /^Rocky Linux (\d{1,2})(?:\.\d{1,2})?(?:\s(?!SIG)|$)/.exec(product)?.[1];
  return release === undefined ? null : `rpm:rocky:${release}`;
}

export function readRockyUpdates(document: FeedDocument): FeedReading {
  const { updates, broken } = readUpdateinfo(document);
  const errata = updates.map((update) => ({
    ...update,
    packages: update.packages
      .filter(({ architecture }) => architecture !== "src")
      .map((pkg): ErratumPackage => {
        const { name, version } = pkg;
        return { space: spaceOf(update.release), name, version, since: null, modularity: null };
      }),
  }));
  const reading = readErrata(errata, place);
  const faults = Array.from({ length: broken }, () => ({
    id: document.name,
    reason: "a notice is no XML or has no id",
  }));
  return { ...reading, rejected: [...reading.rejected, ...faults] };
}

/** Whether a parsed document is a page of the API. */
export function isRockyPage(value: unknown): boolean {
  const first = asFields(asList(asFields(value)?.["advisories"])[0]);
  return /^R[LX][SBE]A-/.test(asText(first?.["name"]) ?? "") && Array.isArray(first?.["packages"]);
}

/** Pages of the API tell how many errata there are, newest first: the first page changes with each new one. */
export function followErrata(page: FeedDocument): FollowedPage {
  const fields = asFields(page.value());
  const [total, size] = [countOf(fields?.["total"]), countOf(fields?.["size"])];
  if (!isRockyPage(fields) || total === null || size === null || size === 0) return { isContent: true };
  const pageCount = Math.min(Math.ceil(total / size), pagesMax);
  const others = Array.from({ length: pageCount - 1 }, (_, at) => `?page=${at + 2}&size=${size}`);
  return { isContent: true, contents: others };
}

/** More than the driver follows, which then says so. */
const pagesMax = 5_000;

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function readRockyPage(value: unknown): FeedReading {
  const members = asList(asFields(value)?.["advisories"]).map((member) => asFields(member) ?? {});
  const usable = members.filter((member) => /^R[LX][SBE]A-[\w:.-]{1,60}$/.test(asText(member["name"]) ?? ""));
  const reading = readErrata(usable.map(readErratum), place);
  const faults = Array.from({ length: members.length - usable.length }, () => ({
    id: "a page",
    reason: "an erratum has no usable name",
  }));
  return { ...reading, rejected: [...reading.rejected, ...faults] };
}

function readErratum(member: Fields): Erratum {
  const id = asText(member["name"]) ?? "";
  return {
    id,
    title: asText(member["synopsis"]) ?? "",
    isSecurity: id.startsWith("RLSA-"),
    severity: asText(member["severity"]),
    vulnerabilities: asList(member["cves"]).flatMap((each) => {
      const cve = asFields(each) ?? {};
      const name = asText(cve["cve"]);
      if (name === null || !/^CVE-\d{4}-\d{4,10}$/.test(name)) return [];
      const cwes = [...(asText(cve["cwe"]) ?? "").matchAll(/CWE-\d{1,6}/g)].map((match) => match[0]);
      return [{ id: name, vector: asText(cve["cvss3_scoring_vector"]), cwes }];
    }),
    packages: asList(member["packages"]).flatMap((each) => readPackage(asFields(each) ?? {})),
    publishedAt: asInstant(member["published_at"]),
    modifiedAt: asInstant(member["updated_at"]),
    url: `https://errata.rockylinux.org/${id}`,
  };
}

/** `delve-0:1.25.2-1.el10_1.aarch64.rpm`; source packages are nobody's. */
function readPackage(pkg: Fields): ErratumPackage[] {
  const match = /^([\w.+-]{1,200})-(\d{1,9}:[\w.+~^]{1,100}-[\w.+~^]{1,100})\.(\w{1,20})\.rpm$/.exec(
    asText(pkg["nevra"]) ?? "",
  );
  if (match?.[3] === "src") return [];
  const [module, stream] = [asText(pkg["module_name"]), asText(pkg["module_stream"])];
  return [
    {
      space: spaceOf(asText(pkg["product_name"]) ?? ""),
      name: match?.[1] ?? "",
      version: match?.[2] ?? "",
      since: null,
      modularity: module === null || stream === null ? null : `${module}:${stream}`,
    },
  ];
}
