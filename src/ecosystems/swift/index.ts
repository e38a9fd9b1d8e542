/**
 * Swift packages, as `Package.resolved` of a source tree pins them (layouts 1 to 3). A compiled program does not tell of its
 * packages.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { listOf, readJsonRecord, textOf } from "../shared/json-text.ts";
import { digestOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { swiftNaming } from "./naming.ts";

export const swift: Ecosystem = {
  ...swiftNaming,
  title: "Swift packages",
  specs: [
    "https://github.com/swiftlang/swift-package-manager/blob/main/Sources/PackageGraph/ResolvedPackagesStore.swift",
    "https://github.com/swiftlang/swift-package-manager/blob/main/Documentation/Usage.md",
  ],
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
  if (mode !== "sources" || !(path.endsWith("Package.resolved") || path.endsWith("Package.swift")))
    return false;
  const name = baseName(path);
  return name === "Package.resolved" || name === "Package.swift";
}

function catalog(files: readonly WantedFile[]): CatalogResult {
  const locks = files.filter(({ path }) => path.endsWith(".resolved"));
  const result = readEach(locks, readResolved);
  const project = {
    manifest: "Package.swift",
    locks: ["Package.resolved"],
    hasDependencies: (text: string) => /\.package\(\s*(?:name: *"[^"\n]*", *)?(?:url|id):/.test(text),
  };
  return { ...result, problems: [...result.problems, ...unpinnedProjects(files, project)] };
}

function readResolved(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const pins = root["pins"] ?? recordOf(root["object"])?.["pins"];
  if (!Array.isArray(pins)) {
    problems.add("PARSE_FAILED", "the file has no list of pins");
    return nothingRead;
  }
  const packages = listOf(pins).flatMap((value, index) => {
    const pin = recordOf(value) ?? {};
    // Packages of folders are the project's own.
    if (pin["kind"] === "fileSystem" || pin["kind"] === "localSourceControl") return [];
    const pkg = toPackage(pin, file, problems);
    const shown = textOf(pin["identity"]) ?? textOf(pin["package"]) ?? `number ${index + 1}`;
    if (pkg === null)
      problems.add("RECORD_INVALID", `the pin ${shown.slice(0, 200)} has no valid place and version`);
    return pkg ?? [];
  });
  return { packages };
}

function toPackage(pin: JsonRecord, file: WantedFile, problems: FileProblems): Package | null {
  const state = recordOf(pin["state"]);
  const revision = textOf(state?.["revision"]);
  const version = textOf(state?.["version"]) ?? revision;
  const place = placeOf(pin);
  if (place === null || !isToken(version, versionLengthMax)) return null;
  if (version === revision) {
    problems.add("DEPENDENCY_UNPINNED", `${place.name} is pinned to a commit and has no version`);
  }
  return packageOf(file, { type: "swift", ...place, version, digests: [digestOf("sha1", revision)] });
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** Host and path of a repository (`https://github.com/apple/swift-nio.git`, `git@host:a/b.git`); of a registry `scope.name`. */
function placeOf(pin: JsonRecord): Place | null {
  if (pin["kind"] === "registry") {
    const [scope, name, ...rest] = (textOf(pin["identity"]) ?? "").split(".");
    if (rest.length > 0 || !isToken(scope, nameLengthMax) || !isToken(name, nameLengthMax)) return null;
    return { namespace: scope, name };
  }
  const location = textOf(pin["location"]) ?? textOf(pin["repositoryURL"]) ?? "";
  const [, host = "", path = ""] = REPOSITORY.exec(location) ?? SSH.exec(location) ?? [];
  const folders = path
    .replace(/\/$/, "")
    .replace(/\.git$/, "")
    .split("/");
  const name = folders.pop();
  const namespace = [host.toLowerCase(), ...folders].join("/");
  if (host === "" || !isToken(name, nameLengthMax) || !isToken(namespace, nameLengthMax)) return null;
  return { namespace, name };
}

const REPOSITORY = /^[a-z+]{1,20}:\/\/(?:[^/@\s]{1,200}@)?([\w.-]{1,200})(?::\d{1,5})?\/(\S{1,1000})$/i;
const SSH = /^(?:[\w.-]{1,100}@)?([\w.-]{1,200}):(?!\/\/)(\S{1,1000})$/;
