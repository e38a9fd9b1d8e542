/**
 * What one advisory says about one version: every rule of evaluation.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, findingsOf, npm, outcome, pkg, range } from "../../test/helpers/matching.ts";
import type { Advisory, AffectedRange } from "../domain/advisory.ts";
import { match, type MatchSubject } from "./match.ts";

/** An rpm package with the label of its module stream. */
function rpm(version: string, modularity?: string): MatchSubject {
  return {
    package: pkg("thing", version, { ecosystem: "rpm", ...(modularity !== undefined && { modularity }) }),
    keys: [{ space: "rpm:almalinux:9", name: "thing", version, by: "package" }],
    scheme: "rpm",
  };
}

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

  const streams: readonly [
    label: string | undefined,
    version: string,
    stream: string | undefined,
    is: "affected" | "undetermined" | "nothing",
  ][] = [
    ["nodejs:18:9020230327:rhel9", "1.0-1.module+el9", "nodejs:18", "affected"],
    ["nodejs:18", "1.0-1.module+el9", "nodejs:18", "affected"],
    ["nodejs:18:9020230327:rhel9", "1.0-1.module+el9", "nodejs:1", "nothing"],
    ["nodejs:20:9030:rhel9", "1.0-1.module+el9", "nodejs:18", "nothing"],
    // The database tells the stream of what is of one, and the release says so too.
    [undefined, "1.0-1.el9", "nodejs:18", "nothing"],
    [undefined, "1.0-1.module_el8.4.0", "nodejs:18", "undetermined"],
    [undefined, "3.0-1.module_el8.4.0", "nodejs:18", "nothing"],
    // Without a word of a stream the build of the fix tells whom it is for.
    ["nodejs:18:9020230327:rhel9", "1.0-1.module+el9", undefined, "nothing"],
    [undefined, "1.0-1.el9", undefined, "affected"],
  ];
  for (const [label, version, stream, is] of streams) {
    it(`${version} of ${label ?? "no told stream"}, an advisory for ${stream ?? "no told stream"}`, () => {
      const fixed = stream === undefined ? "2.0-1.el9" : "2.0-1.module+el9";
      const found = advisory("ALSA-1", {
        space: "rpm:almalinux:9",
        ranges: [range("0", fixed, null, "rpm")],
        ...(stream !== undefined && { modularity: stream }),
      });
      assert.deepEqual(outcome(rpm(version, label), found), is === "nothing" ? [] : [`ALSA-1 ${is}`]);
    });
  }

  it("a fix that was built for a module says nothing of a package outside of modules", () => {
    const found = advisory("ALSA-1", { ranges: [range("0", "2.0-1.module+el9", null, "rpm")] });
    assert.deepEqual(outcome(rpm("1.0-1.el9"), found), []);
    assert.deepEqual(outcome(rpm("1.0-1.module+el9"), found), ["ALSA-1 affected"]);
  });

  it("of one fix built for several minor releases the first build is the fix", () => {
    const ends = ["el8.3.0+2047", "el8.4.0+2224", "el8.5.0+81"].map((tag) => `1:10.24.0-1.module_${tag}`);
    const found = advisory("ALSA-1", {
      space: "rpm:almalinux:8",
      modularity: "nodejs:10",
      ranges: ends.toReversed().map((end) => range("0", end, null, "rpm")),
    });
    const judged = (version: string) => findingsOf(rpm(version, "nodejs:10:1"), [found]);
    for (const end of ends) assert.deepEqual(judged(end), []);
    const [finding] = judged("1:10.23.1-1.module_el8.5.0+1");
    assert.equal(finding?.fixedVersion, ends[0]);
    // Another fix under the same id is another end.
    const twice = {
      ...found,
      ranges: [...found.ranges, range("0", "1:10.24.0-2.module_el8.5.0", null, "rpm")],
    };
    assert.equal(findingsOf(rpm(ends[0]!, "nodejs:10:1"), [twice]).length, 1);
  });

  const built: readonly (readonly [
    systems: string[] | undefined,
    system: string | undefined,
    is: string[],
  ])[] = [
    [["windows"], undefined, []],
    [["windows"], "linux", []],
    [["windows"], "windows", ["GHSA-1 affected"]],
    [["plan9", "windows"], "darwin", []],
    [["linux"], undefined, ["GHSA-1 affected"]],
    [["linux"], "windows", []],
    [undefined, "windows", ["GHSA-1 affected"]],
  ];
  for (const [systems, system, is] of built) {
    it(`a record about ${systems?.join(", ") ?? "all systems"}, a package for ${system ?? "no told one"}`, () => {
      const subject = npm("1.0.0");
      const keys = subject.keys.map((key) => ({ ...key, ...(system !== undefined && { system }) }));
      const found = advisory("GHSA-1", {
        ranges: [range("0", "2.0.0")],
        ...(systems !== undefined && { systems }),
      });
      assert.deepEqual(outcome({ ...subject, keys }, found), is);
    });
  }

  const outside: readonly (readonly [name: string, more: Partial<Advisory>, is: string[]])[] = [
    ["a range that holds it", { ranges: [range("0", "2.0.0")] }, ["GHSA-1 undetermined"]],
    ["a range that does not", { ranges: [range("0", "0.5.0")] }, ["GHSA-1 undetermined"]],
    ["never affected", { ranges: [range("0", "0")] }, []],
    ["the publisher's not affected", { fixState: "not_affected" }, []],
  ];
  for (const [name, more, is] of outside) {
    it(`a package of others' repository: ${name}`, () => {
      const subject = npm("1.0.0");
      const keys = subject.keys.map((key) => ({ ...key, repository: "NodeSource" }));
      const result = match({
        packages: [{ ...subject, keys }],
        advisories: new Map([["npm\nthing", [advisory("GHSA-1", more)]]]),
      });
      assert.deepEqual(
        result.findings.map(({ vulnerability, state }) => `${vulnerability} ${state}`),
        is,
      );
      for (const { reason } of result.findings)
        assert.match(reason ?? "", /repository of others \(NodeSource\)/);
      assert.deepEqual(result.problems, [], "neither version nor advisory is wrong");
    });
  }

  for (const { name, version, ranges = [], versions = [], is } of rows) {
    it(name, () => {
      const expected = is === "nothing" ? [] : [`GHSA-1 ${is}`];
      assert.deepEqual(outcome(npm(version), advisory("GHSA-1", { ranges, versions })), expected);
    });
  }
});

