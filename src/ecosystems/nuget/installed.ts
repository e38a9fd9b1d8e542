/**
 * Packages of .NET that are installed: by the lists of programs and runtimes, by the folder that packages are restored to, and
 * by the version resource of assemblies that none of those explains.
 */
import type { InspectedFile, WantedFile } from "../../domain/files.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { Problem } from "../../domain/problem.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { packageOf } from "../shared/package-of.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import type { AssemblyName } from "./assembly.ts";
import type { BundleFacts } from "./bundle.ts";
import { digestOfHash } from "./content-hash.ts";
import { readDepsJson, type DepsPackage } from "./deps-json.ts";
import { readNuspec, readPackagesConfig } from "./nuspec.ts";

export function wantsInstalled(path: string): boolean {
  if (path.endsWith(DEPS) || path === CONFIG || path.endsWith(`/${CONFIG}`)) return true;
  if (path.endsWith(".nuspec")) return isRestored(path, ".nuspec");
  return path.endsWith(HASH);
}

const DEPS = ".deps.json";
const CONFIG = "packages.config";
const HASH = ".nupkg.sha512";

/** `newtonsoft.json/13.0.3/newtonsoft.json.nuspec`: the layout of the folder that packages are restored to. */
function isRestored(path: string, extension: string): boolean {
  const name = baseName(path).slice(0, -extension.length).toLowerCase();
  return baseName(folderOf(folderOf(path))).toLowerCase() === name;
}

export function catalogInstalled(
  files: readonly WantedFile[],
  inspected: readonly InspectedFile[],
): CatalogResult {
  const nodes: PackageNode[] = [];
  const problems: Problem[] = [];
  const explained = new Map<string, ReadonlySet<string>>();
  const hashes = new Map(
    files.filter(({ path }) => path.endsWith(HASH)).map((file) => [folderOf(file.path), file.bytes]),
  );
  for (const file of files) {
    if (file.path.endsWith(HASH)) continue;
    const found = new FileProblems(file);
    if (file.path.endsWith(DEPS)) nodes.push(...readDeps(file, found, explained));
    else if (file.path.endsWith(".nuspec")) nodes.push(...readRestored(file, found, hashes));
    else nodes.push(...readConfig(file, found));
    problems.push(...found.all());
  }
  for (const file of inspected) {
    const bundle = bundleOf(file);
    if (bundle === null) {
      if (!isExplained(file.path, explained)) nodes.push(assemblyNode(file));
      continue;
    }
    const found = new FileProblems(file);
    nodes.push(...readBundled(file, bundle, found));
    problems.push(...found.all());
  }
  return { packages: withEdges(nodes), problems };
}

/** Names are those of one file: two programs in an image may have two versions of a package. */
function readDeps(
  file: WantedFile,
  found: FileProblems,
  explained: Map<string, ReadonlySet<string>>,
): readonly PackageNode[] {
  const deps = readDepsJson(decodeText(file.bytes), file.path);
  if (deps === null) {
    found.add("PARSE_FAILED", "the file is no list of a program's parts that can be read");
    return [];
  }
  for (const { code, message } of deps.complaints) found.add(code, message);
  const folder = folderOf(file.path);
  explained.set(folder, new Set([...(explained.get(folder) ?? []), ...deps.files]));
  return depsNodes(file, deps.packages);
}

/** What a package tells of its file. */
type Place = Pick<WantedFile, "path" | "layer" | "layerIndex">;

function depsNodes(file: Place, packages: readonly DepsPackage[]): readonly PackageNode[] {
  const nameOf = (name: string): string => `${file.path}!${name.toLowerCase()}`;
  return packages.map(({ name, version, digest, needs }) => ({
    pkg: packageOf(file, { type: "nuget", name, version, digests: [digest] }),
    names: [nameOf(name)],
    needs: needs.map(nameOf),
  }));
}

function bundleOf({ value }: InspectedFile): BundleFacts | null {
  return recordOf(value)?.["bundle"] === undefined ? null : (value as unknown as BundleFacts);
}

function readBundled(file: Place, facts: BundleFacts, found: FileProblems): readonly PackageNode[] {
  if (facts.bundle === "listed") {
    for (const { code, message } of facts.complaints) found.add(code, message);
    return depsNodes(file, facts.packages);
  }
  if (facts.bundle === "unreadable") found.add("PARSE_FAILED", facts.reason);
  else
    found.add("BUILD_INFO_MISSING", "this program of .NET has no list of its parts, so they are not known");
  return [];
}

/** Of a folder that packages are restored to, each name is there in several versions: it is not known which one another needs. */
function readRestored(
  file: WantedFile,
  found: FileProblems,
  hashes: ReadonlyMap<string, Uint8Array>,
): readonly PackageNode[] {
  const nuspec = readNuspec(decodeText(file.bytes));
  if (nuspec === null) {
    found.add("PARSE_FAILED", "the file names no package and version");
    return [];
  }
  const hash = hashes.get(folderOf(file.path));
  const digests = [hash === undefined ? null : digestOfHash(decodeText(hash.subarray(0, 200)))];
  return [{ pkg: packageOf(file, { type: "nuget", ...nuspec, digests }), names: [], needs: [] }];
}

function readConfig(file: WantedFile, found: FileProblems): readonly PackageNode[] {
  const config = readPackagesConfig(decodeText(file.bytes));
  if (config === null) return [];
  for (const { code, message } of config.complaints) found.add(code, message);
  return config.pins.map((pin) => ({
    pkg: packageOf(file, { type: "nuget", ...pin }),
    names: [],
    needs: [],
  }));
}

/** Whether the list of a program in the same folder or one above names the file. */
function isExplained(path: string, explained: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const name = baseName(path).toLowerCase();
  for (let folder = folderOf(path), isLast = false; !isLast; folder = folderOf(folder)) {
    if (explained.get(folder)?.has(name) === true) return true;
    isLast = folder === "";
  }
  return false;
}

function assemblyNode({ path, layer, layerIndex, value }: InspectedFile): PackageNode {
  const assembly = value as unknown as AssemblyName;
  const file = { path, bytes: new Uint8Array(0), layer, layerIndex };
  const pkg = packageOf(file, { type: "nuget", ...assembly });
  return { pkg: { ...pkg, foundBy: "signature" }, names: [], needs: [] };
}
