/**
 * The result of matching as a whole: problems, order, speed.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, cvss, findingsOf, npm, range } from "../../test/helpers/matching.ts";
import type { Advisory, SeverityRating } from "../domain/advisory.ts";
import { match, matchHeads } from "./match.ts";

describe("what an undetermined finding says", () => {
  it("names the version and the scheme, and is also a problem at the package's file", () => {
    const subject = npm("ban\u001bana");
    const result = match({
      packages: [subject],
      advisories: new Map([["npm\nthing", [advisory("GHSA-1", { ranges: [range("0", "2.0.0")] })]]]),
    });
    const [finding] = result.findings;
    assert.equal(finding?.state, "undetermined");
    assert.equal(finding?.reason, 'version "ban\\u{1b}ana" is not valid in scheme semver');
    assert.equal(finding?.affectedRange, "");
    assert.equal(finding?.fixedVersion, null);
    assert.equal(finding?.evidence.length, 1);
    assert.deepEqual(
      result.problems.map(({ code, path, layer }) => ({ code, path, layer })),
      [{ code: "VERSION_INVALID", path: "app/node_modules/thing/package.json", layer: "sha256:aa" }],
    );
  });

  it("one problem a package and one an advisory, however many comparisons failed", () => {
    const bad = [range("0", "soon")];
    const advisories = new Map([
      [
        "npm\nthing",
        [advisory("GHSA-1", { ranges: bad }), advisory("GHSA-2", { ranges: [range("0", "9.0.0")] })],
      ],
    ]);
    const packages = [npm("banana"), npm("1.0.0"), npm("1.1.0")];
    const codes = match({ packages, advisories }).problems.map((problem) => problem.code);
    assert.deepEqual(codes.sort(), ["ADVISORY_INVALID", "VERSION_INVALID"]);
  });

  it("affected proof of another source in the group beats it", () => {
    const unclear = advisory("GHSA-1", { aliases: ["CVE-2024-0001"], ranges: [range("0", "soon")] });
    const clear = advisory("CVE-2024-0001", { ranges: [range("0", "2.0.0")] });
    const findings = findingsOf(npm("1.0.0"), [unclear, clear]);
    assert.deepEqual(
      findings.map((finding) => [finding.vulnerability, finding.state, finding.reason]),
      [["CVE-2024-0001", "affected", null]],
    );
    assert.deepEqual(
      findings[0]?.evidence.map((each) => each.advisory.id),
      ["CVE-2024-0001"],
    );
  });
});

describe("the result", () => {
  const rated = (id: string, severity: SeverityRating["severity"], name: string): Advisory =>
    advisory(id, {
      name,
      ranges: [range("0")],
      severities: severity === "unspecified" ? [] : [cvss("GHSA", "CVSS_V3", 5, severity)],
    });

  it("is ordered by severity, purl and vulnerability, whatever the order of the input", () => {
    const packages = [npm("1.0.0", "zebra"), npm("1.0.0", "ant")];
    const lists: [string, Advisory[]][] = [
      [
        "npm\nzebra",
        [
          rated("CVE-2024-10000", "low", "zebra"),
          rated("CVE-2024-9999", "low", "zebra"),
          rated("CVE-2023-1111", "critical", "zebra"),
        ],
      ],
      ["npm\nant", [rated("GHSA-2", "unspecified", "ant"), rated("GHSA-1", "low", "ant")]],
    ];
    const expected = ["CVE-2023-1111", "GHSA-1", "CVE-2024-9999", "CVE-2024-10000", "GHSA-2"];
    const forward = match({ packages, advisories: new Map(lists) });
    const backward = match({
      packages: packages.toReversed(),
      advisories: new Map(lists.toReversed().map(([key, list]) => [key, list.toReversed()])),
    });
    assert.deepEqual(
      forward.findings.map((finding) => finding.vulnerability),
      expected,
    );
    assert.deepEqual(backward, forward);
  });

  it("joins dates, weaknesses and the demonstration mark of all evidence", () => {
    const [finding] = findingsOf(npm("1.0.0"), [
      advisory("GHSA-1", {
        aliases: ["CVE-2024-0001"],
        ranges: [range("0")],
        summary: "first",
        cwes: ["CWE-79"],
        publishedAt: "2024-03-02T00:00:00Z",
        modifiedAt: "2024-03-03T00:00:00Z",
      }),
      advisory("CVE-2024-0001", {
        ranges: [range("0")],
        summary: "second",
        cwes: ["CWE-20", "CWE-79"],
        publishedAt: "2024-03-01T23:00:00-05:00",
        modifiedAt: "2024-05-01T00:00:00Z",
        url: "https://example.org/1",
        demonstration: true,
      }),
    ]);
    assert.deepEqual(
      [
        finding?.summary,
        finding?.cwes,
        finding?.publishedAt,
        finding?.modifiedAt,
        finding?.url,
        finding?.demonstration,
      ],
      [
        "first",
        ["CWE-20", "CWE-79"],
        "2024-03-02T00:00:00Z",
        "2024-05-01T00:00:00Z",
        "https://example.org/1",
        true,
      ],
    );
  });

  it("takes a thousand packages, and one with twenty thousand advisories", () => {
    const packages = Array.from({ length: 1000 }, (_, index) =>
      npm(`4.${index % 30}.${index % 7}`, `p${index}`),
    );
    const lists = new Map(
      packages.map(({ package: { name } }) => [
        `npm\n${name}`,
        Array.from({ length: 4 }, (_, index) =>
          advisory(`GHSA-${name}-${index}`, {
            name,
            aliases: [`CVE-2024-${1000 + index}`],
            ranges: [range("1.0.0", "3.2.1"), range("4.0.0", `4.${index * 5}.0`)],
          }),
        ),
      ]),
    );
    lists.set(
      "npm\np1",
      Array.from({ length: 20_000 }, (_, index) =>
        advisory(`ALPINE-CVE-2024-${10_000 + index}`, {
          aliases: index % 3 === 0 ? [] : [`CVE-2024-${10_000 + index}`],
          ranges: [range("0", "5.0.0")],
        }),
      ),
    );
    // Quick when linear; comparing each with each, 400 million pairs, would not end here.
    const { findings } = match({ packages, advisories: lists });
    assert.ok(findings.length > 20_000);
  });
});

describe("matching by heads", () => {
  const lists: readonly (readonly [string, readonly Advisory[]])[] = [
    [
      "npm\nthing",
      [
        advisory("GHSA-1", { aliases: ["CVE-2024-1"], ranges: [range("0", "2.0.0")] }),
        // Says no, and rates the same vulnerability.
        advisory("CVE-2024-1", {
          ranges: [range("0", "0.5.0")],
          severities: [cvss("nvd", "CVSS_V3", 9.8, "critical")],
        }),
        advisory("GHSA-2", { ranges: [range("0", "0.5.0")] }),
      ],
    ],
  ];

  it("gives what whole advisories give, and completes only what speaks of what is found", () => {
    const packages = [npm("1.0.0")];
    const advisories = new Map(lists);
    const completed: string[] = [];
    const result = matchHeads({
      packages,
      advisories,
      complete: (heads) => {
        completed.push(...heads.map(({ id }) => id));
        return new Map(heads.map((head) => [head, head as Advisory]));
      },
    });
    assert.deepEqual(result, match({ packages, advisories }));
    assert.deepEqual(completed.toSorted(), ["CVE-2024-1", "GHSA-1"]);
    assert.equal(result.findings[0]?.severity, "critical");
  });

  it("asks nobody where nothing is found", () => {
    const complete = (): never => assert.fail();
    const input = { packages: [npm("3.0.0")], advisories: new Map(lists), complete };
    assert.deepEqual(matchHeads(input), { findings: [], problems: [] });
  });
});
