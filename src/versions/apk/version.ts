/**
 * The parts of an apk version: `number{.number}…{letter}{_suffix{number}}…{~hash}{-r number}` (apk-package(5)).
 * Example: `1.2.3b_rc1_git20240101~5e91e63-r4`.
 */
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

/** One part of a version, in the order in which they may follow each other. */
export interface ApkToken {
  readonly kind: "first-number" | "number" | "letter" | "suffix" | "suffix-number" | "hash" | "revision";
  /** Without its mark: `12`, `b`, `rc`, `5e91e63`. */
  readonly text: string;
}

/** Takes a version apart. @throws VersionError VERSION_INVALID when apk would call it invalid */
export function readApkVersion(version: string): readonly ApkToken[] {
  if (version.length > versionLengthMax) throw refuse(version, "it is too long");
  const tokens: ApkToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(version);
    if (found === null) return null;
    at = pattern.lastIndex;
    return found[1] ?? found[0];
  };

  const first = take(NUMBER);
  if (first === null) throw refuse(version, "it does not start with a number");
  tokens.push({ kind: "first-number", text: first });
  for (let text = take(DOTTED); text !== null; text = take(DOTTED)) tokens.push({ kind: "number", text });
  const letter = take(LETTER);
  if (letter !== null) tokens.push({ kind: "letter", text: letter });
  for (let suffix = take(SUFFIX); suffix !== null; suffix = take(SUFFIX)) {
    tokens.push({ kind: "suffix", text: suffix });
    const number = take(NUMBER);
    if (number !== null) tokens.push({ kind: "suffix-number", text: number });
  }
  const hash = take(HASH);
  if (hash !== null) tokens.push({ kind: "hash", text: hash });
  const revision = take(REVISION);
  if (revision !== null) tokens.push({ kind: "revision", text: revision });
  if (at !== version.length) throw refuse(version, `nothing may start at character ${at + 1}`);
  return tokens;
}

function refuse(version: string, why: string): VersionError {
  return invalidVersion("apk", version, why);
}

const NUMBER = /[0-9]+/y;
const DOTTED = /\.([0-9]+)/y;
const LETTER = /[a-z]/y;
// A suffix is a whole word, so that `_preview` is refused rather than read as `_pre`.
const SUFFIX = /_(alpha|beta|pre|rc|cvs|svn|git|hg|p)(?![a-z])/y;
const HASH = /~([0-9a-f]+)/y;
const REVISION = /-r([0-9]+)/y;
