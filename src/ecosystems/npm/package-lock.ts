/**
 * `package-lock.json` and `npm-shrinkwrap.json` (https://docs.npmjs.com/cli/configuring-npm/package-lock-json):
 * version 1 nests `dependencies`; versions 2 and 3 list `packages` by folder. Development dependencies are listed too.
 */
import { recordOf } from "../../domain/json-record.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";

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

/** Keys are folders: `node_modules/a/node_modules/@b/c`; `""` and folders outside `node_modules` are the project's own. */
function readPackages(packages: Readonly<Record<string, unknown>>): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const [folder, value] of Object.entries(packages)) {
    const at = folder.lastIndexOf(FOLDER);
    if (at === -1) continue;
    const entry = recordOf(value);
    if (entry === null) {
      complaints.push(recordInvalid(folder, "is not an object"));
      continue;
    }
    if (entry["link"] === true || isLocal(entry["resolved"])) continue;
    // An alias keeps the real name in `name`.
    const name = entry["name"] ?? folder.slice(at + FOLDER.length);
    add(pinned, complaints, { key: folder, name, version: entry["version"], license: entry["license"] });
  }
  return { pinned, complaints };
}

function readDependencies(top: Readonly<Record<string, unknown>>): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  const open = [top];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    for (const [key, value] of Object.entries(list)) {
      const entry = recordOf(value);
      if (entry === null) {
        complaints.push(recordInvalid(key, "is not an object"));
        continue;
      }
      const nested = recordOf(entry["dependencies"]);
      if (nested !== null) open.push(nested);
      addDependency(pinned, complaints, key, entry["version"]);
    }
  }
  return { pinned, complaints };
}

/** Version 1 writes where a package comes from into `version`: `1.2.3`, `npm:real@1.2.3`, `file:../x`, `git+ssh://…`. */
function addDependency(
  pinned: PinnedPackage[],
  complaints: LockComplaint[],
  key: string,
  written: unknown,
): void {
  const version = typeof written === "string" ? written : "";
  if (isLocal(version)) return;
  if (version.startsWith("npm:")) {
    const at = version.lastIndexOf("@");
    add(pinned, complaints, { key, name: version.slice(4, Math.max(4, at)), version: version.slice(at + 1) });
    return;
  }
  if (version.includes(":") || version.includes("/")) {
    complaints.push({
      code: "DEPENDENCY_UNPINNED",
      message: `${key} comes from an address and has no version`,
    });
    return;
  }
  add(pinned, complaints, { key, name: key, version });
}

function isLocal(origin: unknown): boolean {
  return typeof origin === "string" && (origin.startsWith("file:") || origin.startsWith("link:"));
}

interface Candidate {
  readonly key: string;
  readonly name: unknown;
  readonly version: unknown;
  readonly license?: unknown;
}

function add(
  pinned: PinnedPackage[],
  complaints: LockComplaint[],
  { key, name, version, license }: Candidate,
): void {
  if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax)) {
    pinned.push({ name, version, license: typeof license === "string" ? license : null });
  } else complaints.push(recordInvalid(key, "has no valid name and version"));
}
