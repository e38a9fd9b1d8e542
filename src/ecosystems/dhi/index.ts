/**
 * What Docker built itself for its Hardened Images: `opt/docker/sbom/<name>/.spdx.<name>.json`, SPDX 2.3 documents, with package
 * URLs such as `pkg:dhi/python@3.14.2`.
 *
 * Packages of other ecosystems in such a document are not listed from it: they are read from their own files. Neither is the
 * image itself (`pkg:docker/dhi/…`); a document that names nothing else is no fault.
 */
import type { WantedFile } from "../../domain/files.ts";
import { nothingRead, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { purlQualifier } from "../shared/purl.ts";
import { readSpdxComponents, tokenOf, type QualifierFacts } from "../shared/spdx-components.ts";
import type { CatalogMode, Ecosystem } from "../types.ts";
import { dhiNaming } from "./naming.ts";

export const dhi: Ecosystem = {
  ...dhiNaming,
  title: "Docker Hardened Images",
  specs: [
    "https://docs.docker.com/dhi/core-concepts/sbom/",
    "https://spdx.github.io/spdx-spec/v2.3/package-information/",
  ],
  knows: {
    licenses: true,
    authors: false,
    descriptions: false,
    digests: false,
    dependencies: false,
    files: false,
    proof: "by-specification",
  },
  endings: [".json"],
  wants: (path: string, mode: CatalogMode) =>
    mode === "installed" && path.startsWith("opt/docker/sbom/") && path.endsWith(".json"),
  catalog: (files) => readEach(files, readDocument),
};

function readDocument(file: WantedFile, problems: FileProblems): FileReading {
  const found = readSpdxComponents(file, problems, "dhi", qualifiersOf);
  return found === null ? nothingRead : { packages: found.packages };
}

/** The platform is written as `linux/arm64`. */
function qualifiersOf(purl: string): ReturnType<QualifierFacts> {
  const platform = tokenOf(purlQualifier(purl, "platform"));
  return {
    architecture: platform?.split("/")[1] ?? null,
    qualifiers: {
      platform,
      os_name: tokenOf(purlQualifier(purl, "os_name")),
      os_version: tokenOf(purlQualifier(purl, "os_version")),
    },
  };
}
