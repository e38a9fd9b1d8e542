/**
 * Order of two apk versions, part by part from the left; the first difference decides.
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import type { ApkToken } from "./version.ts";

export function compareTokens(a: readonly ApkToken[], b: readonly ApkToken[]): -1 | 0 | 1 {
  for (let i = 0; ; i++) {
    const left = a[i];
    const right = b[i];
    if (left === undefined && right === undefined) return 0;
    const rankOrder = rank(left) - rank(right);
    // Two suffixes may differ in rank as well as in word; the word decides both.
    if (rankOrder !== 0) return rankOrder < 0 ? -1 : 1;
    if (left === undefined || right === undefined) return 0;
    const order = compareAlike(left, right);
    if (order !== 0) return order;
  }
}

/**
 * Which kind of part is newer where two versions differ in kind: `1.0_rc1` < `1.0` < `1.0-r0` < `1.0~5e91` < `1.0_p1` <
 * `1.0a` < `1.0.0`, and after a suffix `_git` < `_git-r0` < `_git1` < `_git_p`.
 */
function rank(token: ApkToken | undefined): number {
  if (token === undefined) return END;
  if (token.kind === "suffix") return isPreRelease(token.text) ? END - 1 : ranks.suffix;
  return ranks[token.kind];
}

function compareAlike(a: ApkToken, b: ApkToken): -1 | 0 | 1 {
  switch (a.kind) {
    case "number":
      // As in Gentoo's rules: after the first number, a leading zero makes both sides decimal places.
      return a.text.startsWith("0") || b.text.startsWith("0")
        ? compareText(a.text, b.text)
        : compareDigits(a.text, b.text);
    case "first-number":
    case "suffix-number":
    case "revision":
      return compareDigits(a.text, b.text);
    case "suffix": {
      const order = suffixes.indexOf(a.text) - suffixes.indexOf(b.text);
      return order === 0 ? 0 : order < 0 ? -1 : 1;
    }
    case "letter":
    case "hash":
      return compareText(a.text, b.text);
  }
}

function isPreRelease(suffix: string): boolean {
  return suffixes.indexOf(suffix) < PRE_RELEASE_SUFFIXES;
}

const END = 1;
const ranks = {
  revision: 2,
  hash: 3,
  "suffix-number": 4,
  suffix: 5,
  letter: 6,
  number: 7,
  "first-number": 8,
} as const satisfies Record<ApkToken["kind"], number>;

/** Oldest first; the first four come before the version without a suffix. */
const suffixes: readonly string[] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
const PRE_RELEASE_SUFFIXES = 4;
