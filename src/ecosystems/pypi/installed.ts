/**
 * Installed distributions: dist-info and egg-info folders with what stands beside their metadata, eggs and wheels as files, and the
 * packages that pip and setuptools bring along in a `_vendor` folder.
 */
import type { InspectedFile, WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { sortedDigests } from "../shared/digests.ts";
import { claimOf } from "../shared/package-of.ts";
import { fileProblem } from "../shared/problems.ts";
import { decodeText, folderOf } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import { readArchive } from "./archives.ts";
import { readDirectUrl, type Origin } from "./direct-url.ts";
import { environmentOf } from "./marker.ts";
import { readMetadata, type Metadata } from "./metadata.ts";
import { pypiPackage } from "./pypi-package.ts";
import { readInstalledFiles, readRecord, type RecordedFile } from "./record.ts";
import { neededNames, readEggRequires } from "./requirement.ts";
import { SitePackages } from "./site-packages.ts";
import { readVendored } from "./vendored.ts";

/** A distribution, and the folder that Python looks in for it. */
interface Installed {
  readonly pkg: Package;
  readonly site: string;
  readonly requires: readonly string[];
  readonly claims: readonly FileClaim[];
}

type Files = ReadonlyMap<string, WantedFile>;

export function catalogInstalled(
  files: readonly WantedFile[],
  inspected: readonly InspectedFile[],
): CatalogResult {
  const problems: Problem[] = [];
  const byPath: Files = new Map(files.map((file) => [file.path, file]));
  const found: Installed[] = [];
  for (const file of files) {
    if (isMetadata(file.path)) {
      const installed = readDistribution(file, byPath, problems);
      if (installed !== null) found.push(installed);
    }
  }
  for (const file of inspected) {
    for (const metadata of readArchive(file, problems)) found.push(inArchive(metadata, file));
  }
  const sites = new SitePackages();
  for (const { pkg, site } of found) sites.add(site, pkg.name, pkg.purl);
  const edges = findEdges(found, sites);
  return {
    packages: [
      ...found.map(({ pkg }) => {
        const targets = edges.get(pkg.purl);
        return targets === undefined ? pkg : { ...pkg, dependsOn: [...targets].sort() };
      }),
      ...readVendored(files, byPath),
    ],
    problems,
    claims: found.flatMap(({ claims }) => claims),
  };
}

export function isMetadata(path: string): boolean {
  return (
    path.endsWith(".dist-info/METADATA") ||
    path.endsWith(".egg-info/PKG-INFO") ||
    path.endsWith("/EGG-INFO/PKG-INFO") ||
    path.endsWith(".egg-info")
  );
}

/** Files beside the metadata that tell more. */
export function isBesideMetadata(path: string): boolean {
  return (
    path.endsWith(".dist-info/RECORD") ||
    path.endsWith(".dist-info/direct_url.json") ||
    path.endsWith(".egg-info/requires.txt") ||
    path.endsWith(".egg-info/installed-files.txt") ||
    path.endsWith("/EGG-INFO/requires.txt")
  );
}

function readDistribution(file: WantedFile, byPath: Files, problems: Problem[]): Installed | null {
  const metadata = readMetadata(decodeText(file.bytes), file.path);
  if (metadata === null) {
    const message = "neither the metadata nor the folder's name tells a name and version";
    problems.push(fileProblem("RECORD_INVALID", file, message));
    return null;
  }
  const isFile = file.path.endsWith(".egg-info");
  const folder = isFile ? file.path : folderOf(file.path);
  const isEgg = folder.endsWith("/EGG-INFO");
  const place = isEgg ? folderOf(folder) : folder;
  const site = folderOf(place);
  const beside = (name: string): WantedFile | undefined => byPath.get(`${folder}/${name}`);
  const record = readRecorded(beside, site, folder, problems);
  const origin: Origin = readDirectUrl(beside("direct_url.json"), problems);
  const requires = beside("requires.txt");
  const pkg = pypiPackage(metadata, file, {
    digests: sortedDigests(origin.digests),
    vcsUrl: origin.vcsUrl,
    sizeBytes: record?.sizeBytes ?? null,
    fileCount: record?.files.length ?? null,
  });
  return {
    pkg,
    site,
    requires:
      requires === undefined || metadata.requires.length > 0
        ? metadata.requires
        : readEggRequires(decodeText(requires.bytes)),
    claims: [
      ...(record?.files ?? []).map((recorded) => claimFile(pkg.purl, recorded)),
      claimOf(pkg.purl, place, isFile ? "file" : "folder"),
    ],
  };
}

function claimFile(purl: string, { path, digest }: RecordedFile): FileClaim {
  return { purl, path, kind: "file", digest, isConfiguration: false };
}

interface Recorded {
  readonly files: readonly RecordedFile[];
  readonly sizeBytes: number | null;
}

/** What its installer wrote down; null: nothing, as distributions leave it out of their packages. */
function readRecorded(
  beside: (name: string) => WantedFile | undefined,
  site: string,
  folder: string,
  problems: Problem[],
): Recorded | null {
  const list = beside("RECORD");
  if (list !== undefined) {
    const record = readRecord(decodeText(list.bytes), site);
    if (record.isCut) problems.push(fileProblem("RECORD_INVALID", list, "it lists more files than are read"));
    return record;
  }
  const older = beside("installed-files.txt");
  if (older === undefined) return null;
  return { files: readInstalledFiles(decodeText(older.bytes), folder), sizeBytes: null };
}

/** An egg stands where Python looks; a wheel or a program is a world of its own. */
function inArchive(metadata: Metadata, file: InspectedFile): Installed {
  const isEgg = file.path.endsWith(".egg");
  const isOne = isEgg || file.path.endsWith(".whl");
  const pkg = pypiPackage(metadata, file, { packedSizeBytes: isOne ? file.sizeBytes : null });
  return {
    pkg,
    site: isEgg ? folderOf(file.path) : file.path,
    requires: metadata.requires,
    claims: isOne ? [claimOf(pkg.purl, file.path, "file")] : [],
  };
}

/** By purl: one that is installed in two places is one package of the inventory. */
function findEdges(found: readonly Installed[], sites: SitePackages): ReadonlyMap<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { pkg, site, requires } of found) {
    if (requires.length === 0) continue;
    for (const name of neededNames(requires, environmentOf(site))) {
      const target = sites.find(site, name);
      if (target === null || target === pkg.purl) continue;
      const targets = edges.get(pkg.purl);
      if (targets === undefined) edges.set(pkg.purl, new Set([target]));
      else targets.add(target);
    }
  }
  return edges;
}
