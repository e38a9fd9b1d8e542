/**
 * What installers leave in `node_modules` about what they installed: npm's `.package-lock.json`, pnpm's `.pnpm/lock.yaml` and the
 * `.yarn-integrity` of Yarn classic. Unlike lock files beside a `package.json` they tell what is there, so they are read in images:
 * for digests, origins and edges, never for packages.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { PackageDigest } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { hexDigest, integrityDigests } from "../shared/digests.ts";
import type { PinnedPackage } from "../shared/pinned.ts";
import { fileProblem } from "../shared/problems.ts";
import { decodeText } from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";
import { readPnpmLock } from "./pnpm-lock.ts";

export interface InstallRecord {
  readonly version: string;
  readonly digests: readonly PackageDigest[];
  readonly vcsUrl: string | null;
}

interface Named {
  readonly name: string;
  readonly version: string;
}

export interface InstallRecords {
  /** What is recorded of the package in this folder; null: nothing, or of another version. */
  find(folder: string, found: Named): InstallRecord | null;
  /** What a package of a store was linked to; null: no record of its store. */
  needsOf(folder: string, found: Named): readonly Named[] | null;
}

const NPM = "node_modules/.package-lock.json";
const PNPM = "node_modules/.pnpm/lock.yaml";
const YARN = "node_modules/.yarn-integrity";

export function isInstallRecord(path: string): boolean {
  return path.endsWith(NPM) || path.endsWith(PNPM) || path.endsWith(YARN);
}

export function readInstallRecords(files: readonly WantedFile[], problems: Problem[]): InstallRecords {
  const byFolder = new Map<string, InstallRecord>();
  /** By `node_modules` folder, then by name and version. */
  const byHolder = new Map<string, ReadonlyMap<string, PinnedPackage>>();
  for (const file of files) {
    if (!isInstallRecord(file.path)) continue;
    const isRead = file.path.endsWith(NPM)
      ? readNpm(file, byFolder)
      : file.path.endsWith(PNPM)
        ? readPnpm(file, byHolder)
        : readYarn(file, byHolder);
    if (isRead) continue;
    const message = "the installer's record cannot be read, so the digests of its packages are not known";
    problems.push(fileProblem("PARSE_FAILED", file, message));
  }
  return {
    find: (folder, found) => {
      const known = byFolder.get(folder);
      if (known !== undefined) return known.version === found.version ? known : null;
      const pinned = recordAbove(byHolder, folder)?.get(keyOf(found));
      if (pinned === undefined) return null;
      return { version: pinned.version, digests: pinned.digests ?? [], vcsUrl: pinned.vcsUrl ?? null };
    },
    needsOf: (folder, found) => {
      const needs = recordAbove(byHolder, folder)?.get(keyOf(found))?.needs;
      return needs?.map(splitKey) ?? null;
    },
  };
}

function keyOf({ name, version }: Named): string {
  return `${name}@${version}`;
}

function splitKey(key: string): Named {
  const at = key.lastIndexOf("@");
  return { name: key.slice(0, at), version: key.slice(at + 1) };
}

/** The record of the `node_modules` folder nearest above. */
function recordAbove<T>(byHolder: ReadonlyMap<string, T>, folder: string): T | undefined {
  if (byHolder.size === 0) return undefined;
  const mark = "node_modules/";
  for (let at = folder.lastIndexOf(mark); at !== -1; at = at === 0 ? -1 : folder.lastIndexOf(mark, at - 1)) {
    const record = byHolder.get(folder.slice(0, at + mark.length));
    if (record !== undefined) return record;
  }
  return undefined;
}

/** Keys of `packages` are folders from the project's own. */
function readNpm(file: WantedFile, byFolder: Map<string, InstallRecord>): boolean {
  const packages = recordOf(recordOf(parseJson(file))?.["packages"]);
  if (packages === null) return false;
  const project = file.path.slice(0, -NPM.length);
  for (const [folder, value] of Object.entries(packages)) {
    const entry = recordOf(value);
    const version = entry?.["version"];
    if (entry === null || typeof version !== "string") continue;
    byFolder.set(`${project}${folder}`, {
      version,
      digests: integrityDigests(entry["integrity"]),
      vcsUrl: vcsUrl(entry["resolved"]),
    });
  }
  return true;
}

/** Entries of one package that differ in their peers are put together; their ids become names and versions. */
function readPnpm(file: WantedFile, byHolder: Map<string, ReadonlyMap<string, PinnedPackage>>): boolean {
  const { pinned, complaints } = readPnpmLock(decodeText(file.bytes));
  if (complaints.some((complaint) => complaint.code === "PARSE_FAILED")) return false;
  const keys = new Map(pinned.map((entry) => [entry.id, keyOf(entry)]));
  const all = new Map<string, PinnedPackage>();
  for (const entry of pinned) {
    const needs = (entry.needs ?? []).map((id) => keys.get(id)).filter((key) => key !== undefined);
    const key = keyOf(entry);
    all.set(key, { ...entry, needs: [...(all.get(key)?.needs ?? []), ...needs] });
  }
  byHolder.set(file.path.slice(0, -".pnpm/lock.yaml".length), all);
  return true;
}

/** `"a@^1.0.0": "https://registry…/a/-/a-1.0.0.tgz#<sha1>"`: name of the wanted range, version of the address. */
function readYarn(file: WantedFile, byHolder: Map<string, ReadonlyMap<string, PinnedPackage>>): boolean {
  const document = recordOf(parseJson(file));
  if (document === null) return false;
  const all = new Map<string, PinnedPackage>();
  for (const address of Object.values(recordOf(document["lockfileEntries"]) ?? {})) {
    const [, name, file_, sha1] = typeof address === "string" ? (TARBALL.exec(address) ?? []) : [];
    const digest = hexDigest("sha1", sha1);
    const bare = name?.slice(name.indexOf("/") + 1) ?? "";
    if (name === undefined || file_ === undefined || digest === null || !file_.startsWith(`${bare}-`))
      continue;
    const version = file_.slice(bare.length + 1);
    all.set(keyOf({ name, version }), { name, version, license: null, digests: [digest] });
  }
  byHolder.set(file.path.slice(0, -".yarn-integrity".length), all);
  return true;
}

const TARBALL =
  /^https?:\/\/[^#\s]{1,500}?\/((?:@[^/#\s]{1,214}\/)?[^/#\s]{1,214})\/-\/([^/#\s]{1,300})\.tgz#([0-9a-f]{40})$/;

function parseJson(file: WantedFile): unknown {
  try {
    return JSON.parse(decodeText(file.bytes));
  } catch {
    return null;
  }
}
