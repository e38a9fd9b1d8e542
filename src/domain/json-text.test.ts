import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonText } from "./json-text.ts";

test("jsonText parses back to the same value and holds no character that steers a terminal", () => {
  const hostile = "a\u001b[31m\u009b31m\u202ex\u2028\ufeff\n##[error]x ##vso[task] \ud800";
  const text = jsonText({ [hostile]: [hostile] });
  assert.deepEqual(JSON.parse(text), { [hostile]: [hostile] });
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028\ufeff]|##(?:\[|vso)/);
  assert.ok(text.endsWith("}\n"));
});
