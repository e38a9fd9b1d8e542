import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isExcluded, withoutExcluded } from "./excluded.ts";
import { partLabel, selectParts } from "./select-parts.ts";

function left(selectors: readonly string[], excluded: readonly string[]): string[] {
  const parts = withoutExcluded(selectParts(selectors), excluded, selectors.length > 0);
  return parts.map(({ feed, part }) => partLabel(feed.id, part.id));
}

describe("excluded feeds", () => {
  const rows: readonly (readonly [string, string, readonly string[], boolean])[] = [
    ["osv", "Wolfi", ["osv/Wolfi"], true],
    ["osv", "Wolfi", ["OSV/wolfi"], true],
    ["osv", "Wolfi", ["osv"], true],
    ["osv", "npm", ["osv/np"], false],
    ["osv", "npm", ["kev", "osv/PyPI"], false],
    ["alpine", "v3.10/main", ["alpine/v3.10"], true],
    ["alpine", "v3.1/main", ["alpine/v3.10"], false],
    ["kev", "", ["kev"], true],
    ["kev", "", [], false],
  ];
  for (const [feed, part, excluded, expected] of rows) {
    it(`${partLabel(feed, part)} by ${excluded.join(", ")}: ${expected}`, () =>
      assert.equal(isExcluded(feed, part, excluded), expected));
  }

  it("leaves them out of what is fetched by itself and by name", () => {
    assert.equal(left([], ["kev"]).includes("kev"), false);
    assert.ok(left([], ["kev"]).includes("osv/npm"));
    assert.deepEqual(left(["npm", "Wolfi"], ["osv/Wolfi"]), ["osv/npm"]);
  });

  it("says so when nothing is left of what was named", () =>
    assert.throws(() => left(["Wolfi"], ["osv/Wolfi"]), { code: "FEED_EXCLUDED" }));

  it("refuses a feed that does not exist", () =>
    assert.throws(() => left([], ["osvv/Wolfi"]), { code: "FEED_UNKNOWN" }));
});
