/**
 * Python packages. In an image: installed distributions, wherever their site-packages folder is, wheels and eggs as files, and
 * copies that a package brings along in a folder of its own. In a source tree: what lock and requirements files pin.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { linkPinned, type LockReading } from "../shared/pinned.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { lookIntoArchive, wantsArchive } from "./archives.ts";
import { catalogInstalled, isBesideMetadata, isMetadata } from "./installed.ts";
import { readTomlLock } from "./lock-files.ts";
import { pypiNaming } from "./naming.ts";
import { readPipfileLock } from "./pipfile-lock.ts";
import { pypiPackage } from "./pypi-package.ts";
import { readRequirementFiles } from "./requirement-files.ts";
import { isProject, unlockedProjects } from "./unlocked.ts";
import { isVendorFile } from "./vendored.ts";

export const pypi: Ecosystem = {
  ...pypiNaming,
  title: "Python packages",
  specs: [
    "https://packaging.python.org/en/latest/specifications/core-metadata/",
    "https://packaging.python.org/en/latest/specifications/recording-installed-packages/",
    "https://packaging.python.org/en/latest/specifications/binary-distribution-format/",
    "https://packaging.python.org/en/latest/specifications/pylock-toml/",
    "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    "https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  endings: [
    "/METADATA",
    "/PKG-INFO",
    ".egg-info",
    "/RECORD",
    "/direct_url.json",
    "/requires.txt",
    "/installed-files.txt",
    "/vendor.txt",
    "/vendored.txt",
    "/__init__.py",
  ],
  wants,
  inspect: {
    wants: (head, mode) => mode === "installed" && wantsArchive(head),
    look: lookIntoArchive,
  },
  catalog,
};

const lockReaders: Readonly<Record<string, (text: string) => LockReading>> = {
  "poetry.lock": readTomlLock,
  "uv.lock": readTomlLock,
  "pdm.lock": readTomlLock,
  "pylock.toml": readTomlLock,
  "Pipfile.lock": readPipfileLock,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") return isMetadata(path) || isBesideMetadata(path) || isVendorFile(path);
  return lockReader(path) !== undefined || isRequirements(path) || isProject(path);
}

/** Also locks with a name of their own: `pylock.dev.toml`. */
function lockReader(path: string): ((text: string) => LockReading) | undefined {
  const name = baseName(path);
  if (Object.hasOwn(lockReaders, name)) return lockReaders[name];
  return name.startsWith("pylock.") && name.endsWith(".toml") ? readTomlLock : undefined;
}

/** `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/base.txt`, and `constraints.txt` for `-c`. */
function isRequirements(path: string): boolean {
  if (!path.endsWith(".txt")) return false;
  const name = baseName(path);
  if (name.startsWith("requirements") || name.endsWith("requirements.txt")) return true;
  return isConstraints(name) || path === `requirements/${name}` || path.endsWith(`/requirements/${name}`);
}

function isConstraints(name: string): boolean {
  return name.startsWith("constraints") || name.endsWith("constraints.txt");
}

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  return mode === "installed" ? catalogInstalled(files, inspected) : catalogSources(files);
}

function catalogSources(files: readonly WantedFile[]): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [
    ...unlockedProjects(files, (path) => lockReader(path) !== undefined || isRequirements(path)),
  ];
  const requirements = readRequirementFiles(files.filter(({ path }) => isRequirements(path)));
  for (const file of files) {
    // Constraints that no file names decide nothing.
    const isUnused = isConstraints(baseName(file.path));
    const reading =
      lockReader(file.path)?.(decodeText(file.bytes)) ?? (isUnused ? undefined : requirements.get(file.path));
    if (reading === undefined) continue;
    const found = new FileProblems(file);
    for (const { code, message } of reading.complaints) found.add(code, message);
    packages.push(...linked(reading, file));
    problems.push(...found.all());
  }
  return { packages, problems };
}

function linked({ pinned }: LockReading, file: WantedFile): readonly Package[] {
  return linkPinned(pinned, ({ name, version, vcsUrl = null }) => {
    const metadata = { name, version, licenses: [], author: null, description: null, requires: [] };
    return pypiPackage(metadata, file, { vcsUrl });
  });
}