describe("an rpm package whose inventory tells no epoch", () => {
  const found = advisory("ALSA-1", {
    space: "rpm:almalinux:9",
    ranges: [range("0", "1:2.0-3.el9", null, "rpm")],
  });
  const rows: readonly (readonly [version: string, mayBeLost: boolean, is: string])[] = [
    // Older in either case.
    ["2.0-2.el9", true, "affected"],
    // Affected as epoch 0 alone.
    ["2.0-3.el9", true, "undetermined"],
    ["2.0-3.el9", false, "affected"],
    ["1:2.0-3.el9", false, "nothing"],
    ["1:2.0-2.el9", false, "affected"],
  ];
  for (const [version, mayBeLost, is] of rows) {
    it(`${version}${mayBeLost ? ", and no source package" : ""}`, () => {
      const subject = rpm(version);
      const keys = subject.keys.map((key) => ({
        ...key,
        ...(mayBeLost && { epochMayBeLost: true as const }),
      }));
      const [finding] = findingsOf({ ...subject, keys }, [found]);
      assert.equal(finding?.state ?? "nothing", is);
      if (is === "undetermined") assert.match(finding?.reason ?? "", /no epoch.*\(1\)/);
    });
  }
});

describe("a gem, and an advisory for JRuby alone", () => {
  const found = advisory("CVE-1", {
    space: "gem",
    systems: ["java"],
    ranges: [range("0", "2.0", null, "gem")],
  });
  const rows: readonly (readonly [platform: string | null, version: string, is: string])[] = [
    ["java", "1.0", "affected"],
    ["x86_64-linux", "1.0", "nothing"],
    [null, "1.0", "undetermined"],
    [null, "2.0", "nothing"],
  ];
  for (const [system, version, is] of rows) {
    it(`${version} of ${system ?? "no told platform"}`, () => {
      const subject: MatchSubject = {
        package: pkg("thing", version, { ecosystem: "gem" }),
        keys: [{ space: "gem", name: "thing", version, by: "package", system }],
        scheme: "gem",
      };
      assert.equal(findingsOf(subject, [found])[0]?.state ?? "nothing", is);
    });
  }
});
