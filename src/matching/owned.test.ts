/** Packages of a language that a package of the distribution owns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, owned, range } from "../../test/helpers/matching.ts";
import type { Advisory } from "../domain/advisory.ts";
import { consider } from "./consider.ts";
import { match } from "./match.ts";

describe("a package that the distribution's owns", () => {
  const rows: readonly (readonly [string, Partial<Advisory> | null, Partial<Advisory>, readonly string[]])[] =
    [
      ["mended there", { ranges: [range("0", "2.6.9-1", null, "deb")] }, {}, []],
      [
        "not mended there: that is a finding of the owner",
        { ranges: [range("0", "3", null, "deb")] },
        {},
        [],
      ],
      ["not affected there", { fixState: "not_affected" }, {}, []],
      ["looked into there", { fixState: "under_investigation" }, {}, []],
      ["told there by another of its names", { id: "DSA-1-1", aliases: ["CVE-2017-0001"] }, {}, []],
      ["nothing told there", null, {}, ["CVE-2017-0001 undetermined"]],
      ["another one told there", { id: "CVE-2017-0002" }, {}, ["CVE-2017-0001 undetermined"]],
      ["nothing told there, and its version is not held", null, { ranges: [range("0", "2.0.0")] }, []],
      ["nothing told there, and withdrawn by its own range", null, { ranges: [range("0", "0")] }, []],
      ["nothing told there, and no versions are named", null, { ranges: [] }, ["CVE-2017-0001 undetermined"]],
    ];
  for (const [name, told, more, expected] of rows) {
    it(name, () => {
      const { input } = owned(told, more);
      const { findings, problems } = match(input);
      assert.deepEqual(
        findings.map(({ vulnerability, state }) => `${vulnerability} ${state}`),
        expected,
      );
      assert.deepEqual(problems, []);
      for (const { reason } of findings)
        assert.match(
          reason ?? "",
          /it belongs to pkg:deb\/debian\/node-thing@2\.6\.9-1, and the distribution says nothing/,
        );
      // A finding, or a word of why there is none: never silence.
      const isTold = consider(input, "CVE-2017-0001").some(({ package: pkg }) => pkg.ecosystem === "npm");
      assert.notEqual(isTold, expected.length > 0);
    });
  }

  it("an alias joins what only the language and only the distribution name", () => {
    const { subject, input } = owned({ id: "CVE-2017-0001" }, { id: "GHSA-1", aliases: [] });
    const bridge = advisory("PYSEC-1", { aliases: ["CVE-2017-0001", "GHSA-1"], ranges: [range("0", "0")] });
    assert.equal(match(input).findings.length, 1);
    const advisories = new Map(input.advisories);
    advisories.set("npm\nthing", [...(advisories.get("npm\nthing") ?? []), bridge]);
    assert.deepEqual(match({ packages: [subject], advisories }).findings, []);
  });
});
