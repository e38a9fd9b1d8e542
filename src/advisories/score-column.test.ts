import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { openScoreColumn, packScoreColumn } from "./score-column.ts";
import type { Row } from "./segment-format.ts";

const dir = mkdtempSync(join(tmpdir(), "plimsoll-scores-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function score(id: string, probability: unknown, percentile: unknown, date = "2026-08-22"): Row {
  return { key: `epss\n${id}`, body: JSON.stringify([probability, percentile, date]) };
}

const byKey = (rows: readonly Row[]): Row[] => [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));

describe("a column of scores", () => {
  it("gives every row back as it was, by key and in order", () => {
    const rows = byKey([
      score("CVE-1999-0001", 0.00043, 0.1),
      score("CVE-2014-9999", 1, 1),
      score("CVE-2014-10000", 0, 0),
      score("CVE-2021-44228", 0.97565, 0.99999),
      score("CVE-2023-1234567", 0.5, 0.12345),
    ]);
    const packed = packScoreColumn(rows) ?? assert.fail();
    const path = join(dir, packed.digest);
    writeFileSync(path, packed.bytes);
    const column = openScoreColumn(path, packed.digest);
    assert.deepEqual([...column.rows()], rows);
    for (const { key, body } of rows) assert.equal(column.find(key), body);
    for (const id of ["CVE-2014-9998", "CVE-2014-09999", "GHSA-1", "CVE-2030-0001"])
      assert.equal(column.find(`epss\n${id}`), null);
    assert.deepEqual([packed.keyCount, packed.firstKey], [5, rows[0]?.key]);
  });

  const odd: readonly (readonly [string, readonly Row[]])[] = [
    ["nothing", []],
    ["an id that is no CVE", [score("GHSA-1", 0.5, 0.5)]],
    ["a number with a leading zero", [score("CVE-2014-09999", 0.5, 0.5)]],
    ["two dates", [score("CVE-2014-0001", 0.5, 0.5), score("CVE-2014-0002", 0.5, 0.5, "2026-08-23")]],
    ["more digits than fit", [score("CVE-2014-0001", 1 / 3, 0.5)]],
    ["no number", [score("CVE-2014-0001", null, 0.5)]],
  ];
  for (const [name, rows] of odd)
    it(`leaves rows as rows: ${name}`, () => assert.equal(packScoreColumn(rows), null));

  it("refuses a file that was changed", () => {
    const packed = packScoreColumn([score("CVE-2014-0001", 0.5, 0.5)]) ?? assert.fail();
    const path = join(dir, "changed");
    for (let at = 0; at < packed.bytes.length; at += 1) {
      const damaged = Buffer.from(packed.bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      assert.throws(() => openScoreColumn(path, packed.digest), { code: "DATABASE_INVALID" });
    }
  });
});
