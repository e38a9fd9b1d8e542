/**
 * Whole numbers as their decimal digits, so that no version is too long to compare exactly.
 */

/** Order of two runs of ASCII digits by value. Leading zeros do not count and an empty run is zero: `"007"` equals `"7"`. */
export function compareDigits(a: string, b: string): -1 | 0 | 1 {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return compareText(left, right);
}

/** Order of two texts by UTF-16 code unit; equals the order of bytes for ASCII. A prefix comes first. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === ZERO) start++;
  return start === 0 ? digits : digits.slice(start);
}

const ZERO = 0x30;
