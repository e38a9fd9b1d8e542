import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asInstant, isPackageName } from "./fields.ts";

describe("an instant", () => {
  const rows: readonly (readonly [unknown, string | null])[] = [
    ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000Z"],
    ["2024-01-02T03:04:05.678901+02:00", "2024-01-02T01:04:05.678Z"],
    ["2024-01-02", "2024-01-02T00:00:00.000Z"],
    // Without a zone it is one of UTC, wherever this machine is; with a blank, to the second or to the minute.
    ["2024-01-02T03:04:05", "2024-01-02T03:04:05.000Z"],
    ["2024-01-02T03:04:05.6", "2024-01-02T03:04:05.600Z"],
    ["2024-01-02 03:04:05", "2024-01-02T03:04:05.000Z"],
    ["2024-01-02 03:04", "2024-01-02T03:04:00.000Z"],
    ["2024-01-02T03:04", "2024-01-02T03:04:00.000Z"],
    [" 2024-01-02 03:04 ", "2024-01-02T03:04:00.000Z"],
    // "Unknown" in several feeds.
    ["0001-01-01T00:00:00Z", null],
    ["0001-01-01", null],
    ["1970-01-01", null],
    ["1970-01-01T00:00:00Z", null],
    ["1970-01-01T00:00:00+00:00", null],
    ["2024-13-01", null],
    ["2024-01-02 25:00", null],
    ["2024-01-02x", null],
    ["January 2024", null],
    ["", null],
    [20240102, null],
    [null, null],
  ];
  for (const [written, expected] of rows) {
    it(`of ${JSON.stringify(written)} is ${expected}`, () => assert.equal(asInstant(written), expected));
  }
});

it("a package's name has no control characters and an end", () => {
  assert.deepEqual(
    ["curl", "@scope/name", "a\nb", "a\u0000", "x".repeat(512), "x".repeat(513), null].map(isPackageName),
    [true, true, false, false, true, false, false],
  );
});
