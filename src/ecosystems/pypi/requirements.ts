/**
 * `requirements*.txt` (https://pip.pypa.io/en/stable/reference/requirements-file-format/): only `name==version` says what will
 * be installed. Every other requirement is a complaint, so that it does not look like nothing.
 */
import type { LockComplaint, LockReading, PinnedPackage } from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

/** `isRead` says whether a file that this one includes (`-r base.txt`) is read on its own. */
export function readRequirements(text: string, isRead: (includedPath: string) => boolean): LockReading {
  const pinned: PinnedPackage[] = [];
  const complaints: LockComplaint[] = [];
  for (const line of logicalLines(text)) {
    const included = INCLUDE.exec(line)?.[1];
    if (included !== undefined) {
      if (!isRead(included.trim())) complaints.push(unpinned(line, "names a file that is not read"));
      continue;
    }
    if (line.startsWith("-") && !line.startsWith("-e") && !line.startsWith("--editable")) continue;
    const requirement = readPinned(line);
    if (requirement !== null) pinned.push(requirement);
    else complaints.push(unpinned(line, "does not pin a version"));
  }
  return { pinned, complaints };
}

const INCLUDE = /^(?:-r|--requirement|-c|--constraint)(?:[ =]+)?(.+)$/;

function unpinned(line: string, reason: string): LockComplaint {
  return { code: "DEPENDENCY_UNPINNED", message: `"${line.slice(0, 200)}" ${reason}` };
}

/** Lines joined at a final backslash, without comments, trimmed, without empty ones. */
function* logicalLines(text: string): Generator<string> {
  let parts: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    const isComment = line.trimStart().startsWith("#");
    if (line.endsWith("\\") && !isComment) {
      parts.push(line.slice(0, -1));
      continue;
    }
    parts.push(isComment ? "" : line);
    const whole = withoutComment(parts.join(" ")).trim();
    parts = [];
    if (whole !== "") yield whole;
  }
  const rest = withoutComment(parts.join(" ")).trim();
  if (rest !== "") yield rest;
}

/** A comment starts at a `#` after white space, so that addresses may hold one. */
function withoutComment(line: string): string {
  const at = line.indexOf(" #");
  return at === -1 ? line : line.slice(0, at);
}

/** `Name[extra]==1.2.3 ; marker --hash=…`, also with `===` and further clauses. Null: not pinned. */
function readPinned(line: string): PinnedPackage | null {
  const specifier = line.split(";", 1)[0]?.split(" --", 1)[0] ?? "";
  const equals = specifier.indexOf("==");
  if (equals === -1 || specifier.includes("@")) return null;
  const bracket = specifier.indexOf("[");
  const name = specifier.slice(0, bracket === -1 || bracket > equals ? equals : bracket).trim();
  const start = specifier[equals + 2] === "=" ? equals + 3 : equals + 2;
  const version = specifier.slice(start).split(",", 1)[0]?.trim() ?? "";
  if (!NAME.test(name) || !isToken(name, nameLengthMax)) return null;
  if (!isToken(version, versionLengthMax) || version.includes("*")) return null;
  return { name, version, license: null };
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
