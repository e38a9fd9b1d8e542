/**
 * `bun.lock` (https://bun.com/docs/pm/lockfile): JSON with commas at the end of lists. `packages` maps where a package stands
 * (`parent/name`, as folders in `node_modules`) to a list whose first member is its name and version, and whose last its digest.
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
import { isLocal } from "./local.ts";
import { needsOf } from "./manifest.ts";

export function readBunLock(text: string): LockReading {
  let document: unknown;
  try {
    document = JSON.parse(withoutLastCommas(text));
  } catch {
    return parseFailed("the file is not valid JSON");
  }
  const root = recordOf(document);
  if (root === null || !Object.hasOwn(root, "lockfileVersion"))
    return parseFailed("the file is no lock file of Bun");
  const packages = recordOf(root["packages"]) ?? {};
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const [key, value] of Object.entries(packages)) {
    const found = readEntry(key, value, packages);
    if (found === null) continue;
    if ("code" in found) complaints.push(found);
    else pinned.push(found);
  }
  return { pinned, complaints };
}

function readEntry(key: string, value: unknown, packages: JsonRecord): PinnedPackage | LockComplaint | null {
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  const written = typeof list[0] === "string" ? list[0] : "";
  const at = written.indexOf("@", 1);
  const [name, version] = at === -1 ? ["", ""] : [written.slice(0, at), written.slice(at + 1)];
  if (isLocal(version) || version.startsWith("root:")) return null;
  if (version.includes(":") || version.includes("/"))
    return {
      code: "DEPENDENCY_UNPINNED",
      message: `${key.slice(0, 200)} comes from an address and has no version`,
    };
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax) || key.length > keyLengthMax)
    return recordInvalid(key, "has no valid name and version");
  const facts = list.map((member) => recordOf(member)).find((member) => member !== null) ?? {};
  const needs = needsOf({ ...facts, peerDependencies: facts["peerDependencies"] });
  return {
    name,
    version,
    license: null,
    digests: integrityDigests(list.at(-1)),
    id: key,
    needs: needs.map((need) => findFrom(key, need.folder, packages)).filter((id) => id !== null),
  };
}

const keyLengthMax = 4096;

/** The nearest package of that name, seen from `a/b`: `a/b/name`, `a/name`, `name`. A scope belongs to its name: `@s/a/b`. */
function findFrom(key: string, name: string, packages: JsonRecord): string | null {
  let at = key;
  for (let step = 0; step < stepsMax; step += 1) {
    const candidate = at === "" ? name : `${at}/${name}`;
    if (Object.hasOwn(packages, candidate)) return candidate;
    if (at === "") return null;
    const slash = at.lastIndexOf("/");
    at = slash === -1 ? "" : at.slice(0, slash);
  }
  return null;
}

/** Packages in packages that are looked into; real locks nest a dozen. */
const stepsMax = 100;

/** The text without commas in front of `]` and `}`, and without line comments. Strings are left as they are. */
function withoutLastCommas(text: string): string {
  const pieces: string[] = [];
  let start = 0;
  let comma = -1;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === '"') {
      at = endOfString(text, at);
      comma = -1;
    } else if (char === ",") comma = at;
    else if (char === "/" && text[at + 1] === "/") {
      pieces.push(text.slice(start, at));
      const newline = text.indexOf("\n", at);
      at = newline === -1 ? text.length : newline;
      start = at;
    } else if ((char === "]" || char === "}") && comma !== -1) {
      // A comment may stand between the comma and the bracket: what is behind it was cut off already.
      if (comma >= start) pieces.push(text.slice(start, comma));
      else pieces.push(withoutComma(pieces.pop() ?? ""));
      start = comma >= start ? comma + 1 : start;
      comma = -1;
    } else if (!WHITE.includes(char)) comma = -1;
  }
  return pieces.join("") + text.slice(start);
}

const WHITE = " \t\r\n";

function withoutComma(piece: string): string {
  const at = piece.lastIndexOf(",");
  return at === -1 ? piece : piece.slice(0, at);
}

/** Place of the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
