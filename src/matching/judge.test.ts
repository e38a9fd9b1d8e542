/**
 * What one advisory says about one version: every rule of evaluation.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, npm, outcome, range } from "../../test/helpers/matching.ts";
import type { AffectedRange } from "../domain/advisory.ts";

describe("one advisory and one version", () => {
  const rows: readonly {
    name: string;
    version: string;
    ranges?: readonly AffectedRange[];
    versions?: readonly string[];
    is: "affected" | "undetermined" | "nothing";
  }[] = [
    { name: "from the beginning", version: "0.0.1-alpha", ranges: [range("0", "1.0.0")], is: "affected" },
    { name: "introduced is inclusive", version: "1.0.0", ranges: [range("1.0.0", "1.2.0")], is: "affected" },
    { name: "before introduced", version: "0.9.9", ranges: [range("1.0.0", "1.2.0")], is: "nothing" },
    {
      name: "a pre-release of the introducing version is before it",
      version: "1.0.0-rc.1",
      ranges: [range("1.0.0", "1.2.0")],
      is: "nothing",
    },
    { name: "fixed is exclusive", version: "1.2.0", ranges: [range("0", "1.2.0")], is: "nothing" },
    {
      name: "a pre-release of the fixed version is affected",
      version: "1.2.0-rc.1",
      ranges: [range("0", "1.2.0")],
      is: "affected",
    },
    {
      name: "build metadata of the fixed version is fixed",
      version: "1.2.0+build",
      ranges: [range("0", "1.2.0")],
      is: "nothing",
    },
    {
      name: "last affected is inclusive",
      version: "1.2.0",
      ranges: [range("0", null, "1.2.0")],
      is: "affected",
    },
    { name: "after last affected", version: "1.2.1", ranges: [range("0", null, "1.2.0")], is: "nothing" },
    {
      name: "both upper ends must hold",
      version: "1.1.0",
      ranges: [range("0", "1.0.0", "1.2.0")],
      is: "nothing",
    },
    {
      name: "no upper end: every later version",
      version: "99.0.0",
      ranges: [range("1.0.0")],
      is: "affected",
    },
    {
      name: "advisory without version bounds: any version",
      version: "3.0.0",
      ranges: [range("0")],
      is: "affected",
    },
    {
      name: "several ranges are a union: first",
      version: "1.1.0",
      ranges: [range("1.0.0", "1.2.0"), range("2.0.0", "2.1.0")],
      is: "affected",
    },
    {
      name: "several ranges are a union: second",
      version: "2.0.5",
      ranges: [range("1.0.0", "1.2.0"), range("2.0.0", "2.1.0")],
      is: "affected",
    },
    {
      name: "several ranges are a union: between",
      version: "1.5.0",
      ranges: [range("1.0.0", "1.2.0"), range("2.0.0", "2.1.0")],
      is: "nothing",
    },
    { name: "fixed 0 is never affected", version: "1.0.0", ranges: [range("0", "0")], is: "nothing" },
    {
      name: "fixed 0 is never affected, even without a version",
      version: "",
      ranges: [range("0", "0")],
      is: "nothing",
    },
    { name: "listed, same text", version: "1.0.0", versions: ["0.9.0", "1.0.0"], is: "affected" },
    { name: "listed, equal in order", version: "1.0.0", versions: ["v1.0.0+build"], is: "affected" },
    { name: "not listed", version: "1.0.1", versions: ["1.0.0"], is: "nothing" },
    {
      name: "listed beside a range that says no",
      version: "3.0.0",
      ranges: [range("0", "2.0.0")],
      versions: ["3.0.0"],
      is: "affected",
    },
    { name: "listed, no version by any scheme", version: "2004d", versions: ["2004d"], is: "affected" },
    {
      name: "version that cannot be parsed",
      version: "banana",
      ranges: [range("0", "2.0.0")],
      is: "undetermined",
    },
    {
      name: "version that cannot be parsed, range of all versions",
      version: "banana",
      ranges: [range("0")],
      is: "undetermined",
    },
    {
      name: "version that cannot be parsed, not listed",
      version: "banana",
      versions: ["1.0.0"],
      is: "undetermined",
    },
    { name: "no version", version: "", ranges: [range("0", "2.0.0")], is: "undetermined" },
    { name: "no version is never listed", version: "", versions: [""], is: "undetermined" },
    {
      name: "bound that cannot be parsed",
      version: "1.0.0",
      ranges: [range("0", "soon")],
      is: "undetermined",
    },
    {
      name: "one bound cannot be parsed, the other says no",
      version: "3.0.0",
      ranges: [range("banana", "2.0.0")],
      is: "nothing",
    },
    {
      name: "one bound cannot be parsed, the other says yes",
      version: "1.0.0",
      ranges: [range("banana", "2.0.0")],
      is: "undetermined",
    },
    {
      name: "a range that cannot be parsed, another that says no",
      version: "1.0.0",
      ranges: [range("0", "soon"), range("2.0.0", "3.0.0")],
      is: "undetermined",
    },
    {
      name: "a range that cannot be parsed, another that proves it",
      version: "2.1.0",
      ranges: [range("0", "soon"), range("2.0.0", "3.0.0")],
      is: "affected",
    },
    {
      name: "a range that cannot be parsed, a list that proves it",
      version: "1.0.0",
      ranges: [range("0", "soon")],
      versions: ["1.0.0"],
      is: "affected",
    },
    {
      name: "unknown scheme",
      version: "1.0.0",
      ranges: [range("0", "2.0.0", null, "no-such-scheme")],
      is: "undetermined",
    },
    {
      name: "the range's own scheme decides",
      version: "1.0~rc1",
      ranges: [range("0", "1.0", null, "deb")],
      is: "affected",
    },
    { name: "neither range nor list", version: "1.0.0", is: "undetermined" },
  ];

  const streams: readonly [label: string | undefined, stream: string | undefined, isAffected: boolean][] = [
    ["nodejs:18:9020230327:rhel9", "nodejs:18", true],
    ["nodejs:18", "nodejs:18", true],
    ["nodejs:18:9020230327:rhel9", "nodejs:1", false],
    ["nodejs:20:9030:rhel9", "nodejs:18", false],
    ["nodejs:18:9020230327:rhel9", undefined, true],
    [undefined, "nodejs:18", true],
  ];
  for (const [label, modularity, isAffected] of streams) {
    it(`a package of ${label ?? "no told stream"}, an advisory for ${modularity ?? "any"}`, () => {
      const subject = npm("1.0.0");
      const pkg = label === undefined ? subject.package : { ...subject.package, modularity: label };
      const found = advisory("GHSA-1", {
        ranges: [range("0", "2.0.0")],
        ...(modularity !== undefined && { modularity }),
      });
      assert.equal(outcome({ ...subject, package: pkg }, found).length, isAffected ? 1 : 0);
    });
  }

  for (const { name, version, ranges = [], versions = [], is } of rows) {
    it(name, () => {
      const expected = is === "nothing" ? [] : [`GHSA-1 ${is}`];
      assert.deepEqual(outcome(npm(version), advisory("GHSA-1", { ranges, versions })), expected);
    });
  }
});
