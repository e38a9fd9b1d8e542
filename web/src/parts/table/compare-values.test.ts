import assert from "node:assert/strict";
import { test } from "node:test";
import { compareValues, type SortValue } from "./compare-values.ts";

const rows: [name: string, sorted: SortValue[]][] = [
  ["numbers by size", [-1, 0, 2, 10]],
  ["texts with numbers in them", ["v2", "v9", "v10"]],
  ["case does not part what belongs together", ["alpha", "Beta", "gamma"]],
  ["texts that differ in case only have an order", ["App", "app"]],
  ["numbers before texts", [3, "1", "a"]],
];

for (const [name, sorted] of rows) {
  test(`compareValues: ${name}`, () => {
    assert.deepEqual([...sorted].reverse().sort(compareValues), sorted);
    assert.deepEqual([...sorted].sort(compareValues), sorted);
  });
}
