/** Words for what a provider's answer came to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "./problem-words.ts";

test("known codes have words, and nothing else of the address is shown", () => {
  assert.equal(problemOf("SIGN_IN_REFUSED")?.code, "SIGN_IN_REFUSED");
  for (const code of [undefined, "", "toString", "__proto__", "Your account is locked, call 555"])
    assert.equal(problemOf(code), null, code);
});
