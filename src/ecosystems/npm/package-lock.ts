/**
 * `package-lock.json` and `npm-shrinkwrap.json` (https://docs.npmjs.com/cli/configuring-npm/package-lock-json):
 * version 1 nests `dependencies`; versions 2 and 3 list `packages` by folder. Development dependencies are listed too.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { integrityDigests } from "../shared/digests.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";
import { isLocal } from "./local.ts";
import { needsOf } from "./manifest.ts";
import { ModuleFolders } from "./module-folders.ts";

/** Folders, links and workspaces are the project's own and are left out. */
export function readPackageLock(text: string): LockReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return parseFailed("the file is not valid JSON");
  }
  const root = recordOf(document);
  const packages = recordOf(root?.["packages"]);
  if (packages !== null) return readPackages(packages);
  const dependencies = recordOf(root?.["dependencies"]);
  if (dependencies !== null) return readDependencies(dependencies);
  // A project without dependencies has neither list, but always says which layout it follows.
  return root !== null && "lockfileVersion" in root
    ? { pinned: [], complaints: [] }
    : parseFailed("the file is no lock file of npm");
}

const FOLDER = "node_modules/";
const folderLengthMax = 4096;

/** Keys are folders: `node_modules/a/node_modules/@b/c`; `""` and folders outside `node_modules` are the project's own. */
function readPackages(packages: JsonRecord): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  const entries = new Map<string, JsonRecord>();
  for (const [folder, value] of Object.entries(packages)) {
    if (!folder.includes(FOLDER)) continue;
    const entry = folder.length > folderLengthMax ? null : recordOf(value);
    if (entry === null) complaints.push(recordInvalid(folder, "is not an object"));
    else if (entry["link"] !== true && !isLocal(entry["resolved"])) entries.set(folder, entry);
  }
  const folders = new ModuleFolders(new Map([...entries.keys()].map((folder) => [folder, folder])));
  for (const [folder, entry] of entries) {
    // An alias keeps the real name in `name`.
    const name = entry["name"] ?? folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
    const { version, license } = entry;
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      complaints.push(recordInvalid(folder, "has no valid name and version"));
      continue;
    }
    pinned.push({
      name,
      version,
      license: typeof license === "string" ? license : null,
      digests: integrityDigests(entry["integrity"]),
      id: folder,
      needs: needsOf(entry)
        .map((need) => folders.resolve(folder, need.folder))
        .filter((found) => found !== null),
      vcsUrl: vcsUrl(entry["resolved"]),
    });
  }
  return { pinned, complaints };
}

/** One list of `dependencies`, and the lists it stands in. */
interface Level {
  readonly list: JsonRecord;
  readonly id: string;
  readonly above: Level | null;
}

function readDependencies(top: JsonRecord): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  const open: Level[] = [{ list: top, id: "0", above: null }];
  let levels = 1;
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const [key, value] of Object.entries(level.list)) {
      const entry = recordOf(value);
      if (entry === null) {
        complaints.push(recordInvalid(key, "is not an object"));
        continue;
      }
      const nested = recordOf(entry["dependencies"]);
      const inner: Level = nested === null ? level : { list: nested, id: String(levels++), above: level };
      if (inner !== level) open.push(inner);
      const found = readDependency(key, entry, level, inner);
      if (found === null) continue;
      if ("code" in found) complaints.push(found);
      else pinned.push(found);
    }
  }
  return { pinned, complaints };
}

/** Version 1 writes where a package comes from into `version`: `1.2.3`, `npm:real@1.2.3`, `file:../x`, `git+ssh://…`. */
function readDependency(
  key: string,
  entry: JsonRecord,
  level: Level,
  inner: Level,
): PinnedPackage | LockComplaint | null {
  const written = typeof entry["version"] === "string" ? entry["version"] : "";
  if (isLocal(written)) return null;
  const at = written.lastIndexOf("@");
  const isAlias = written.startsWith("npm:");
  const name = isAlias ? written.slice(4, Math.max(4, at)) : key;
  const version = isAlias ? written.slice(at + 1) : written;
  if (version.includes(":") || version.includes("/")) {
    const message = `${key.slice(0, 200)} comes from an address and has no version`;
    return { code: "DEPENDENCY_UNPINNED", message };
  }
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax))
    return recordInvalid(key, "has no valid name and version");
  return {
    name,
    version,
    license: null,
    digests: integrityDigests(entry["integrity"]),
    id: `${level.id}/${key}`,
    needs: Object.keys(recordOf(entry["requires"]) ?? {})
      .map((need) => findAbove(inner, need))
      .filter((id) => id !== null),
  };
}

/** The nearest list upward that has the name. */
function findAbove(from: Level, name: string): string | null {
  let level: Level | null = from;
  for (let step = 0; level !== null && step < levelsMax; step += 1, level = level.above)
    if (Object.hasOwn(level.list, name)) return `${level.id}/${name}`;
  return null;
}

/** Lists in lists that are looked into; npm nests a dozen. */
const levelsMax = 100;
