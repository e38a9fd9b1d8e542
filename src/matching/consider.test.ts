/**
 * Why there is no finding: the advisories that say no, each with the comparison that fails.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, deb, npm, owned, range } from "../../test/helpers/matching.ts";
import type { Advisory } from "../domain/advisory.ts";
import { consider } from "./consider.ts";
import { match, type MatchSubject } from "./match.ts";

function considered(subject: MatchSubject, id: string, ...advisories: readonly Advisory[]) {
  const input = { packages: [subject], advisories: new Map([["npm\nthing", advisories]]) };
  return { rows: consider(input, id), findings: match(input).findings };
}

describe("advisories that were considered", () => {
  const rows: readonly { name: string; more: Partial<Advisory>; reasons: readonly string[] }[] = [
    {
      name: "the fixed version",
      more: { ranges: [range("0", "2.6.9")] },
      reasons: ["2.6.9 < 2.6.9 is false (semver)"],
    },
    {
      name: "before the first affected version",
      more: { ranges: [range("3.0.0", "3.1.0")] },
      reasons: ["2.6.9 >= 3.0.0 is false (semver)"],
    },
    {
      name: "after the last affected version",
      more: { ranges: [range("1.0.0", null, "2.6.8")] },
      reasons: ["2.6.9 <= 2.6.8 is false (semver)"],
    },
    {
      name: "never affected",
      more: { ranges: [range("0", "0")] },
      reasons: ["the advisory says that the package was never affected"],
    },
    {
      name: "another version is listed",
      more: { versions: ["2.6.8"] },
      reasons: ["2.6.9 is not among the one listed version"],
    },
    {
      name: "each range and the list",
      more: { ranges: [range("0", "1.0.0"), range("2.0.0", "2.6.9")], versions: ["9.0.0", "9.0.1"] },
      reasons: [
        "2.6.9 < 1.0.0 is false (semver)",
        "2.6.9 < 2.6.9 is false (semver)",
        "2.6.9 is not among the 2 listed versions",
      ],
    },
    {
      name: "the publisher's word, with and without ranges",
      more: { fixState: "not_affected", note: "vulnerable code not present" },
      reasons: ["its publisher says: not affected (vulnerable code not present)"],
    },
    {
      name: "the publisher's word above its ranges",
      more: { fixState: "not_affected", ranges: [range("0", "3.0.0")] },
      reasons: ["its publisher says: not affected"],
    },
    {
      name: "a bound that cannot be read beside one that decides",
      more: { ranges: [range("x", "1.0.0")] },
      reasons: ["2.6.9 < 1.0.0 is false (semver)"],
    },
  ];
  for (const { name, more, reasons } of rows) {
    it(name, () => {
      const { rows: found, findings } = considered(
        npm("2.6.9"),
        "CVE-2017-0001",
        advisory("CVE-2017-0001", more),
      );
      assert.deepEqual(findings, []);
      assert.deepEqual(
        found.map((row) => row.reasons),
        [reasons],
      );
    });
  }

  it("any id of the vulnerability finds all of its advisories, in any case", () => {
    const advisories = [
      advisory("GHSA-aaaa-bbbb-cccc", { aliases: ["CVE-2017-0001"], ranges: [range("0", "1.0.0")] }),
      advisory("SNYK-1", { aliases: ["CVE-2017-0001"], ranges: [range("0", "2.0.0")] }),
      advisory("CVE-2017-0002", { ranges: [range("0", "1.0.0")] }),
    ];
    for (const id of ["CVE-2017-0001", "snyk-1", "GHSA-AAAA-bbbb-cccc"]) {
      const { rows: found } = considered(npm("2.6.9"), id, ...advisories);
      assert.deepEqual(
        found.map((row) => [row.advisory.id, row.vulnerability, row.aliases]),
        [
          ["GHSA-aaaa-bbbb-cccc", "CVE-2017-0001", ["GHSA-aaaa-bbbb-cccc", "SNYK-1"]],
          ["SNYK-1", "CVE-2017-0001", ["GHSA-aaaa-bbbb-cccc", "SNYK-1"]],
        ],
      );
    }
  });

  it("an advisory for another module stream says so, and not that a true comparison is false", () => {
    const subject = npm("2.6.9");
    const other = { ...subject, package: { ...subject.package, modularity: "nodejs:20:8100:rhel8" } };
    const row = advisory("CVE-2017-0001", { ranges: [range("0", "3.0.0")], modularity: "nodejs:18" });
    assert.deepEqual(
      considered(other, "CVE-2017-0001", row).rows.map(({ reasons }) => reasons),
      [["it is about module stream nodejs:18, and the package is of nodejs:20"]],
    );
  });

  it("what is said of a package of the distribution's, where that has a word, is told with whose word counts", () => {
    const { input } = owned({ ranges: [range("0", "2.0-1", null, "deb")] });
    assert.deepEqual(
      consider(input, "CVE-2017-0001").map(({ reasons }) => reasons),
      [
        [
          "2.6.9 >= 0 and 2.6.9 < 3.0.0 (semver), but it belongs to pkg:deb/debian/node-thing@2.6.9-1, and what the distribution says of that has the word",
        ],
      ],
    );
  });

  it("an aggregator's copy that the distribution contradicts is told, with why it does not count", () => {
    const subject = deb("1.0-1");
    const space = "deb:debian:12";
    const bound = [range("0", "2.0-1", null, "deb")];
    const vendor = advisory("CVE-2017-0001", { feed: "debian", space, fixState: "not_affected" });
    const copy = advisory("DEBIAN-CVE-2017-0001", { aliases: ["CVE-2017-0001"], space, ranges: bound });
    const input = { packages: [subject], advisories: new Map([[`${space}\nthing`, [vendor, copy]]]) };
    assert.deepEqual(match(input).findings, []);
    const rows = consider(input, "CVE-2017-0001").map(({ advisory: { feed }, reasons }) => [
      feed,
      ...reasons,
    ]);
    assert.equal(rows.length, 2);
    assert.deepEqual(rows[0], ["debian", "its publisher says: not affected"]);
    assert.equal(rows[1]?.[0], "osv");
    assert.match(rows[1]?.[1] ?? "", /1\.0-1 < 2\.0-1.* but the distribution's own feed says/);
  });

  it("without an id all advisories that say no are told", () => {
    const rows = ["CVE-2017-0001", "CVE-2017-0002"].map((id) =>
      advisory(id, { ranges: [range("0", "1.0.0")] }),
    );
    const input = { packages: [npm("2.6.9")], advisories: new Map([["npm\nthing", rows]]) };
    assert.deepEqual(
      consider(input, null).map(({ vulnerability }) => vulnerability),
      ["CVE-2017-0001", "CVE-2017-0002"],
    );
  });

  it("advisories that say yes, or cannot tell, are findings and not among them", () => {
    const yes = advisory("CVE-2017-0001", { ranges: [range("0", "3.0.0")] });
    const no = advisory("GHSA-aaaa-bbbb-cccc", { aliases: ["CVE-2017-0001"], ranges: [range("0", "1.0.0")] });
    const both = considered(npm("2.6.9"), "CVE-2017-0001", yes, no);
    assert.equal(both.findings.length, 1);
    assert.deepEqual(
      both.rows.map((row) => row.advisory.id),
      ["GHSA-aaaa-bbbb-cccc"],
    );
    assert.deepEqual(considered(npm("not a version"), "CVE-2017-0001", yes).rows, []);
    assert.deepEqual(considered(npm("2.6.9"), "CVE-2017-9999", yes, no).rows, []);
  });
});
