import assert from "node:assert/strict";
import { test } from "node:test";
import { compareKeys, sortKey, type SortValue } from "./sort-key.ts";

const rows: [name: string, sorted: SortValue[]][] = [
  ["numbers by size", [-1, 0, 2, 10]],
  ["texts with numbers in them", ["v2", "v9", "v10", "v10.2", "v10.10"]],
  ["numbers longer than a number can be", ["x9", `x${"1".repeat(19)}`, `x${"1".repeat(20)}`]],
  ["case does not part what belongs together", ["alpha", "Beta", "gamma"]],
  ["accents do not either", ["Zebra", "zebrá", "zebrb"]],
  ["texts that differ in case only have an order", ["App", "app"]],
  ["a text before what it begins", ["app", "app-1", "app1"]],
  ["numbers before texts", [3, "1", "a"]],
];

for (const [name, sorted] of rows) {
  test(`order of a column: ${name}`, () => {
    const sort = (values: SortValue[]): SortValue[] =>
      values.sort((a, b) => compareKeys(sortKey(a), sortKey(b)));
    assert.deepEqual(sort([...sorted].reverse()), sorted);
    assert.deepEqual(sort([...sorted]), sorted);
  });
}
