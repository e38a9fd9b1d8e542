/**
 * Components of Bitnami's images: `opt/bitnami/<name>/.spdx-<name>.spdx`, an SPDX 2.3 document as JSON for each component,
 * with the component itself and the libraries that Bitnami built into it.
 *
 * Packages of other ecosystems in such a document (npm, golang, maven, …) are not listed from it: they are read from their own
 * files, which say what is there now.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { listOf, readJsonRecord, textOf, textsOf } from "../shared/json-text.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { purlQualifier } from "../shared/purl.ts";
import { baseName, folderOf, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode, Ecosystem } from "../types.ts";
import { bitnamiNaming } from "./naming.ts";

export const bitnami: Ecosystem = {
  ...bitnamiNaming,
  title: "Components of Bitnami",
  specs: [
    "https://github.com/package-url/purl-spec/blob/main/types-doc/bitnami-definition.md",
    "https://spdx.github.io/spdx-spec/v2.3/package-information/",
  ],
  knows: {
    licenses: true,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: false,
    files: true,
    proof: "by-specification",
  },
  endings: [".spdx"],
  wants,
  catalog: (files) => readEach(files, readDocument),
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.startsWith("opt/bitnami/") || !path.endsWith(".spdx")) return false;
  return baseName(path).startsWith(".spdx-");
}

/** The document describes one component, which owns the folder that it stands in. */
function readDocument(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const described = new Set(textsOf(root["documentDescribes"]));
  const packages: Package[] = [];
  let owner: Package | null = null;
  for (const value of listOf(root["packages"])) {
    const record = recordOf(value);
    const purl = record === null ? null : purlOf(record);
    // Of another ecosystem, or known by its name alone.
    if (record === null || purl === null) continue;
    const pkg = toPackage(record, purl, file);
    if (pkg === null) {
      problems.add("RECORD_INVALID", `${purl.slice(0, 200)} has no valid name and version`);
      continue;
    }
    packages.push(pkg);
    if (described.has(textOf(record["SPDXID"]) ?? "")) owner ??= pkg;
  }
  if (packages.length === 0) problems.add("PARSE_FAILED", "the document names no component of Bitnami");
  owner ??= packages.find(({ name }) => baseName(file.path) === `.spdx-${name}.spdx`) ?? null;
  const claims = owner === null ? [] : [claimOf(owner.purl, folderOf(file.path), "folder")];
  return { packages, claims };
}

/** The package URL by which the record names a component of Bitnami, or null. */
function purlOf(record: JsonRecord): string | null {
  for (const value of listOf(record["externalRefs"])) {
    const reference = recordOf(value);
    const locator = textOf(reference?.["referenceLocator"]);
    if (reference?.["referenceType"] === "purl" && locator?.startsWith(PREFIX) === true) return locator;
  }
  return null;
}

const PREFIX = "pkg:bitnami/";

/** The version of the package URL counts, as older documents give the revision only there: `7.4.1-0`. */
function toPackage(record: JsonRecord, purl: string, file: WantedFile): Package | null {
  const [path = ""] = purl.slice(PREFIX.length).split(/[?#]/, 1);
  const [written = "", ofPurl = null] = path.split("@");
  const name = decoded(written)?.toLowerCase();
  const version = ofPurl === null ? record["versionInfo"] : decoded(ofPurl);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const architecture = tokenOf(purlQualifier(purl, "arch"));
  return packageOf(file, {
    type: "bitnami",
    name,
    version,
    qualifiers: { arch: architecture, distro: tokenOf(purlQualifier(purl, "distro")) },
    architecture,
    licenses: licensesOf(record),
  });
}

function tokenOf(text: string | null): string | null {
  return isToken(text, nameLengthMax) ? text : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What the authors declare; what Bitnami concluded where they declare nothing. */
function licensesOf(record: JsonRecord): readonly string[] {
  const [declared = [], concluded = []] = ["licenseDeclared", "licenseConcluded"].map((field) => {
    const text = textOf(record[field]);
    return text === null || text === "NOASSERTION" || text === "NONE" ? [] : spdxLicenses([text]);
  });
  return declared.length > 0 ? declared : concluded;
}
