/**
 * Python packages. In an image: installed distributions, wherever their site-packages folder is, also copies that a package
 * brings along in a folder of its own (`setuptools/_vendor`). In a source tree: what lock and requirements files pin.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { normalisePypiName } from "../../versions/names.ts";
import type { LockReading } from "../shared/pinned.ts";
import { fileProblem, FileProblems } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { baseName, decodeText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readPipfileLock, readTomlLock } from "./lock-files.ts";
import { readMetadata, type Metadata } from "./metadata.ts";
import { readRequirements } from "./requirements.ts";

export const pypi: Ecosystem = {
  id: "pypi",
  title: "Python packages",
  specs: [
    "https://packaging.python.org/en/latest/specifications/core-metadata/",
    "https://packaging.python.org/en/latest/specifications/recording-installed-packages/",
    "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
  ],
  version: 1,
  scheme: "pep440",
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: false,
    files: false,
    proof: "native-tool",
  },
  wants,
  catalog,
  lookUp,
};

const lockReaders: Readonly<Record<string, (text: string) => LockReading>> = {
  "poetry.lock": readTomlLock,
  "uv.lock": readTomlLock,
  "pdm.lock": readTomlLock,
  "pylock.toml": readTomlLock,
  "Pipfile.lock": readPipfileLock,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") {
    return (
      path.endsWith(".dist-info/METADATA") ||
      path.endsWith(".egg-info/PKG-INFO") ||
      path.endsWith("/EGG-INFO/PKG-INFO") ||
      path.endsWith(".egg-info")
    );
  }
  return Object.hasOwn(lockReaders, baseName(path)) || isRequirements(path);
}

/** `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/base.txt`. */
function isRequirements(path: string): boolean {
  if (!path.endsWith(".txt")) return false;
  const name = baseName(path);
  if (name.startsWith("requirements") || name.endsWith("requirements.txt")) return true;
  return path === `requirements/${name}` || path.endsWith(`/requirements/${name}`);
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const paths = new Set(files.map((file) => file.path));
  for (const file of files) {
    const result = mode === "installed" ? readInstalled(file) : readLock(file, paths);
    packages.push(...result.packages);
    problems.push(...result.problems);
  }
  return { packages, problems };
}

function readInstalled(file: WantedFile): CatalogResult {
  const metadata = readMetadata(decodeText(file.bytes), file.path);
  if (metadata !== null) return { packages: [toPackage(metadata, file)], problems: [] };
  const message = "neither the metadata nor the folder's name tells a name and version";
  return { packages: [], problems: [fileProblem("RECORD_INVALID", file, message)] };
}

function readLock(file: WantedFile, paths: ReadonlySet<string>): CatalogResult {
  const name = baseName(file.path);
  const text = decodeText(file.bytes);
  const reader = Object.hasOwn(lockReaders, name) ? lockReaders[name] : undefined;
  const { pinned, complaints } =
    reader?.(text) ?? readRequirements(text, (included) => paths.has(resolve(file.path, included)));
  const problems = new FileProblems(file);
  for (const { code, message } of complaints) problems.add(code, message);
  const packages = pinned.map((entry) =>
    toPackage(
      { name: entry.name, version: entry.version, licenses: [], author: null, description: null },
      file,
    ),
  );
  return { packages, problems: problems.all() };
}

/** The path that `included` means in the file at `path`, with `.` and `..` taken out. */
function resolve(path: string, included: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const part of included.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function toPackage(metadata: Metadata, file: WantedFile): Package {
  const name = normalisePypiName(metadata.name);
  const { version, licenses, author, description } = metadata;
  return {
    ecosystem: "pypi",
    namespace: null,
    name,
    version,
    purl: formatPurl({ type: "pypi", namespace: null, name, version }),
    sourcePackage: null,
    architecture: null,
    licenses,
    author,
    description,
    sizeBytes: null,
    evidence: [{ path: file.path, layer: file.layer, layerIndex: file.layerIndex }],
  };
}

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  return [{ space: "pypi", name: normalisePypiName(pkg.name), version: pkg.version, by: "package" }];
}
