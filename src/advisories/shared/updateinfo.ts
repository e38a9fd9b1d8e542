/**
 * `updateinfo.xml` of rpm repositories (https://fedoraproject.org/wiki/PackageUpdateInfo): a list of notices. One `update` is
 * parsed at a time, since a list of all of them as objects would be very large.
 */
import { XMLParser } from "fast-xml-parser";
import type { Erratum } from "./errata.ts";
import { isXmlName, type FeedDocument } from "./document.ts";
import { asFields, asInstant, asList, asText, sortedUnique, type Fields } from "./fields.ts";

export interface Updateinfo {
  readonly updates: readonly Update[];
  /** Blocks that are no XML or lack an id. */
  readonly broken: number;
}

/** A notice as it is written; what its release and repository mean is the distribution's. */
export interface Update extends Omit<Erratum, "packages" | "severity"> {
  readonly severity: string | null;
  /** `Rocky Linux 9`; `0` where nobody filled it in. */
  readonly release: string;
  readonly packages: readonly UpdatePackage[];
}

export interface UpdatePackage {
  /** `amazon-linux-2---kernel-5.15` */
  readonly repository: string;
  readonly name: string;
  /** `epoch:version-release`, empty when one is missing. */
  readonly version: string;
  readonly architecture: string;
}

/** Text of one `update`. */
const updateLengthMax = 8 * 1024 * 1024;

/** Id of the first notice, or null when the document is no such list. Cheap. */
export function firstUpdateId(document: FeedDocument): string | null {
  if (!isXmlName(document.name)) return null;
  const start = document.text().slice(0, 4_096);
  if (!/^\s*(?:<\?xml[^>]*>\s*)?<updates[\s>]/.test(start)) return null;
  return /<id>\s*([\w:.-]{1,100})\s*<\/id>/.exec(start)?.[1] ?? null;
}

export function readUpdateinfo(document: FeedDocument): Updateinfo {
  const text = document.text();
  const updates: Update[] = [];
  let broken = 0;
  for (let at = text.search(/<update[\s>]/); at !== -1;) {
    const end = text.indexOf("</update>", at);
    if (end === -1) {
      broken += 1;
      break;
    }
    const update = end - at > updateLengthMax ? null : readUpdate(text.slice(at, end + "</update>".length));
    if (update === null) broken += 1;
    else updates.push(update);
    at = nextUpdate(text, end + "</update>".length);
  }
  return { updates, broken };
}

function nextUpdate(text: string, from: number): number {
  for (let at = text.indexOf("<update", from); at !== -1; at = text.indexOf("<update", at + 1)) {
    if (/[\s>]/.test(text.charAt(at + "<update".length))) return at;
  }
  return -1;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === "reference" || name === "package" || name === "collection",
});

function readUpdate(xml: string): Update | null {
  const update = parse(xml);
  const id = asText(update?.["id"]);
  if (update === null || id === null || !/^[\w:.-]{1,100}$/.test(id)) return null;
  const references = asList(asFields(update["references"])?.["reference"]).map(
    (each) => asFields(each) ?? {},
  );
  const cves = references.flatMap((each) => cvesOf(each));
  const page = asText(references.find((each) => each["@type"] === "self")?.["@href"]);
  return {
    id,
    title: asText(update["title"]) ?? "",
    isSecurity: update["@type"] === "security",
    severity: asText(update["severity"]),
    release: asText(update["release"]) ?? "",
    vulnerabilities: sortedUnique(cves).map((cve) => ({ id: cve, vector: null, cwes: [] })),
    packages: asList(asFields(update["pkglist"])?.["collection"]).flatMap(packagesOf),
    publishedAt: dateOf(update["issued"]),
    modifiedAt: dateOf(update["updated"]),
    url: page !== null && /^https:\/\/[\x21-\x7e]{1,500}$/.test(page) ? page : null,
  };
}

/** `2022-11-08 09:19:42`, or to the minute, in UTC. */
function dateOf(element: unknown): string | null {
  return asInstant(asFields(element)?.["@date"]);
}

function parse(xml: string): Fields | null {
  try {
    return asFields(asFields(parser.parse(xml))?.["update"]);
  } catch {
    // The parser throws for what it cannot read, and for nothing else.
    return null;
  }
}

/** CVEs are references of their own, or named in the titles of bugs. */
function cvesOf(reference: Fields): string[] {
  const text = reference["@type"] === "cve" ? reference["@id"] : reference["@title"];
  return [...(asText(text) ?? "").matchAll(/\bCVE-\d{4}-\d{4,10}\b/g)].map((match) => match[0]);
}

function packagesOf(member: unknown): UpdatePackage[] {
  const collection = asFields(member) ?? {};
  const repository = asText(collection["@short"]) ?? asText(collection["name"]) ?? "";
  return asList(collection["package"]).map((each) => {
    const pkg = asFields(each) ?? {};
    const [version, release] = [asText(pkg["@version"]), asText(pkg["@release"])];
    return {
      repository,
      name: asText(pkg["@name"]) ?? "",
      version:
        version === null || release === null ? "" : `${asText(pkg["@epoch"]) ?? "0"}:${version}-${release}`,
      architecture: asText(pkg["@arch"]) ?? "",
    };
  });
}
