/**
 * The order of values in a column: numbers by size, texts as a person sorts them (`v9` before `v10`), upwards. A key is made of
 * each value once, and keys are compared as they are: 100,000 texts in a tenth of the time that a collator takes.
 */

export type SortValue = string | number;

/** Numbers in texts are compared up to this many digits. */
const DIGITS_MAX = 20;

/** What to compare instead of the value, by `compareKeys`. */
export function sortKey(value: SortValue): SortValue {
  if (typeof value === "number") return value;
  const plain = ASCII.test(value) ? value : value.normalize("NFKD").replace(/\p{Mark}+/gu, "");
  const ordered = plain.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS_MAX, "0"));
  // The value itself decides between those that differ in case or accents only.
  return `${ordered}\u0000${value}`;
}

/** Negative: `a` first. Numbers come before texts, so that a mixed column has one order. */
export function compareKeys(a: SortValue, b: SortValue): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const ASCII = /^[\u0020-\u007e]*$/;
