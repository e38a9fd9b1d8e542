/**
 * Every scheme against the table that its ecosystem's own tool made (see tools/version-tables). The whole table is read.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { versionSchemes } from "./schemes.ts";
import type { VersionScheme } from "./types.ts";

const rowsMin = 2500;
const refusedMin = 100;
/** Tools that give an order to nearly any text. */
const refuseNearlyNothing: ReadonlySet<string> = new Set(["maven", "rpm"]);

describe("version order as the native tools have it", () => {
  for (const scheme of versionSchemes) {
    it(`${scheme.id}: whole table`, () => {
      const { pairs, refused } = readTable(scheme.id);
      assert.ok(pairs.length >= rowsMin, `only ${pairs.length} pairs were read`);
      const wanted = refuseNearlyNothing.has(scheme.id) ? 0 : refusedMin;
      assert.ok(refused.length >= wanted, `only ${refused.length} refused versions were read`);
      const wrong = [
        ...pairs.filter(([a, relation, b]) => relationOf(scheme, a, b) !== relation),
        ...pairs.filter(([a, relation, b]) => relationOf(scheme, b, a) !== mirrored[relation]),
        ...refused.filter((version) => scheme.isValid(version)),
      ];
      assert.deepEqual(wrong.slice(0, 20), []);
    });
  }
});

function relationOf(scheme: VersionScheme, a: string, b: string): string {
  if (!scheme.isValid(a) || !scheme.isValid(b)) return "!";
  return { "-1": "<", "0": "=", "1": ">" }[scheme.compare(a, b)];
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", ">": "<", "=": "=" };

function readTable(id: string): { pairs: (readonly [string, string, string])[]; refused: string[] } {
  const text = readFileSync(new URL(`./${id}/fixtures/order.tsv`, import.meta.url), "utf8");
  const pairs: (readonly [string, string, string])[] = [];
  const refused: string[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [a = "", relation = "", b = ""] = line.split("\t");
    if (relation === "!") refused.push(a);
    else if (relation in mirrored) pairs.push([a, relation, b]);
    else assert.fail(`not a row of a table: ${line}`);
  }
  return { pairs, refused };
}
