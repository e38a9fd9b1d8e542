/**
 * Order of one part of an RPM version (rpmvercmp of rpm 4.15 and later, with tilde and caret).
 */
import { compareDigits, compareText } from "../shared/digits.ts";

/**
 * Reads both from the left, run of digits or run of letters by turns; whatever else stands between is only a separator.
 * `1.0~rc1` < `1.0` < `1.0^git1` < `1.0.1`; digits are newer than letters, and a text that goes on is newer.
 */
export function compareSegments(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  let i = differFrom(a, b);
  let j = i;
  while (i < a.length || j < b.length) {
    i = endOf(a, i, isSeparator);
    j = endOf(b, j, isSeparator);
    const mark = compareMarks(a.charCodeAt(i), b.charCodeAt(j));
    if (mark === "both") {
      i += 1;
      j += 1;
      continue;
    }
    if (mark !== "none") return mark;
    if (i >= a.length || j >= b.length) break;
    const isRun = isDigit(a.charCodeAt(i)) ? isDigit : isLetter;
    const leftEnd = endOf(a, i, isRun);
    const rightEnd = endOf(b, j, isRun);
    // Of different kinds: digits are newer.
    if (rightEnd === j) return isRun === isDigit ? 1 : -1;
    const left = a.slice(i, leftEnd);
    const right = b.slice(j, rightEnd);
    const order = isRun === isDigit ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
    i = leftEnd;
    j = rightEnd;
  }
  if (i >= a.length && j >= b.length) return 0;
  return i >= a.length ? -1 : 1;
}

/** The run in which the texts begin to differ: what stands before is equal by any rule. Versions of one package often begin alike. */
function differFrom(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  const isRun = isDigit(a.charCodeAt(at - 1)) ? isDigit : isLetter;
  while (at > 0 && isRun(a.charCodeAt(at - 1))) at -= 1;
  return at;
}

/**
 * What the next characters decide when one of them is a tilde (older than the end) or a caret (newer than the end, older
 * than anything else). NaN stands for the end.
 */
function compareMarks(a: number, b: number): -1 | 1 | "both" | "none" {
  if (a === TILDE || b === TILDE) return a === b ? "both" : a === TILDE ? -1 : 1;
  if (a !== CARET && b !== CARET) return "none";
  if (a === b) return "both";
  if (Number.isNaN(a)) return -1;
  if (Number.isNaN(b)) return 1;
  return a === CARET ? -1 : 1;
}

function endOf(text: string, start: number, belongs: (code: number) => boolean): number {
  let end = start;
  while (end < text.length && belongs(text.charCodeAt(end))) end += 1;
  return end;
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== TILDE && code !== CARET;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

const TILDE = 0x7e;
const CARET = 0x5e;
