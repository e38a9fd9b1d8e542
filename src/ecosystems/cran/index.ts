/**
 * R packages. In an image: the `DESCRIPTION` that R leaves with each installed package, those of R itself included. In a source
 * tree: `renv.lock`.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { readJsonRecord, textOf, textsOf } from "../shared/json-text.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { namedOf, readNodes } from "../shared/read-nodes.ts";
import { readStanzas } from "../shared/rfc822.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  shortText,
} from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { cranLicenses } from "./license.ts";
import { cranNaming } from "./naming.ts";

export const cran: Ecosystem = {
  ...cranNaming,
  title: "R packages",
  specs: [
    "https://cran.r-project.org/doc/manuals/R-exts.html#The-DESCRIPTION-file",
    "https://rstudio.github.io/renv/articles/lockfile.html",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  endings: ["/DESCRIPTION"],
  wants,
  catalog,
};

/** R's libraries are folders named `library` or `site-library`; renv's are folders of one project, one for each R. */
function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "sources") return path === "renv.lock" || path.endsWith("/renv.lock");
  if (!path.endsWith("/DESCRIPTION")) return false;
  const library = folderOf(folderOf(path));
  const name = baseName(library);
  return name === "library" || name === "site-library" || library.includes("/renv/library/");
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  return mode === "installed" ? readInstalled(files) : readEach(files, readLock);
}

const fieldNames = new Set([
  "package",
  "version",
  "title",
  "author",
  "license",
  "depends",
  "imports",
  "linkingto",
]);

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  const claims: FileClaim[] = [];
  const reading = readNodes(files, (file, problems) => {
    const fields = readStanzas(decodeText(file.bytes), fieldNames).next().value?.fields;
    const named = namedOf(problems, "the description", fields?.get("package"), fields?.get("version"));
    if (named === null) return null;
    const pkg = packageOf(file, {
      type: "cran",
      ...named,
      licenses: cranLicenses(fields?.get("license") ?? ""),
      author: shortText(oneLine(fields?.get("author")), authorLengthMax),
      description: shortText(oneLine(fields?.get("title")), descriptionLengthMax),
    });
    const needs = ["depends", "imports", "linkingto"].flatMap((field) => namesIn(fields?.get(field) ?? ""));
    claims.push(claimOf(pkg.purl, folderOf(file.path), "folder"));
    return { pkg, names: [named.name], needs };
  });
  return { ...reading, ...(claims.length === 0 ? {} : { claims }) };
}

function oneLine(text: string | undefined): string | null {
  return text?.replace(/\s+/g, " ") ?? null;
}

/** `R (>= 3.3.0), methods, Rcpp (>= 1.0)`; R itself is no package. */
function namesIn(field: string): readonly string[] {
  const names = field.split(",").map((entry) => entry.trim().split(/[\s(]/, 1)[0] ?? "");
  return names.filter((name) => name !== "" && name !== "R");
}

function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const list = recordOf(root["Packages"]);
  if (list === null) {
    problems.add("PARSE_FAILED", "the file is no lock file of renv");
    return nothingRead;
  }
  const nodes = Object.entries(list).flatMap(([key, value]): readonly PackageNode[] => {
    const entry = recordOf(value);
    const named = namedOf(problems, `the entry ${key}`, entry?.["Package"], entry?.["Version"]);
    if (entry === null || named === null) return [];
    // Newer versions of renv copy the whole description into the lock file.
    const license = textOf(entry["License"]);
    const pkg = packageOf(file, {
      type: "cran",
      ...named,
      licenses: license === null ? [] : cranLicenses(license),
      description: shortText(oneLine(textOf(entry["Title"]) ?? undefined), descriptionLengthMax),
    });
    return [{ pkg, names: [named.name], needs: textsOf(entry["Requirements"]) }];
  });
  return { packages: withEdges(nodes) };
}
