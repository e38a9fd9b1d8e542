/**
 * SPDX 2.3 documents as JSON that a publisher leaves in its images: the packages that are named by package URLs of the
 * publisher's own type. Those of other types are left to the files that tell of them.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { listOf, readJsonRecord, textOf, textsOf } from "./json-text.ts";
import { spdxLicenses } from "./licenses.ts";
import { packageOf, type PackageFacts } from "./package-of.ts";
import type { FileProblems } from "./problems.ts";
import { isToken, nameLengthMax, versionLengthMax } from "./text.ts";

export interface SpdxComponents {
  readonly packages: readonly Package[];
  /** The first one that the document says it describes. */
  readonly described: Package | null;
}

/** What of a package URL is kept beside name and version. */
export type QualifierFacts = (purl: string) => Pick<PackageFacts, "qualifiers" | "architecture">;

/** The packages of `type`; null, and a complaint, when the file is no JSON object. Names are read as lower case. */
export function readSpdxComponents(
  file: WantedFile,
  problems: FileProblems,
  type: string,
  qualifiersOf: QualifierFacts,
): SpdxComponents | null {
  const root = readJsonRecord(file, problems);
  if (root === null) return null;
  const describes = new Set(textsOf(root["documentDescribes"]));
  const packages: Package[] = [];
  let described: Package | null = null;
  for (const value of listOf(root["packages"])) {
    const record = recordOf(value);
    const purl = record === null ? null : purlOf(record, `pkg:${type}/`);
    // Of another ecosystem, or known by its name alone.
    if (record === null || purl === null) continue;
    const named = namedBy(record, purl, type);
    if (named === null) {
      problems.add("RECORD_INVALID", `${purl.slice(0, 200)} has no valid name and version`);
      continue;
    }
    const pkg = packageOf(file, { type, ...named, ...qualifiersOf(purl), licenses: licensesOf(record) });
    packages.push(pkg);
    if (describes.has(textOf(record["SPDXID"]) ?? "")) described ??= pkg;
  }
  return { packages, described };
}

/** A qualifier's value, or null where it could not stand in a package. */
export function tokenOf(text: string | null): string | null {
  return isToken(text, nameLengthMax) ? text : null;
}

function purlOf(record: JsonRecord, prefix: string): string | null {
  for (const value of listOf(record["externalRefs"])) {
    const reference = recordOf(value);
    const locator = textOf(reference?.["referenceLocator"]);
    if (reference?.["referenceType"] === "purl" && locator?.startsWith(prefix) === true) return locator;
  }
  return null;
}

/** The version of the package URL counts, as older documents give the revision only there: `7.4.1-0`. */
function namedBy(
  record: JsonRecord,
  purl: string,
  type: string,
): { readonly name: string; readonly version: string } | null {
  const [path = ""] = purl.slice(`pkg:${type}/`.length).split(/[?#]/, 1);
  const [written = "", ofPurl = null] = path.split("@");
  const name = decoded(written)?.toLowerCase();
  const version = ofPurl === null ? record["versionInfo"] : decoded(ofPurl);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  return { name, version };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What the authors declare; what the publisher concluded where they declare nothing. */
function licensesOf(record: JsonRecord): readonly string[] {
  const [declared = [], concluded = []] = ["licenseDeclared", "licenseConcluded"].map((field) => {
    const text = textOf(record[field]);
    return text === null || text === "NOASSERTION" || text === "NONE" ? [] : spdxLicenses([text]);
  });
  return declared.length > 0 ? declared : concluded;
}
