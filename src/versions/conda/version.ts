/**
 * The parts of a conda version: `epoch!version+local`. Version and local part are components parted by `.`, `_` or `-`, each of
 * runs of digits and of other characters: `1.0rc1` is `[[1], [0, rc, 1]]`.
 */
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

/** Digits, or a word in lower case. A component that starts with a word has a `0` before it. */
export type CondaComponent = readonly string[];

export interface CondaVersion {
  /** Digits. */
  readonly epoch: string;
  readonly version: readonly CondaComponent[];
  /** Empty: none. */
  readonly local: readonly CondaComponent[];
}

/** Takes a version apart. @throws VersionError VERSION_INVALID when conda would refuse it */
export function readCondaVersion(version: string): CondaVersion {
  if (version.length > versionLengthMax) throw refuse(version, "it is too long");
  const text = version.trim().toLowerCase();
  if (!ALLOWED.test(text)) throw refuse(version, "it has characters that stand in no version");
  const [beforeLocal = "", local, ...moreLocal] = text.split("+");
  if (moreLocal.length > 0) throw refuse(version, "it has two local parts");
  if (local?.includes("!") === true) throw refuse(version, "its local part has an epoch");
  const [first = "", second, ...more] = beforeLocal.split("!");
  if (more.length > 0) throw refuse(version, "it has two epochs");
  if (second !== undefined && !/^[0-9]+$/.test(first)) throw refuse(version, "its epoch is not a number");
  return {
    epoch: second === undefined ? "0" : first,
    version: componentsOf(second ?? first, version),
    local: local === undefined ? [] : componentsOf(local, version),
  };
}

const ALLOWED = /^[0-9a-z_.!+-]+$/;

function componentsOf(text: string, whole: string): readonly CondaComponent[] {
  if (text.includes("-") && text.includes("_")) throw refuse(whole, "it mixes hyphens and underscores");
  // An underscore at the end is a word of its own (`1.0.1_` is older than `1.0.1a`, as of OpenSSL); a hyphen stands for one.
  const body = text.length > 1 && /[_-]$/.test(text) ? text.slice(0, -1) : text;
  const parts = body.split(/[._-]/);
  const last = parts.length - 1;
  if (body !== text) parts[last] = `${parts[last] ?? ""}_`;
  return parts.map((part) => {
    if (part === "") throw refuse(whole, "it has an empty component");
    const runs = part.match(/[0-9]+|[^0-9]+/g) ?? [];
    return /^[0-9]/.test(part) ? runs : ["0", ...runs];
  });
}

function refuse(version: string, why: string): VersionError {
  return invalidVersion("conda", version, why);
}
