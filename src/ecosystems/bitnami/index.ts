/**
 * Components of Bitnami's images: `opt/bitnami/<name>/.spdx-<name>.spdx`, an SPDX 2.3 document as JSON for each component,
 * with the component itself and the libraries that Bitnami built into it; and `opt/bitnami/.bitnami_components.json`, the list of
 * components, which older images have alone.
 *
 * Packages of other ecosystems in such a document (npm, golang, maven, …) are not listed from it: they are read from their own
 * files, which say what is there now.
 */
import type { WantedFile } from "../../domain/files.ts";
import { recordOf } from "../../domain/json-record.ts";
import { readJsonRecord, textOf } from "../shared/json-text.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { purlQualifier } from "../shared/purl.ts";
import { readSpdxComponents, tokenOf, type QualifierFacts } from "../shared/spdx-components.ts";
import { baseName, folderOf, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { bitnamiNaming } from "./naming.ts";

export const bitnami: Ecosystem = {
  ...bitnamiNaming,
  title: "Components of Bitnami",
  specs: [
    "https://github.com/package-url/purl-spec/blob/main/types-doc/bitnami-definition.md",
    "https://spdx.github.io/spdx-spec/v2.3/package-information/",
    "https://github.com/bitnami/containers",
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
  endings: [".spdx", ".json"],
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.startsWith("opt/bitnami/")) return false;
  return isList(path) || (path.endsWith(".spdx") && baseName(path).startsWith(".spdx-"));
}

function isList(path: string): boolean {
  return path === "opt/bitnami/.bitnami_components.json";
}

/** What a document tells of a component is more, and counts. */
function catalog(files: readonly WantedFile[]): CatalogResult {
  const documents = readEach(
    files.filter(({ path }) => !isList(path)),
    readDocument,
  );
  const lists = readEach(
    files.filter(({ path }) => isList(path)),
    readList,
  );
  const told = new Set(documents.packages.map(({ name }) => name));
  return {
    ...documents,
    packages: [...documents.packages, ...lists.packages.filter(({ name }) => !told.has(name))],
    problems: [...documents.problems, ...lists.problems],
  };
}

/** `{ "apache": { "arch": "amd64", "distro": "debian-11", "type": "NAMI", "version": "2.4.54-158" } }` */
function readList(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const packages = Object.entries(root).flatMap(([written, value]) => {
    const record = recordOf(value);
    const name = written.toLowerCase();
    const version = record?.["version"];
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      problems.add("RECORD_INVALID", `${written.slice(0, 200)} has no valid name and version`);
      return [];
    }
    const architecture = tokenOf(textOf(record?.["arch"]));
    const qualifiers = { arch: architecture, distro: tokenOf(textOf(record?.["distro"])) };
    return packageOf(file, { type: "bitnami", name, version, architecture, qualifiers });
  });
  return { packages };
}

/** The document describes one component, which owns the folder that it stands in. */
function readDocument(file: WantedFile, problems: FileProblems): FileReading {
  const found = readSpdxComponents(file, problems, "bitnami", qualifiersOf);
  if (found === null) return nothingRead;
  const { packages, described } = found;
  if (packages.length === 0) problems.add("PARSE_FAILED", "the document names no component of Bitnami");
  const owner = described ?? packages.find(({ name }) => baseName(file.path) === `.spdx-${name}.spdx`);
  return {
    packages,
    claims: owner === undefined ? [] : [claimOf(owner.purl, folderOf(file.path), "folder")],
  };
}

function qualifiersOf(purl: string): ReturnType<QualifierFacts> {
  const architecture = tokenOf(purlQualifier(purl, "arch"));
  return {
    architecture,
    qualifiers: { arch: architecture, distro: tokenOf(purlQualifier(purl, "distro")) },
  };
}
