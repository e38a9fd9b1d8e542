/** The order of values in a column: numbers by size, texts as a person sorts them (`v9` before `v10`), upwards. */

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export type SortValue = string | number;

/** Negative: `a` first. Numbers come before texts, so that a mixed column has one order. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  const order = collator.compare(a, b);
  if (order !== 0 || a === b) return order;
  return a < b ? -1 : 1;
}
