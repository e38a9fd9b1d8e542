import assert from "node:assert/strict";
import { it } from "node:test";
import { ageText } from "./words.ts";

it("ages are words, also below an hour", () => {
  const rows = [
    [0, "less than an hour"],
    [1, "1 hour"],
    [47, "47 hours"],
    [48, "2 days"],
  ] as const;
  for (const [hours, expected] of rows) assert.equal(ageText(hours), expected);
});
