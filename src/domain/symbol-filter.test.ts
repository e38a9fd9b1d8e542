import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeSymbolFilter, symbolTest } from "./symbol-filter.ts";

const named = (prefix: string, count: number): ReadonlySet<string> =>
  new Set(Array.from({ length: count }, (_, index) => `${prefix}${index}`));

describe("a filter of symbols", () => {
  for (const count of [0, 1, 7, 5000]) {
    it(`of ${count} names has each of them`, () => {
      const names = named("example.com/a T.M", count);
      const has = symbolTest(makeSymbolFilter(names));
      assert.deepEqual(
        [...names].filter((name) => !has(name)),
        [],
      );
    });
  }

  it("takes no more than a few of a hundred others for its own", () => {
    const has = symbolTest(makeSymbolFilter(named("example.com/a T.M", 5000)));
    const mistaken = [...named("example.com/b F", 5000)].filter(has).length;
    assert.ok(mistaken < 150, `${mistaken} of 5000`);
  });

  it("is the same whatever the order, and small", () => {
    const names = [...named("x", 1000)];
    const filter = makeSymbolFilter(new Set(names));
    assert.equal(makeSymbolFilter(new Set(names.toReversed())), filter);
    assert.ok(filter.length < 1800, `${filter.length}`);
  });

  it("without any bits rules nothing out", () => {
    assert.equal(symbolTest("")("anything"), true);
  });
});
