/**
 * NuGet packages of a source tree: lock files, `packages.config`, and projects that have neither.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { packageOf } from "../shared/package-of.ts";
import { linkPinned, type LockReading } from "../shared/pinned.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import { readPackagesLock, readPaketLock, readProjectAssets } from "./lock-files.ts";
import { readPackagesConfig } from "./nuspec.ts";
import { isProject, propsFiles, readUnlockedProjects } from "./project.ts";

const lockReaders: Readonly<Record<string, (text: string) => LockReading>> = {
  "packages.lock.json": readPackagesLock,
  "project.assets.json": readProjectAssets,
  "paket.lock": readPaketLock,
};

const CONFIG = "packages.config";

export function wantsSource(path: string): boolean {
  const name = baseName(path);
  return Object.hasOwn(lockReaders, name) || name === CONFIG || propsFiles.includes(name) || isProject(path);
}

export function catalogSources(files: readonly WantedFile[]): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const name = baseName(file.path);
    const found = new FileProblems(file);
    const reader = Object.hasOwn(lockReaders, name) ? lockReaders[name] : undefined;
    if (reader !== undefined) packages.push(...readLock(file, reader, found));
    else if (name === CONFIG) packages.push(...readConfig(file, found));
    problems.push(...found.all());
  }
  for (const project of readUnlockedProjects(files, lockedFolders(files))) {
    packages.push(...project.pins.map((pin) => packageOf(project.file, { type: "nuget", ...pin })));
    problems.push(...project.problems.all());
  }
  return { packages, problems };
}

/** Folders of projects that a lock file pins; the result of a restore stands in `obj` below it. */
function lockedFolders(files: readonly WantedFile[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of files) {
    const name = baseName(path);
    if (name === "packages.lock.json") folders.add(folderOf(path));
    if (name === "project.assets.json") folders.add(folderOf(folderOf(path)));
  }
  return folders;
}

function readLock(
  file: WantedFile,
  reader: (text: string) => LockReading,
  found: FileProblems,
): readonly Package[] {
  const { pinned, complaints } = reader(decodeText(file.bytes));
  for (const { code, message } of complaints) found.add(code, message);
  return linkPinned(pinned, ({ name, version, digests = [] }) =>
    packageOf(file, { type: "nuget", name, version, digests }),
  );
}

function readConfig(file: WantedFile, found: FileProblems): readonly Package[] {
  const config = readPackagesConfig(decodeText(file.bytes));
  if (config === null) found.add("PARSE_FAILED", "the file is no list of packages");
  for (const { code, message } of config?.complaints ?? []) found.add(code, message);
  return (config?.pins ?? []).map((pin) => packageOf(file, { type: "nuget", ...pin }));
}
