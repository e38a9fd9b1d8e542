import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { lengthen, shorten } from "./short-page.ts";

describe("addresses without the ids beside them", () => {
  const ids = { id: "GHSA-1234", aliases: ["CVE-2024-1", "CVE-2024-12"] };
  const rows: readonly (readonly [string, string])[] = [
    ["https://example.org/GHSA-1234", "https://example.org/\u0080"],
    ["https://example.org/CVE-2024-1#GHSA-1234", "https://example.org/\u0081#\u0080"],
    ["https://example.org/CVE-2024-12", "https://example.org/\u00812"],
    ["https://example.org/other", "https://example.org/other"],
    ["https://example.org/\u0080", "\u009fhttps://example.org/\u0080"],
  ];
  for (const [page, short] of rows) {
    it(JSON.stringify(page), () => {
      assert.equal(shorten(page, ids), short);
      assert.equal(lengthen(short, ids), page);
    });
  }

  it("of any ids and any address", () => {
    const text = fc.oneof(
      fc.constantFrom("a", "ab", "\u0080", "\u0081", "\u009f", "$&", ""),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 40 }), fc.array(text), (id, aliases, pieces) => {
        const page = pieces.join("");
        assert.equal(lengthen(shorten(page, { id, aliases }), { id, aliases }), page);
      }),
    );
  });
});
