/**
 * Lock files of Python's package managers: `poetry.lock`, `uv.lock`, `pdm.lock`, `pylock.toml` (PEP 751) and `Pipfile.lock`.
 * All groups are listed, development too. Packages of local folders are the project's own and are left out.
 */
import { recordOf } from "../../domain/json-record.ts";
import { parse as parseToml } from "smol-toml";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

/** A TOML lock file: an array of tables `package` (or `packages`, PEP 751), each with `name` and `version`. */
export function readTomlLock(text: string): LockReading {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parseToml(text);
  } catch {
    return parseFailed("the file is not valid TOML");
  }
  const list = document["package"] ?? document["packages"] ?? [];
  if (!Array.isArray(list)) return parseFailed("the list of packages is not an array");
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const [index, value] of list.entries()) {
    const entry = recordOf(value);
    if (entry !== null && isLocal(entry)) continue;
    const [name, version] = [entry?.["name"], entry?.["version"]];
    if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax))
      pinned.push({ name, version, license: null });
    else
      complaints.push(
        recordInvalid(
          typeof name === "string" ? name : `number ${index + 1}`,
          "has no valid name and version",
        ),
      );
  }
  return { pinned, complaints };
}

/** uv: `source = { editable = "." }`; Poetry: `type = "directory"`; pdm: `path = "./x"`; PEP 751: a `directory` table. */
function isLocal(entry: Readonly<Record<string, unknown>>): boolean {
  const source = recordOf(entry["source"]) ?? {};
  if (["virtual", "editable", "directory"].some((key) => Object.hasOwn(source, key))) return true;
  if (source["type"] === "directory") return true;
  return typeof entry["path"] === "string" || recordOf(entry["directory"]) !== null;
}

/** `Pipfile.lock`: `{ "default": { "name": { "version": "==1.0" } }, "develop": … }`, and groups of other names. */
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
    for (const [name, value] of Object.entries(recordOf(list) ?? {}))
      addPipfileEntry(pinned, complaints, name, value);
  }
  return { pinned, complaints };
}

function addPipfileEntry(
  pinned: PinnedPackage[],
  complaints: LockComplaint[],
  name: string,
  value: unknown,
): void {
  const entry = recordOf(value);
  if (entry !== null && (entry["path"] !== undefined || entry["editable"] === true)) return;
  const written = entry?.["version"];
  if (written === undefined && entry !== null) {
    complaints.push({
      code: "DEPENDENCY_UNPINNED",
      message: `${name.slice(0, 200)} comes from an address and has no version`,
    });
    return;
  }
  const version = typeof written === "string" ? written.replace(/^===?/, "") : "";
  if (isToken(name, nameLengthMax) && isToken(version, versionLengthMax))
    pinned.push({ name, version, license: null });
  else complaints.push(recordInvalid(name, "has no valid version"));
}
