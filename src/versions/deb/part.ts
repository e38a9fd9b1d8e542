/**
 * Order of one part of a Debian version (upstream version or revision), by the algorithm in deb-version(7).
 */
import { compareDigits } from "../shared/digits.ts";

/**
 * Reads both parts from the left in turns: a run of non-digits, compared character by character, then a run of digits,
 * compared by value. `~` comes before the end of the part, the end before letters, letters before all else.
 */
export function comparePart(a: string, b: string): -1 | 0 | 1 {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const left = weight(a.charCodeAt(i));
      const right = weight(b.charCodeAt(j));
      if (left !== right) return left < right ? -1 : 1;
      i++;
      j++;
    }
    const leftEnd = endOfDigits(a, i);
    const rightEnd = endOfDigits(b, j);
    const order = compareDigits(a.slice(i, leftEnd), b.slice(j, rightEnd));
    if (order !== 0) return order;
    i = leftEnd;
    j = rightEnd;
  }
  return 0;
}

/** Weight of a character in a run of non-digits. NaN (past the end) and digits (the run ended) weigh 0. */
function weight(code: number): number {
  if (Number.isNaN(code) || isDigit(code)) return 0;
  if (code === TILDE) return -1;
  return isLetter(code) ? code : code + 256;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

const TILDE = 0x7e;
