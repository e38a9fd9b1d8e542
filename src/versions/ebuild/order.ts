/**
 * Order of two Gentoo versions: numbers, letter, suffixes, revision; the first difference decides.
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import type { EbuildVersion } from "./version.ts";

export function compareEbuildVersions(a: EbuildVersion, b: EbuildVersion): -1 | 0 | 1 {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareDigits(a.revision, b.revision)
  );
}

/** The first numbers by value; of the rest those with a leading zero as decimal places. The longer list is newer. */
function compareNumbers(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (let i = 0; ; i += 1) {
    const left = a[i];
    const right = b[i];
    if (left === undefined || right === undefined) return sign(a.length - b.length);
    const isFraction = i > 0 && (left.startsWith("0") || right.startsWith("0"));
    const order = isFraction
      ? compareText(left.replace(TRAILING_ZEROS, ""), right.replace(TRAILING_ZEROS, ""))
      : compareDigits(left, right);
    if (order !== 0) return order;
  }
}

const TRAILING_ZEROS = /(?<!0)0+$/;

function compareSuffixes(a: EbuildVersion["suffixes"], b: EbuildVersion["suffixes"]): -1 | 0 | 1 {
  for (let i = 0; ; i += 1) {
    const left = a[i];
    const right = b[i];
    // A version that goes on is newer with `_p`, older with a pre-release.
    if (left === undefined) return right === undefined ? 0 : right.word === "p" ? -1 : 1;
    if (right === undefined) return left.word === "p" ? 1 : -1;
    const order = sign(ranks[left.word] - ranks[right.word]) || compareDigits(left.number, right.number);
    if (order !== 0) return order;
  }
}

const ranks = { alpha: 0, beta: 1, pre: 2, rc: 3, p: 4 } as const;

function sign(difference: number): -1 | 0 | 1 {
  if (difference === 0) return 0;
  return difference < 0 ? -1 : 1;
}
