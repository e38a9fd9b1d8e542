import assert from "node:assert/strict";
import { test } from "node:test";
import { csvLine, type CsvValue } from "./csv-line.ts";

const rows: readonly (readonly [values: readonly CsvValue[], line: string])[] = [
  [["a", 1, null, ""], "a,1,,"],
  [['say "yes", or no'], '"say ""yes"", or no"'],
  [["=1+1", "+1", "-1", "@a", "a=1", -1], "'=1+1,'+1,'-1,'@a,a=1,-1"],
  [["=a,b"], `"'=a,b"`],
];
for (const [values, line] of rows) test(`csv: ${line}`, () => assert.equal(csvLine(values), line));

test("csv: what begins behind control characters is a formula too", () => {
  for (const text of ["\t=1", "\r=1", "\u0000=1", "a\n=1"]) {
    const line = csvLine([text]);
    assert.doesNotMatch(line, /^"?[=+\-@\t\r\n]|\n/u, JSON.stringify(text));
  }
});
