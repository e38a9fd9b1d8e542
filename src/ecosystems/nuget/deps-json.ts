/**
 * `*.deps.json`: what a program of .NET, or the runtime itself, consists of
 * (https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md).
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { PackageDigest } from "../../domain/package.ts";
import { recordInvalid, type LockComplaint } from "../shared/pinned.ts";
import { baseName, folderOf, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { digestOfHash } from "./content-hash.ts";

export interface DepsPackage {
  readonly name: string;
  readonly version: string;
  readonly digest: PackageDigest | null;
  /** Names of other packages of the same file. */
  readonly needs: readonly string[];
}

export interface DepsJson {
  readonly packages: readonly DepsPackage[];
  /** Names of the files that it explains, lower case, projects' own included: `newtonsoft.json.dll`. */
  readonly files: ReadonlySet<string>;
  readonly complaints: readonly LockComplaint[];
}

/** Null: the text is no such file. `path` tells the version of a shared framework. */
export function readDepsJson(text: string, path: string): DepsJson | null {
  const root = recordOf(parseJson(text));
  const libraries = recordOf(root?.["libraries"]);
  const targets = recordOf(root?.["targets"]);
  if (root === null || libraries === null || targets === null) return null;
  const runtime = recordOf(root["runtimeTarget"])?.["name"] ?? root["runtimeTarget"];
  const target = recordOf(typeof runtime === "string" ? targets[runtime] : null) ?? lastTarget(targets);
  const complaints: LockComplaint[] = [];
  const packages: DepsPackage[] = [];
  const present = withFiles(target);
  for (const [key, value] of Object.entries(libraries)) {
    const library = recordOf(value);
    const type = library?.["type"];
    if (library === null || typeof type !== "string") complaints.push(recordInvalid(key, "has no type"));
    else if (type !== "package" && type !== "runtimepack") continue;
    // A package that brought no file, nor anything it needs, was there to build with and is not here.
    else if (Object.hasOwn(target, key) && !present.has(key)) continue;
    else {
      const found = toPackage(key, library, recordOf(target[key]));
      if (found === null) complaints.push(recordInvalid(key, "is no name and version"));
      else packages.push(found);
    }
  }
  const framework = sharedFramework(path, runtime);
  const isListed = packages.some(({ name }) => name.toLowerCase() === framework?.name.toLowerCase());
  if (framework !== null && !isListed) packages.push(framework);
  return { packages, files: filesOf(target), complaints };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function lastTarget(targets: JsonRecord): JsonRecord {
  return recordOf(Object.values(targets).at(-1)) ?? {};
}

function toPackage(key: string, library: JsonRecord, target: JsonRecord | null): DepsPackage | null {
  const slash = key.indexOf("/");
  const name = key.slice(0, Math.max(slash, 0)).replace(/^runtimepack\./, "");
  const version = key.slice(slash + 1);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax) || name.includes("/")) return null;
  const needs = Object.keys(recordOf(target?.["dependencies"]) ?? {});
  return { name, version, digest: digestOfHash(library["sha512"]), needs };
}

/** Keys of libraries that have files, and of those that need such a library, in one walk against the edges. */
function withFiles(target: JsonRecord): ReadonlySet<string> {
  const neededBy = new Map<string, string[]>();
  const present = new Set<string>();
  for (const [key, value] of Object.entries(target)) {
    const library = recordOf(value);
    if (library === null || assetsOf(library).length > 0) present.add(key);
    for (const [name, version] of Object.entries(recordOf(library?.["dependencies"]) ?? {})) {
      const needed = `${name}/${String(version)}`;
      const list = neededBy.get(needed);
      if (list === undefined) neededBy.set(needed, [key]);
      else list.push(key);
    }
  }
  for (const key of present) for (const parent of neededBy.get(key) ?? []) present.add(parent);
  return present;
}

/** Paths of the files that a library brings; `_._` stands for none. */
function assetsOf(library: JsonRecord): readonly string[] {
  return ["runtime", "native", "runtimeTargets", "resources"]
    .flatMap((kind) => Object.keys(recordOf(library[kind]) ?? {}))
    .filter((path) => baseName(path) !== "_._");
}

function filesOf(target: JsonRecord): ReadonlySet<string> {
  const files = new Set<string>();
  for (const library of Object.values(target))
    for (const path of assetsOf(recordOf(library) ?? {})) files.add(baseName(path).toLowerCase());
  return files;
}

/**
 * `shared/Microsoft.NETCore.App/8.0.1/…` is the package `Microsoft.NETCore.App.Runtime.linux-x64` of version 8.0.1; the file itself
 * may call it by the names and versions of its build.
 */
function sharedFramework(path: string, runtime: unknown): DepsPackage | null {
  const folder = folderOf(path);
  const version = baseName(folder);
  const name = baseName(folderOf(folder));
  if (!/^Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App$/.test(name)) return null;
  if (baseName(folderOf(folderOf(folder))) !== "shared") return null;
  const platform = /\/([a-z0-9.-]{1,60})$/.exec(typeof runtime === "string" ? runtime : "")?.[1];
  const major = Number.parseInt(version, 10);
  if (platform === undefined || !/^\d+\.\d+\.\d+/.test(version) || major < 3) return null;
  return { name: `${name}.Runtime.${platform}`, version, digest: null, needs: [] };
}
