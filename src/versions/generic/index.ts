/**
 * Versions of software that no package manager orders (`3.0.11`, `1.0.2k`, `9.2p1`, `2.1.0-beta3`, `6.1.0-18-amd64`): numbers
 * by value, words for pre-releases before the release, every other word after it.
 *
 * The rules are those of libversion (https://github.com/repology/libversion/blob/master/doc/ALGORITHM.md), which Repology
 * orders the versions of all distributions with: a version is a list of numbers and words, what lies between them does not
 * count, and the shorter list is filled up with zeros.
 */
import { invalidVersion } from "../error.ts";
import { compareDigits } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

export const generic: VersionScheme = Object.freeze({
  id: "generic",
  title: "Versions of no particular ecosystem",
  specs: ["https://github.com/repology/libversion/blob/master/doc/ALGORITHM.md"],
  version: 1,
  compare,
  isValid,
});

/** In this order. */
const PRE_RELEASE = 1;
const ZERO = 2;
const POST_RELEASE = 3;
const NUMBER = 4;
const LETTER = 5;

interface Component {
  readonly rank: number;
  /** Digits of a number; the first letter of a word, in lower case. */
  readonly value: string;
}

const filler: Component = { rank: ZERO, value: "" };

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareComponents(left[index] ?? filler, right[index] ?? filler);
    if (order !== 0) return order;
  }
  return 0;
}

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readGenericVersion throws for one reason only.
    return false;
  }
}

function compareComponents(a: Component, b: Component): -1 | 0 | 1 {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.rank === NUMBER) return compareDigits(a.value, b.value);
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

const read = remember(readGenericVersion);

function readGenericVersion(version: string): readonly Component[] {
  if (version.length > versionLengthMax) throw invalidVersion("generic", version, "it is too long");
  if (!/[0-9]/.test(version)) throw invalidVersion("generic", version, "it has no number");
  const components: Component[] = [];
  const parts = [...version.matchAll(/([0-9]+)|([A-Za-z]+)/g)];
  for (const [index, part] of parts.entries()) {
    const [text, digits] = part;
    components.push(digits === undefined ? toWord(text, version, parts, index) : toNumber(digits));
  }
  return components;
}

function toNumber(digits: string): Component {
  const value = digits.replace(/^0+/, "");
  return value === "" ? filler : { rank: NUMBER, value };
}

function toWord(text: string, version: string, parts: readonly RegExpExecArray[], index: number): Component {
  const word = text.toLowerCase();
  const value = word[0] ?? "";
  if (preReleases.has(word) || word.startsWith("pre")) return { rank: PRE_RELEASE, value };
  if (postReleases.has(word) || word.startsWith("post") || word.startsWith("patch"))
    return { rank: POST_RELEASE, value };
  const start = parts[index]?.index ?? 0;
  const isBeforeDigit = isDigit(version.charCodeAt(start + text.length));
  // `9.2p1`: a patch level. `1.0.2p`: a letter like any other.
  if (word === "p" && isBeforeDigit) return { rank: POST_RELEASE, value };
  // A word right behind a number and not right before another: `k` of `1.0.2k`, but not `a` of `1.0a1`.
  const isSuffix = start > 0 && isDigit(version.charCodeAt(start - 1)) && !isBeforeDigit;
  return { rank: isSuffix ? LETTER : PRE_RELEASE, value };
}

const preReleases = new Set(["alpha", "beta", "rc"]);
const postReleases = new Set(["pl", "errata"]);

/** NaN, past the end, is none. */
function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
