import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesWildcard } from "./wildcard.ts";

const rows: readonly (readonly [pattern: string, text: string, expected: boolean])[] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "a/b", true],
  ["a*", "abc", true],
  ["a*c", "abcbc", true],
  ["a*c", "abcb", false],
  ["*/test/*", "/srv/test/a", true],
  ["*/test/*", "/srv/tests/a", false],
  ["a**b", "ab", true],
  ["abc", "abcd", false],
  ["a.c", "abc", false],
  ["*a*a*a*a*b", "a".repeat(2000), false],
];
for (const [pattern, text, expected] of rows) {
  test(`${pattern} ${expected ? "is" : "is not"} ${text.slice(0, 20)}`, () => {
    assert.equal(matchesWildcard(pattern, text), expected);
  });
}
