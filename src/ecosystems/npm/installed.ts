/**
 * Packages that are installed: every `package.json` that an installer put into a `node_modules` folder or a store, and zip archives
 * that a Plug'n'Play loader names. Edges follow Node's own search; where links lead (pnpm, Plug'n'Play) the record of the
 * installer tells.
 */
import type { FileTree, InspectedFile, WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package, PackageDigest } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { sortedDigests } from "../shared/digests.ts";
import { claimOf } from "../shared/package-of.ts";
import { fileProblem } from "../shared/problems.ts";
import { decodeText, folderOf } from "../shared/text.ts";
import type { CatalogContext, CatalogResult } from "../types.ts";
import { readInstallRecords, type InstallRecords } from "./install-records.ts";
import { followLink } from "./links.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { ModuleFolders, storeEntryOf } from "./module-folders.ts";
import { npmPackage, type Place } from "./npm-package.ts";
import { asModuleFolder } from "./package-folder.ts";
import { readPnp } from "./pnp.ts";
import { readZipPackages } from "./zip-packages.ts";

/** A package at a place of its own: the folder it fills, with its archive's path in front where it stands in one. */
interface Installed {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly pkg: Package;
}

const MANIFEST = "/package.json";

export function catalogInstalled(
  files: readonly WantedFile[],
  { inspected, tree = null }: CatalogContext,
): CatalogResult {
  const problems: Problem[] = [];
  const records = readInstallRecords(files, problems);
  const found: Installed[] = [];
  for (const file of files) {
    if (!file.path.endsWith(MANIFEST)) continue;
    const manifest = readInstalled(file, problems);
    if (manifest === null) continue;
    const folder = asModuleFolder(file.path.slice(0, -MANIFEST.length));
    found.push({ folder, manifest, pkg: toPackage(manifest, file, folder, records) });
  }
  const archives = new Map<string, InspectedFile>(inspected.map((file) => [file.path, file]));
  const pnp = readPnp(files, problems);
  for (const path of pnp.archives) {
    const archive = archives.get(path);
    if (archive === undefined) continue;
    for (const { folder, manifest } of readZipPackages(archive, problems))
      found.push({ folder: `${path}/${folder}`, manifest, pkg: npmPackage(manifest, archive) });
  }
  const byFolder = new Map(found.map((installed) => [installed.folder, installed.pkg.purl]));
  const edges = findEdges(found, byFolder, records, tree);
  for (const [from, to] of pnp.edges) addEdge(edges, byFolder.get(from), byFolder.get(to));
  return {
    packages: found.map(({ pkg }) => withEdges(pkg, edges)),
    problems,
    claims: found.map((installed) => claim(installed, archives)),
  };
}

function readInstalled(file: WantedFile, problems: Problem[]): Manifest | null {
  let document: unknown;
  try {
    document = JSON.parse(decodeText(file.bytes));
  } catch {
    problems.push(fileProblem("PARSE_FAILED", file, "the package.json is not valid JSON"));
    return null;
  }
  const manifest = readManifest(document);
  if (manifest === null) {
    const message = "the package.json has no valid name and version, so it is not listed";
    problems.push(fileProblem("VERSION_INVALID", file, message));
  }
  return manifest;
}

function toPackage(manifest: Manifest, place: Place, folder: string, records: InstallRecords): Package {
  const record = records.find(folder, manifest);
  const digests: readonly PackageDigest[] = sortedDigests([...manifest.digests, ...(record?.digests ?? [])]);
  return npmPackage({ ...manifest, digests, vcsUrl: record?.vcsUrl ?? manifest.vcsUrl }, place);
}

type Edges = Map<string, Set<string>>;

/** By purl: the same package in several folders may find other versions, and is one package of the inventory. */
function findEdges(
  found: readonly Installed[],
  byFolder: ReadonlyMap<string, string>,
  records: InstallRecords,
  tree: FileTree | null,
): Edges {
  const edges: Edges = new Map();
  const folders = new ModuleFolders(byFolder);
  const stores = new StoreNames(found);
  for (const { folder, manifest, pkg } of found) {
    const store = storeOf(folder);
    const recorded = store === null ? null : records.needsOf(folder, manifest);
    for (const need of manifest.needs) {
      const nearest =
        folders.resolve(folder, need.folder) ??
        (store === null ? null : (byFolder.get(followLink(tree, folder, need.folder) ?? "") ?? null));
      if (nearest !== null) addEdge(edges, pkg.purl, nearest);
      else if (store !== null && recorded === null) addEdge(edges, pkg.purl, stores.only(store, need.name));
    }
    for (const { name, version } of recorded ?? [])
      addEdge(edges, pkg.purl, stores.exact(store ?? "", name, version));
  }
  return edges;
}

/** The store's folder: of `a/.pnpm/b@1.0.0/node_modules/b` it is `a/.pnpm`; null: it stands in none. */
function storeOf(folder: string): string | null {
  const entry = storeEntryOf(folder);
  return entry === "" ? null : folderOf(entry);
}

/** Packages of each store by name: a link in it can lead to one of them only. */
class StoreNames {
  readonly #byName = new Map<string, Map<string, string>>();

  constructor(found: readonly Installed[]) {
    for (const { folder, manifest, pkg } of found) {
      const store = storeOf(folder);
      if (store === null) continue;
      const key = `${store} ${manifest.name}`;
      const versions = this.#byName.get(key) ?? new Map<string, string>();
      versions.set(manifest.version, pkg.purl);
      this.#byName.set(key, versions);
    }
  }

  /** The one package of that name; of several it is not known which one the link leads to. */
  only(store: string, name: string): string | undefined {
    const versions = this.#byName.get(`${store} ${name}`);
    return versions?.size === 1 ? versions.values().next().value : undefined;
  }

  exact(store: string, name: string, version: string): string | undefined {
    return this.#byName.get(`${store} ${name}`)?.get(version);
  }
}

function addEdge(edges: Edges, from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined || from === to) return;
  const targets = edges.get(from);
  if (targets === undefined) edges.set(from, new Set([to]));
  else targets.add(to);
}

function withEdges(pkg: Package, edges: Edges): Package {
  const targets = edges.get(pkg.purl);
  return targets === undefined ? pkg : { ...pkg, dependsOn: [...targets].sort() };
}

function claim({ folder, pkg }: Installed, archives: ReadonlyMap<string, InspectedFile>): FileClaim {
  const [place] = pkg.evidence;
  const isArchive = place !== undefined && archives.has(place.path);
  return isArchive
    ? claimOf(pkg.purl, place.path, "file")
    : claimOf(pkg.purl, place === undefined ? folder : folderOf(place.path), "folder");
}
