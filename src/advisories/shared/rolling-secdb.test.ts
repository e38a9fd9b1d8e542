import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRollingPackages, readRollingSecdb } from "./rolling-secdb.ts";

const head = { reponame: "os", urlprefix: "https://packages.example/os" };

function read(packages: unknown) {
  const secdb = readRollingSecdb({ ...head, packages }) ?? assert.fail();
  const reading = readRollingPackages(secdb, { part: "", space: "apk:wolfi" });
  const rows = reading.records.flatMap((record) =>
    record.kind === "advisory"
      ? record.advisories.map(({ advisory: { id, ranges, fixState } }) => [id, ranges[0]?.fixed ?? fixState])
      : [],
  );
  return { ...reading, rows };
}

describe("a security database without releases", () => {
  type Row = readonly [string, Record<string, unknown> | null, unknown[], number];
  const table: readonly Row[] = [
    ["a fix", { "1.0-r1": ["CVE-2024-1000"] }, [["CVE-2024-1000", "1.0-r1"]], 0],
    ["version 0", { "0": ["GHSA-rq3x-83w4-p28c"] }, [["GHSA-rq3x-83w4-p28c", "not_affected"]], 0],
    [
      "version 0 and a fix",
      { "0": ["CVE-2024-1000"], "1.0-r1": ["CVE-2024-1000"] },
      [["CVE-2024-1000", "1.0-r1"]],
      0,
    ],
    [
      "several fixes",
      { "1.10-r0": ["CVE-2024-1000"], "1.9-r0": ["CVE-2024-1000"] },
      [["CVE-2024-1000", "1.10-r0"]],
      0,
    ],
    ["null lists", { "1.0-r0": null }, [], 0],
    ["no fixes", null, [], 0],
    ["a remark for an id", { "1.0-r0": ["see below", "CVE-2024-1000"] }, [["CVE-2024-1000", "1.0-r0"]], 1],
    ["a word for a version", { "next one": ["CVE-2024-1000"] }, [], 1],
  ];
  for (const [title, secfixes, rows, faults] of table) {
    it(title, () => {
      const reading = read([{ pkg: { name: "a", secfixes } }]);
      assert.deepEqual(reading.rows, rows);
      assert.equal(reading.rejected.length, faults);
    });
  }

  it("speaks for its space also without packages, and names a package without a name", () => {
    assert.deepEqual(read(null).spaces, [{ part: "", space: "apk:wolfi" }]);
    assert.equal(read([{ pkg: {} }, null, { pkg: { name: "a\nb" } }]).rejected.length, 3);
  });

  it("says where its packages are served", () => {
    const host = (urlprefix: unknown) => readRollingSecdb({ ...head, urlprefix, packages: [] })?.host;
    assert.equal(host("https://packages.example"), "packages.example");
    assert.equal(host("https://packages.example/os"), "packages.example");
    assert.equal(host("packages.example"), undefined);
    assert.equal(host(null), undefined);
  });

  it("is not Alpine's", () => {
    assert.equal(readRollingSecdb({ ...head, distroversion: "edge", packages: [] }), null);
    assert.equal(readRollingSecdb({ ...head }), null);
    assert.equal(readRollingSecdb([]), null);
  });
});
