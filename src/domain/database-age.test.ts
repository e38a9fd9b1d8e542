import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { databaseAgeOf } from "./database-age.ts";

describe("the age of the database", () => {
  const updatedAt = "2026-11-20T00:00:00Z";
  const rows = [
    ["2026-11-20T00:59:59Z", 120, { ageHours: 0, stale: false }],
    ["2026-11-25T00:00:00Z", 120, { ageHours: 120, stale: false }],
    // Whole hours are for people; the limit is compared with the time itself.
    ["2026-11-25T00:30:00Z", 120, { ageHours: 120, stale: true }],
    ["2026-11-20T00:31:00Z", 0.5, { ageHours: 0, stale: true }],
    ["2026-11-19T00:00:00Z", 120, { ageHours: 0, stale: false }],
  ] as const;
  for (const [now, ageHoursMax, expected] of rows)
    it(`at ${now}, with ${ageHoursMax} hours allowed`, () => {
      const limit = { now: new Date(now), ageHoursMax };
      assert.deepEqual(databaseAgeOf({ updatedAt, demonstration: false }, limit), expected);
      assert.equal(databaseAgeOf({ updatedAt, demonstration: true }, limit).stale, false);
    });
});
