import assert from "node:assert/strict";
import { test } from "node:test";
import { metWords } from "./met-words.ts";

const rows: readonly (readonly [met: number, notMet: number, noData: number, expected: string])[] = [
  [0, 0, 0, "Not judged yet"],
  [4, 0, 0, "100 %"],
  [3, 1, 0, "75 %"],
  [3, 0, 1, "75 %"],
  [999, 1, 0, "99 %"],
  [0, 3, 0, "0 %"],
  [0, 0, 2, "0 %"],
];
for (const [met, notMet, noData, expected] of rows) {
  test(`${met} met, ${notMet} not met, ${noData} without data: ${expected}`, () =>
    assert.equal(metWords({ met, notMet, noData }), expected));
}
