/**
 * Order of two Python versions (PEP 440, "Summary of permitted suffixes and relative ordering").
 */
import { compareDigits, compareText } from "../shared/digits.ts";
import type { Pep440Version } from "./version.ts";

export function comparePep440(a: Pep440Version, b: Pep440Version): -1 | 0 | 1 {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareRelease(a.release, b.release) ||
    compareNumbers(preRank(a), preRank(b)) ||
    compareDigits(a.pre?.number ?? "", b.pre?.number ?? "") ||
    compareNumbers(a.post === null ? 0 : 1, b.post === null ? 0 : 1) ||
    compareDigits(a.post ?? "", b.post ?? "") ||
    compareNumbers(a.dev === null ? 1 : 0, b.dev === null ? 1 : 0) ||
    compareDigits(a.dev ?? "", b.dev ?? "") ||
    compareLocal(a.local, b.local)
  );
}

/** `1.0` equals `1.0.0`: missing components are zero. */
function compareRelease(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareDigits(a[i] ?? "0", b[i] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}

/** `1.0.dev1` < `1.0a1` < `1.0b1` < `1.0rc1` < `1.0`: a bare dev release comes before every pre-release. */
function preRank(version: Pep440Version): number {
  if (version.pre !== null) return { a: 1, b: 2, rc: 3 }[version.pre.phase];
  return version.post === null && version.dev !== null ? 0 : 4;
}

/** Segment by segment: words before numbers, words by text, numbers by value, and a prefix first. */
function compareLocal(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareSegment(a[i] ?? "", b[i] ?? "");
    if (order !== 0) return order;
  }
  return compareNumbers(a.length, b.length);
}

function compareSegment(a: string, b: string): -1 | 0 | 1 {
  const leftIsNumber = DIGITS.test(a);
  const rightIsNumber = DIGITS.test(b);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? 1 : -1;
  return leftIsNumber ? compareDigits(a, b) : compareText(a, b);
}

function compareNumbers(a: number, b: number): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const DIGITS = /^[0-9]+$/;
