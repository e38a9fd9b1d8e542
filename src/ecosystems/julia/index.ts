/**
 * Julia packages. In an image: the `Project.toml` of each package in a depot, and of Julia's own libraries. In a source tree:
 * what `Manifest.toml` pins.
 */
import { parse as parseToml } from "smol-toml";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, textOf, textsOf } from "../shared/json-text.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { juliaNaming } from "./naming.ts";

export const julia: Ecosystem = {
  ...juliaNaming,
  title: "Julia packages",
  specs: ["https://pkgdocs.julialang.org/v1/toml-files/"],
  knows: {
    licenses: false,
    authors: true,
    descriptions: false,
    digests: false,
    dependencies: true,
    files: true,
    proof: "by-specification",
  },
  endings: [".toml"],
  wants,
  catalog,
};

/** `<depot>/packages/<Name>/<slug>/Project.toml`, `share/julia/stdlib/v1.10/<Name>/Project.toml`. */
function wants(path: string, mode: CatalogMode): boolean {
  if (!path.endsWith(".toml")) return false;
  const name = baseName(path);
  if (mode === "sources") return MANIFEST.test(name);
  if (name !== "Project.toml" && name !== "JuliaProject.toml") return false;
  const above = folderOf(folderOf(path));
  if (baseName(folderOf(above)) === "packages")
    return above.includes("julia") || isDepot(folderOf(folderOf(above)));
  return baseName(folderOf(above)) === "stdlib" && above.includes("julia");
}

/** The first depot is usually `~/.julia`; another name can be chosen, and then tells of Julia too in most cases. */
function isDepot(folder: string): boolean {
  return baseName(folder).includes("depot");
}

/** One for each minor version of Julia, if need be. */
const MANIFEST = /^(?:Julia)?Manifest(?:-v\d{1,3}\.\d{1,3})?\.toml$/;

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  return mode === "installed" ? readInstalled(files) : readEach(files, readManifest);
}

function readToml(file: WantedFile, problems: FileProblems): JsonRecord | null {
  try {
    return parseToml(decodeText(file.bytes));
  } catch {
    problems.add("PARSE_FAILED", "the file is not valid TOML");
    return null;
  }
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  const nodes: PackageNode[] = [];
  const claims: FileClaim[] = [];
  const { problems } = readEach(files, (file, complaints) => {
    const project = readToml(file, complaints);
    if (project === null) return nothingRead;
    // Julia's own libraries of before 1.11 have no version of their own: it is Julia's.
    const stdlib = /\/stdlib\/v(\d{1,3}\.\d{1,3})\//.exec(file.path)?.[1];
    const pkg = toPackage(project["name"], project["version"] ?? stdlib, project["uuid"], file, project);
    if (pkg === null) {
      complaints.add("RECORD_INVALID", "the project has no valid name, version and uuid");
      return nothingRead;
    }
    nodes.push({
      pkg,
      names: [String(project["uuid"])],
      needs: textsOf(Object.values(recordOf(project["deps"]) ?? {})),
    });
    claims.push(claimOf(pkg.purl, folderOf(file.path), "folder"));
    return nothingRead;
  });
  return { packages: withEdges(nodes), problems, ...(claims.length === 0 ? {} : { claims }) };
}

/** Layout 1 has a list for each name at the top; layout 2 has them under `deps`, and the version of Julia. */
function readManifest(file: WantedFile, problems: FileProblems): FileReading {
  const manifest = readToml(file, problems);
  if (manifest === null) return nothingRead;
  const isLayout2 = manifest["manifest_format"] !== undefined;
  const lists = isLayout2 ? (recordOf(manifest["deps"]) ?? {}) : manifest;
  const nodes = Object.entries(lists).flatMap(([name, list]) =>
    listOf(list).flatMap((value): readonly PackageNode[] => {
      const entry = recordOf(value) ?? {};
      // Packages of folders are the project's own.
      if (entry["path"] !== undefined) return [];
      // Without a tree of its own it is one of Julia's libraries.
      const version =
        entry["version"] ?? (entry["git-tree-sha1"] === undefined ? manifest["julia_version"] : undefined);
      const isOldLibrary = version === undefined && entry["git-tree-sha1"] === undefined && !isLayout2;
      const pkg = toPackage(name, isOldLibrary ? "" : version, entry["uuid"], file, {});
      if (pkg === null)
        problems.add("RECORD_INVALID", `the entry ${name.slice(0, 200)} has no valid version and uuid`);
      return pkg === null ? [] : [{ pkg, names: [name], needs: needsOf(entry["deps"]) }];
    }),
  );
  return { packages: withEdges(nodes) };
}

/** A list of names, or a table of names and uuids where a name is not unique. */
function needsOf(deps: unknown): readonly string[] {
  return Array.isArray(deps) ? textsOf(deps) : Object.keys(recordOf(deps) ?? {});
}

function toPackage(
  name: unknown,
  version: unknown,
  uuid: unknown,
  file: WantedFile,
  project: JsonRecord,
): Package | null {
  if (!isToken(name, nameLengthMax) || typeof uuid !== "string" || !UUID.test(uuid)) return null;
  if (version !== "" && !isToken(version, versionLengthMax)) return null;
  const authors = Array.isArray(project["authors"])
    ? textsOf(project["authors"])
    : [textOf(project["authors"]) ?? ""];
  return packageOf(file, {
    type: "julia",
    name,
    version,
    qualifiers: { uuid: uuid.toLowerCase() },
    author: shortText(authors.join(", "), authorLengthMax),
  });
}

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
