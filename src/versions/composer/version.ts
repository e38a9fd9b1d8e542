/**
 * A version in Composer's normal form, `1.2.0.0-beta2`, taken apart as PHP's `version_compare` does it: runs of digits and of
 * letters.
 */
import { invalidVersion } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

/** Runs of digits and of letters, in order: `1 2 0 0 beta 2`. */
export type ComposerVersion = readonly string[];

/** Takes a version apart. @throws VersionError VERSION_INVALID when Composer would refuse it, and for branches without numbers */
export function readComposerVersion(version: string): ComposerVersion {
  if (version.length > versionLengthMax) throw invalidVersion("composer", version, "it is too long");
  const normal = normalise(version);
  if (normal === null) throw invalidVersion("composer", version, "Composer does not know it as a version");
  return normal.match(PART) ?? [];
}

const PART = /[0-9]+|[a-zA-Z]+/g;

/** `v1.2-b2` -> `1.2.0.0-beta2`; null: no version, or a branch that has no order. */
function normalise(written: string): string | null {
  const unaliased = ALIAS.exec(trimmed(written))?.[1] ?? trimmed(written);
  const text = unaliased.replace(STABILITY_FLAG, "");
  if (text === "master" || text === "trunk" || text === "default") return null;
  if (text.slice(0, 4).toLowerCase() === "dev-") return null;
  const plain = BUILD.exec(text)?.[1] ?? text;
  const classic = CLASSIC.exec(plain);
  if (classic !== null) {
    const [, first = "", ...others] = classic;
    const numbers = others.slice(0, 3).map((part) => part || ".0");
    return first + numbers.join("") + modifier(others[3], others[4], others[5]);
  }
  const date = DATE.exec(plain);
  if (date !== null) {
    const [, numbers = "", ...others] = date;
    return numbers.replace(/[^0-9]/g, ".") + modifier(others[0], others[1], others[2]);
  }
  return numberedBranch(plain);
}

/** What PHP's `trim` takes away. */
function trimmed(text: string): string {
  return text.replace(/^[ \t\n\r\0\v]+/, "").replace(TRIM_END, "");
}

const TRIM_END = /(?<![ \t\n\r\0\v])[ \t\n\r\0\v]+$/;
const ALIAS = /^([^,\s]+) +as +[^,\s]+$/;
const STABILITY_FLAG = /@(?:stable|RC|beta|alpha|dev)$/i;
const BUILD = /^([^,\s+]+)\+\S+$/;
const MODIFIER = "[._-]?(?:(stable|beta|b|RC|alpha|a|patch|pl|p)((?:[.-]?\\d+)*)?)?([.-]?dev)?$";
const CLASSIC = new RegExp(`^v?(\\d{1,5})(\\.\\d+)?(\\.\\d+)?(\\.\\d+)?${MODIFIER}`, "i");
const DATE = new RegExp(`^v?(\\d{4}(?:[.:-]?\\d{2}){1,6}(?:[.:-]?\\d{1,3})?)${MODIFIER}`, "i");

function modifier(word = "", numbers = "", dev = ""): string {
  // Composer leaves the rest out for the word in this spelling alone.
  if (word === "stable") return "";
  const stability = word === "" ? "" : `-${longForm(word.toLowerCase())}${numbers.replace(/^[.-]+/, "")}`;
  return dev === "" ? stability : `${stability}-dev`;
}

function longForm(word: string): string {
  return longForms[word] ?? word;
}

const longForms: Readonly<Record<string, string>> = {
  a: "alpha",
  b: "beta",
  p: "patch",
  pl: "patch",
  rc: "RC",
};

/** `1.x-dev`, `2.0-dev` and the like. */
function numberedBranch(text: string): string | null {
  if (text.slice(-3).toLowerCase() !== "dev") return null;
  const name = trimmed(text.slice(0, -3).replace(/[.-]$/, ""));
  const found = BRANCH.exec(name);
  if (found === null) return null;
  const numbers = found.slice(1).map((part) => (part ?? ".x").replace(/[xX*]/, "9999999"));
  return `${numbers.join("")}-dev`;
}

const BRANCH = /^v?(\d+)(\.(?:\d+|[xX*]))?(\.(?:\d+|[xX*]))?(\.(?:\d+|[xX*]))?$/i;
