/**
 * Lock files of Python's package managers: `poetry.lock`, `uv.lock`, `pdm.lock` and `pylock.toml` (PEP 751).
 * All groups are listed, development too. Packages of local folders are the project's own and are left out.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { PackageDigest } from "../../domain/package.ts";
import { normalisePypiName } from "../../versions/names.ts";
import { colonDigest, hexDigest } from "../shared/digests.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { gitUrl } from "../shared/vcs-url.ts";
import { ExtrasInUse, lockNeeds } from "./lock-needs.ts";
import { readTomlPackages } from "../shared/toml-packages.ts";

/** An array of tables `package` (or `packages`, PEP 751), each with `name` and `version`. */
export function readTomlLock(text: string): LockReading {
  const document = readTomlPackages(text);
  if (document === null) return parseFailed("the file is no TOML with a list of packages");
  const complaints: LockComplaint[] = document.broken.map((line) =>
    recordInvalid(`at line ${line}`, "is not valid TOML"),
  );
  const extras = new ExtrasInUse(document.list);
  const files = recordOf(document.metadata?.["files"]);
  const pinned: PinnedPackage[] = [];
  for (const [index, value] of document.list.entries()) {
    const entry = recordOf(value);
    if (entry !== null && isLocal(entry)) continue;
    const [name, version] = [entry?.["name"], entry?.["version"]];
    if (entry === null || !isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      const called = typeof name === "string" ? name : `number ${index + 1}`;
      complaints.push(unusable(called, entry));
      continue;
    }
    pinned.push({
      name,
      version,
      license: null,
      digests: [...digestsOf(entry), ...fileDigests(files?.[name])],
      id: normalisePypiName(name),
      needs: lockNeeds(entry, extras),
      vcsUrl: originOf(entry),
    });
  }
  return { pinned, complaints };
}

/** PEP 751 leaves out the version of what comes from an address. */
function unusable(name: string, entry: JsonRecord | null): LockComplaint {
  if (entry?.["version"] !== undefined || (entry?.["vcs"] === undefined && entry?.["archive"] === undefined))
    return recordInvalid(name, "has no valid name and version");
  return {
    code: "DEPENDENCY_UNPINNED",
    message: `${name.slice(0, 200)} comes from an address and has no version`,
  };
}

/** uv: `source = { editable = "." }`; Poetry: `type = "directory"`; pdm: `path = "./x"`; PEP 751: a `directory` table. */
function isLocal(entry: JsonRecord): boolean {
  const source = recordOf(entry["source"]) ?? {};
  if (["virtual", "editable", "directory"].some((key) => Object.hasOwn(source, key))) return true;
  if (source["type"] === "directory") return true;
  return typeof entry["path"] === "string" || recordOf(entry["directory"]) !== null;
}

/** Poetry and pdm: `files`; uv and PEP 751: `sdist`, `wheels`, `archive`. */
function digestsOf(entry: JsonRecord): readonly PackageDigest[] {
  const artefacts = [entry["sdist"], entry["archive"], ...listOf(entry["wheels"])];
  return [
    ...fileDigests(entry["files"]),
    ...artefacts.flatMap((artefact) => {
      const fields = recordOf(artefact);
      const hashes = Object.entries(recordOf(fields?.["hashes"]) ?? {});
      const digests = [colonDigest(fields?.["hash"]), ...hashes.map(([name, hex]) => hexDigest(name, hex))];
      return digests.filter((digest) => digest !== null);
    }),
  ];
}

/** `[{ file = "a-1.0.tar.gz", hash = "sha256:…" }]` */
function fileDigests(files: unknown): readonly PackageDigest[] {
  return listOf(files)
    .map((file) => colonDigest(recordOf(file)?.["hash"]))
    .filter((digest) => digest !== null);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Poetry: `source = { type = "git", … }`; uv: `source = { git = "https://…?rev=x#commit" }`; pdm: `git` and `revision`; PEP 751: `vcs`. */
function originOf(entry: JsonRecord): string | null {
  const source = recordOf(entry["source"]);
  const vcs = recordOf(entry["vcs"]);
  if (typeof source?.["git"] === "string") {
    const [place = "", commit = ""] = source["git"].split("#", 2);
    return gitUrl(place, commit);
  }
  if (source?.["type"] === "git") return addressOf(source["url"], source["resolved_reference"]);
  if (vcs?.["type"] === "git") return addressOf(vcs["url"], vcs["commit-id"]);
  return addressOf(entry["git"], entry["revision"]);
}

function addressOf(url: unknown, commit: unknown): string | null {
  return typeof url === "string" ? gitUrl(url, typeof commit === "string" ? commit : "") : null;
}
