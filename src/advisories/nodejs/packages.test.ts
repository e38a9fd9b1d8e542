import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { FeedReading } from "../types.ts";
import { nodejs } from "./index.ts";

const advisory = {
  id: 118,
  title: "Regular Expression Denial of Service",
  module_name: "minimatch",
  publish_date: "2016-06-20",
  updated_at: "2016-08-09",
  cves: [] as string[],
  vulnerable_versions: "<=3.0.1" as string | null,
  patched_versions: ">=3.0.2" as string | null,
  overview: "Minimatch is a minimal matching utility.",
  cvss_vector: "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" as string | null,
};

function read(value: unknown): FeedReading {
  const document = feedDocument("vuln/npm/118.json", Buffer.from(JSON.stringify(value)));
  assert.ok(nodejs.recognises(document));
  return nodejs.read(document);
}

function rowsOf({ records }: FeedReading) {
  return records.flatMap((record) =>
    record.kind === "advisory" ? record.advisories.map(({ advisory: row }) => row) : [],
  );
}

describe("advisories about npm packages", () => {
  it("are a row, alone and in the index", () => {
    const [row] = rowsOf(read(advisory));
    assert.deepEqual(row, {
      id: "NSWG-ECO-118",
      space: "npm",
      name: "minimatch",
      aliases: [],
      summary: "Regular Expression Denial of Service",
      ranges: [{ scheme: "semver", introduced: "0", fixed: "3.0.2", lastAffected: null }],
      versions: [],
      severities: [
        { source: "nodejs", type: "CVSS_V3", vector: advisory.cvss_vector, score: 7.5, severity: "high" },
      ],
      cwes: [],
      publishedAt: "2016-06-20T00:00:00.000Z",
      modifiedAt: "2016-08-09T00:00:00.000Z",
      url: "https://github.com/nodejs/security-wg/blob/main/vuln/npm/118.json",
    });
    assert.deepEqual(rowsOf(read({ 118: advisory })), [row]);
  });

  const rows: readonly (readonly [string | null, string | null, string])[] = [
    ["<=3.0.1", ">=3.0.2", "0..3.0.2"],
    ["<=3.0.1", ">=4.0.0", "0..=3.0.1"],
    // Nothing is patched.
    ["<=99.999.99999", null, "0..=99.999.99999"],
    ["*", null, "0.."],
    [">=1.0.0", "", "1.0.0.."],
    [">1.2.3 <2", null, "1.2.4-0..2.0.0"],
    [">1.0.0-rc.1", null, "1.0.0-rc.1.0.."],
    ["<2.0.18 || <3.0.16", "^2.0.18 || ^3.0.16", "0..2.0.18 3.0.0..3.0.16"],
    [">=2.0.0-alpha8 <=2.0.0-rc2 || >=2.0.0 <=2.13.0", ">=2.14.0", "2.0.0-alpha8..=2.0.0-rc2 2.0.0..=2.13.0"],
    ["~0.8.0-pre", null, "0.8.0-pre..0.9.0"],
  ];
  for (const [vulnerable, patched, expected] of rows) {
    it(`of ${vulnerable} and ${patched}`, () => {
      const reading = read({ ...advisory, vulnerable_versions: vulnerable, patched_versions: patched });
      const ranges = rowsOf(reading).flatMap((row) => row.ranges);
      const text = ranges.map(
        ({ introduced, fixed, lastAffected }) =>
          `${introduced}..${fixed ?? (lastAffected === null ? "" : `=${lastAffected}`)}`,
      );
      assert.equal(text.join(" "), expected);
    });
  }

  it("name one CVE as an alias, several as rows of their own", () => {
    const one = rowsOf(read({ ...advisory, cves: ["CVE-2016-1000", "none"] }));
    assert.deepEqual(
      one.map(({ id, aliases }) => [id, aliases]),
      [["NSWG-ECO-118", ["CVE-2016-1000"]]],
    );
    const two = rowsOf(read({ ...advisory, cves: ["CVE-2016-1000", "CVE-2016-1001"] }));
    assert.deepEqual(
      two.map(({ id, aliases }) => [id, aliases]),
      [
        ["CVE-2016-1000", []],
        ["CVE-2016-1001", []],
      ],
    );
  });

  it("without versions affect nothing", () => {
    const [record] = read({ ...advisory, vulnerable_versions: null }).records;
    assert.partialDeepStrictEqual(record, { advisories: [], neverAffectedCount: 1 });
  });

  for (const change of [{ vulnerable_versions: "1.x-beta" }, { patched_versions: "newest" }, { id: "118" }]) {
    it(`are rejected for ${JSON.stringify(change)}`, () => {
      const { records, rejected } = read({ 1: advisory, 2: { ...advisory, ...change } });
      assert.deepEqual([records.length, rejected.length], [1, 1]);
    });
  }
});
