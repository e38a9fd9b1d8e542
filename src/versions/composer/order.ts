/**
 * Order of two versions part by part, by the rules of PHP's `version_compare`: any other word < dev < alpha < beta < RC < the
 * end < a number < patch.
 */
import { compareDigits } from "../shared/digits.ts";
import type { ComposerVersion } from "./version.ts";

export function compareParts(a: ComposerVersion, b: ComposerVersion): -1 | 0 | 1 {
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined && right === undefined) return 0;
    const rankOrder = rank(left) - rank(right);
    if (rankOrder !== 0) return rankOrder < 0 ? -1 : 1;
    const order = rank(left) === NUMBER ? compareDigits(left ?? "", right ?? "") : 0;
    if (order !== 0) return order;
  }
}

const OTHER_WORD = 0;
const END = 5;
const NUMBER = 6;

function rank(part: string | undefined): number {
  if (part === undefined) return END;
  if (DIGIT.test(part)) return NUMBER;
  // PHP looks at how a word begins, so that `patch` counts as `p`.
  return ranks.find(([start]) => part.startsWith(start))?.[1] ?? OTHER_WORD;
}

const DIGIT = /^[0-9]/;
const ranks = [
  ["dev", 1],
  ["a", 2],
  ["b", 3],
  ["RC", 4],
  ["rc", 4],
  ["p", 7],
] as const;
