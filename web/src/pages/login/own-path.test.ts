import assert from "node:assert/strict";
import { test } from "node:test";
import { ownPath } from "./own-path.ts";

const rows: readonly (readonly [next: string | undefined, expected: string])[] = [
  [undefined, "/"],
  ["", "/"],
  ["/o/acme/images?q=x", "/o/acme/images?q=x"],
  ["https://elsewhere.example", "/"],
  ["//elsewhere.example/x", "/"],
  ["/\\elsewhere.example", "/"],
  ["/a\\b", "/"],
  ["javascript:alert(1)", "/"],
  ["/login?next=/login", "/"],
];
for (const [next, expected] of rows) {
  test(`after signing in, ${next ?? "nothing"} leads to ${expected}`, () =>
    assert.equal(ownPath(next), expected));
}
