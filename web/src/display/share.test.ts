import assert from "node:assert/strict";
import { test } from "node:test";
import { shareOf } from "./share.ts";

const rows = [
  [0, 0, "none"],
  [0, 10, "0 %"],
  [10, 10, "100 %"],
  [1, 3, "33.3 %"],
  [1, 2, "50.0 %"],
  [1, 300_000, "0.1 %"],
  [299_999, 300_000, "99.9 %"],
] as const;

for (const [part, total, expected] of rows) {
  test(`${part} of ${total} is ${expected}`, () => {
    assert.equal(shareOf(part, total), expected);
  });
}
