import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnsupported } from "./failure.ts";

const rows = [
  ["IMAGE_UNSUPPORTED", true],
  ["SOURCE_UNSUPPORTED", true],
  ["SOURCE_NOT_FOUND", false],
  ["DIGEST_MISMATCH", false],
] as const;

for (const [code, expected] of rows) {
  test(`${code} is ${expected ? "" : "not "}a kind that is not analysed`, () => {
    assert.equal(isUnsupported(code), expected);
  });
}
