/**
 * `Pipfile.lock` of Pipenv (https://pipenv.pypa.io/en/latest/pipfile.html): `{ "default": { "name": { "version": "==1.0" } } }`,
 * `develop`, and groups of other names. It has no edges.
 */
import { recordOf } from "../../domain/json-record.ts";
import { colonDigest } from "../shared/digests.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export function readPipfileLock(text: string): LockReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return parseFailed("the file is not valid JSON");
  }
  const root = recordOf(document);
  if (root === null || !Object.hasOwn(root, "_meta"))
    return parseFailed("the file is no lock file of Pipenv");
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const [group, list] of Object.entries(root)) {
    if (group === "_meta") continue;
    for (const [name, value] of Object.entries(recordOf(list) ?? {})) {
      const found = readEntry(name, value);
      if (found === null) continue;
      if ("code" in found) complaints.push(found);
      else pinned.push(found);
    }
  }
  return { pinned, complaints };
}

/** Null: a folder of the project. */
function readEntry(name: string, value: unknown): PinnedPackage | LockComplaint | null {
  const entry = recordOf(value);
  if (entry !== null && (entry["path"] !== undefined || entry["editable"] === true)) return null;
  const written = entry?.["version"];
  if (written === undefined && entry !== null) {
    return {
      code: "DEPENDENCY_UNPINNED",
      message: `${name.slice(0, 200)} comes from an address and has no version`,
    };
  }
  const version = typeof written === "string" ? written.replace(/^===?/, "") : "";
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax))
    return recordInvalid(name, "has no valid version");
  const hashes = Array.isArray(entry?.["hashes"]) ? (entry["hashes"] as unknown[]) : [];
  const digests = hashes.map(colonDigest).filter((digest) => digest !== null);
  return { name, version, license: null, digests };
}
