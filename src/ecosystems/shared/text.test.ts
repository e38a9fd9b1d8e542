import assert from "node:assert/strict";
import { test } from "node:test";
import { isToken, shortText } from "./text.ts";

const rows: readonly (readonly [unknown, boolean])[] = [
  ["a", true],
  ["@a/b", true],
  ["\u{1f600}", true],
  ["", false],
  ["a b", false],
  ["a\u0000", false],
  ["aaaa", true],
  ["aaaaa", false],
  ["\ud800", false],
  ["a\udc00", false],
  [1, false],
  [null, false],
];

for (const [value, expected] of rows) {
  test(`isToken: ${JSON.stringify(value)} ${expected ? "can" : "cannot"} be a name`, () => {
    assert.equal(isToken(value, 4), expected);
  });
}

test("shortText: half of a pair becomes a replacement character, which UTF-8 can carry", () => {
  assert.equal(shortText(" a\ud800 ", 10), "a\ufffd");
});
