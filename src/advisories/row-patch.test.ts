import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { applyPatch, diffBodies, isWholeRow } from "./row-patch.ts";

const advisory = (i: string, s = "text that is long enough to be worth a patch of its own"): Parts => ({
  i,
  s,
});
interface Parts {
  readonly i: string;
  readonly s: string;
}
const body = (...rows: readonly Parts[]): string =>
  [JSON.stringify(rows.map(({ i }) => ({ i }))), ...rows.map(({ s }) => JSON.stringify({ s }))].join("\n");

describe("a patch of a row", () => {
  const [a, b, c] = [advisory("A"), advisory("B"), advisory("C")];
  const rows: readonly (readonly [string, string | null, string | null, boolean, string | null])[] = [
    ["nothing changed", body(a), body(a), true, null],
    ["never there", null, null, true, null],
    ["new", null, body(a), true, `=${body(a)}`],
    ["gone", body(a), null, true, "-"],
    ["one of three changed", body(a, b, c), body(a, advisory("B", "x"), c), true, '~[[{"i":"B"},{"s":"x"}]]'],
    ["one of three gone", body(a, b, c), body(a, c), true, '~["B"]'],
    ["not of advisories", "[1,2,3]", "[1,2,4]", false, "=[1,2,4]"],
  ];
  for (const [name, before, after, isList, expected] of rows) {
    it(name, () => assert.equal(diffBodies(before, after, isList), expected));
  }

  it("makes of any row any other, by the same text", () => {
    const list = fc.array(
      fc.record({
        i: fc.constantFrom("A", "A-1", "B", "C", "é", "日", 'q"', "\\", '},{"i":"B"'),
        s: fc.oneof(fc.string(), fc.constantFrom(',{"i":"A"', '\\"},{"i":"', "\\")),
      }),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(fc.option(list), fc.option(list), (before, after) => {
        const [from, to] = [before, after].map((rows) =>
          rows === null || rows.length === 0 ? null : body(...rows),
        );
        const patch = diffBodies(from ?? null, to ?? null, true);
        if (patch === null) assert.equal(from, to);
        else assert.equal(applyPatch(from ?? null, patch), to ?? null);
        if (patch !== null && isWholeRow(patch)) assert.equal(applyPatch(null, patch), to ?? null);
      }),
    );
  });
});
