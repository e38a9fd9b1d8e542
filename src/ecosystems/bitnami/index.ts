/**
 * Components of Bitnami's images: `opt/bitnami/<name>/.spdx-<name>.spdx`, an SPDX 2.3 document as JSON for each component,
 * with the component itself and the libraries that Bitnami built into it.
 *
 * Packages of other ecosystems in such a document (npm, golang, maven, …) are not listed from it: they are read from their own
 * files, which say what is there now.
 */
import type { WantedFile } from "../../domain/files.ts";
import { claimOf, nothingRead, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { purlQualifier } from "../shared/purl.ts";
import { readSpdxComponents, tokenOf, type QualifierFacts } from "../shared/spdx-components.ts";
import { baseName, folderOf } from "../shared/text.ts";
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
