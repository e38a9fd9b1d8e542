/**
 * Order of one part of an Arch Linux version (rpmvercmp as pacman has it: without tilde and caret, and with separators counted).
 */
import { compareDigits, compareText } from "../shared/digits.ts";

/**
 * Reads both from the left, run of digits or run of letters by turns. `1.0a` < `1.0alpha` < `1.0` < `1.0.a` < `1.0.1`; digits are
 * newer than letters; a longer row of separators is newer.
 */
export function compareSegments(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const leftStart = endOf(a, i, isSeparator);
    const rightStart = endOf(b, j, isSeparator);
    const separators = leftStart - i - (rightStart - j);
    i = leftStart;
    j = rightStart;
    if (i >= a.length || j >= b.length) break;
    if (separators !== 0) return separators < 0 ? -1 : 1;
    const isRun = isDigit(a.charCodeAt(i)) ? isDigit : isLetter;
    const leftEnd = endOf(a, i, isRun);
    const rightEnd = endOf(b, j, isRun);
    if (rightEnd === j) return isRun === isDigit ? 1 : -1;
    const left = a.slice(i, leftEnd);
    const right = b.slice(j, rightEnd);
    const order = isRun === isDigit ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
    i = leftEnd;
    j = rightEnd;
  }
  if (i >= a.length && j >= b.length) return 0;
  // What is left over is newer, except letters: `1.0rc` comes before `1.0`.
  const isLeftOlder = i >= a.length ? !isLetter(b.charCodeAt(j)) : isLetter(a.charCodeAt(i));
  return isLeftOlder ? -1 : 1;
}

function endOf(text: string, start: number, belongs: (code: number) => boolean): number {
  let end = start;
  while (end < text.length && belongs(text.charCodeAt(end))) end += 1;
  return end;
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
