import assert from "node:assert/strict";
import { test } from "node:test";
import { targetRow } from "./row-keys.ts";

const rows: [key: string, from: number, count: number, to: number | null][] = [
  ["ArrowDown", 0, 3, 1],
  ["ArrowDown", 2, 3, 2],
  ["ArrowUp", 0, 3, 0],
  ["PageDown", 1, 100_000, 11],
  ["PageUp", 4, 100, 0],
  ["Home", 50, 100, 0],
  ["End", 50, 100_000, 99_999],
  ["Enter", 1, 3, null],
  ["ArrowDown", 0, 0, null],
];

for (const [key, from, count, to] of rows) {
  test(`targetRow: ${key} from ${from} of ${count}`, () => assert.equal(targetRow(key, from, count), to));
}
