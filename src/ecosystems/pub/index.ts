/**
 * Dart and Flutter packages, as `pubspec.lock` of a source tree pins them. A compiled application does not tell of its packages.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { textOf } from "../shared/json-text.ts";
import { digestOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import { readYaml } from "../shared/yaml-text.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { pubNaming } from "./naming.ts";

export const pub: Ecosystem = {
  ...pubNaming,
  title: "Dart and Flutter packages",
  specs: ["https://dart.dev/tools/pub/glossary#lockfile", "https://dart.dev/tools/pub/pubspec"],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: true,
    dependencies: false,
    files: false,
    proof: "by-specification",
  },
  endings: [],
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "sources" || !(path.endsWith("pubspec.lock") || path.endsWith("pubspec.yaml"))) return false;
  const name = baseName(path);
  return name === "pubspec.lock" || name === "pubspec.yaml";
}

function catalog(files: readonly WantedFile[]): CatalogResult {
  const locks = files.filter(({ path }) => path.endsWith(".lock"));
  const result = readEach(locks, readLock);
  const project = { manifest: "pubspec.yaml", locks: ["pubspec.lock"], hasDependencies };
  return { ...result, problems: [...result.problems, ...unpinnedProjects(files, project)] };
}

/** A line below `dependencies:`. */
function hasDependencies(text: string): boolean {
  return /^(?:dev_)?dependencies: *\r?\n(?: *(?:#[^\n]*)?\r?\n){0,100}? +[a-z_]/m.test(text);
}

function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const document = readYaml(file, problems);
  if (document === undefined) return nothingRead;
  const list = recordOf(recordOf(document)?.["packages"]);
  // A project without dependencies has an empty list, and the range of Dart it runs on.
  if (list === null && recordOf(recordOf(document)?.["sdks"]) === null) {
    problems.add("PARSE_FAILED", "the file is no lock file of pub");
    return nothingRead;
  }
  const packages = Object.entries(list ?? {}).flatMap(([name, value]) => {
    const entry = recordOf(value);
    const source = entry?.["source"];
    // Packages of folders are the project's own; those of an SDK are part of it.
    if (source === "path" || source === "sdk") return [];
    const pkg = toPackage(name, recordOf(entry?.["description"]) ?? {}, entry?.["version"], file);
    if (pkg === null)
      problems.add("RECORD_INVALID", `the entry ${name.slice(0, 200)} has no valid name and version`);
    return pkg ?? [];
  });
  return { packages };
}

function toPackage(
  name: string,
  description: Readonly<Record<string, unknown>>,
  version: unknown,
  file: WantedFile,
): Package | null {
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const url = textOf(description["url"]);
  const commit = textOf(description["resolved-ref"]);
  return packageOf(file, {
    type: "pub",
    name: name.toLowerCase(),
    version,
    qualifiers: {
      repository_url: commit === null && url !== null && !isPublic(url) ? url : null,
      vcs_url: commit === null || url === null ? null : `git+${url}@${commit}`,
    },
    digests: [digestOf("sha256", description["sha256"])],
  });
}

function isPublic(url: string): boolean {
  return ["https://pub.dev", "https://pub.dartlang.org"].includes(url.replace(/\/$/, ""));
}
