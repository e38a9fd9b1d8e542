import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AdvisoryRecord, FeedAdvisory } from "../types.ts";
import { osvSpace } from "./ecosystems.ts";
import { isOsvRecord, readOsvRecord } from "./parse.ts";

type Events = readonly Record<string, string>[];

function record(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: "GHSA-aaaa-bbbb-cccc", modified: "2024-01-02T03:04:05Z", affected: [npm()], ...more };
}

function npm(
  more: Record<string, unknown> = {},
  events: Events = [{ introduced: "0" }, { fixed: "1.0.0" }],
): object {
  return { package: { ecosystem: "npm", name: "left" }, ranges: [{ type: "SEMVER", events }], ...more };
}

function inEcosystem(ecosystem: string, name = "left"): object {
  return {
    package: { ecosystem, name },
    ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "1.2-1" }] }],
  };
}

function read(value: unknown): AdvisoryRecord {
  assert.ok(isOsvRecord(value));
  return readOsvRecord(value).record;
}

function advisory(value: unknown): FeedAdvisory {
  const [first] = read(value).advisories;
  assert.ok(first);
  return first.advisory;
}

function ranges(events: Events): unknown[] {
  return advisory(record({ affected: [npm({ versions: ["9.9.9"] }, events)] })).ranges.map((range) =>
    [range.introduced, range.fixed, range.lastAffected].map((end) => end ?? "-").join(" "),
  );
}

describe("osv ecosystems", () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ["npm", "npm"],
    ["PyPI", "pypi"],
    ["crates.io", "cargo"],
    ["Go", "golang"],
    ["Hex", "hex"],
    ["Pub", "pub"],
    ["Bitnami", "bitnami"],
    ["DHI", "dhi"],
    ["Debian:12", "deb:debian:12"],
    ["Debian:6.0", "deb:debian:6.0"],
    ["Debian", null],
    ["Ubuntu:22.04:LTS", "deb:ubuntu:22.04"],
    ["Ubuntu:24.10", "deb:ubuntu:24.10"],
    ["Ubuntu:Pro:14.04:LTS", "deb:ubuntu-pro:14.04"],
    ["Ubuntu:Pro:FIPS:18.04:LTS", null],
    ["Alpine:v3.18", "apk:alpine:3.18"],
    ["Alpine:edge", "apk:alpine:edge"],
    ["Alpine", null],
    ["Alpaquita:23", "apk:alpaquita:23"],
    ["Alpaquita:stream", "apk:alpaquita:stream"],
    ["Wolfi", "apk:wolfi"],
    ["Chainguard", "apk:chainguard"],
    ["MinimOS", "apk:minimos"],
    ["Maven", "maven"],
    ["NuGet", "nuget"],
    ["RubyGems", "gem"],
    ["Packagist", "composer"],
    ["CRAN", "cran"],
    ["ConanCenter", "conan"],
    ["Hackage", "hackage"],
    ["Julia", "julia"],
    ["opam", "opam"],
    ["GitHub Actions", "github"],
    ["SwiftURL", "swift"],
    ["OSS-Fuzz", null],
    ["AlmaLinux:9", "rpm:almalinux:9"],
    ["AlmaLinux", null],
    ["Rocky Linux:8", "rpm:rocky:8"],
    ["Mageia:9", "rpm:mageia:9"],
    ["Photon OS:5.0", "rpm:photon:5.0"],
    ["Red Hat:enterprise_linux:9::appstream", "rpm:rhel:9"],
    ["Red Hat:enterprise_linux:10.0", "rpm:rhel:10"],
    ["Red Hat:rhel_eus:9.2::appstream", null],
    ["Red Hat:ocp_tools:4.15::el9", null],
    ["SUSE:Linux Enterprise Server 12", "rpm:sles:12"],
    ["SUSE:Linux Enterprise Server for SAP Applications 12 SP1", "rpm:sles:12.1"],
    ["SUSE:Linux Enterprise Server 15 SP3-LTSS", "rpm:sles:15.3"],
    ["SUSE:Linux Enterprise Module for Basesystem 15 SP6", "rpm:sles:15.6"],
    ["SUSE:Linux Enterprise Server 16.0", "rpm:sles:16.0"],
    ["SUSE:Linux Enterprise Micro 5.5", "rpm:sle-micro:5.5"],
    ["SUSE:Package Hub 15 SP5", "rpm:sles:15.5"],
    ["SUSE:Linux Enterprise Server 11 SP4 LTSS", "rpm:sles:11.4"],
    ["SUSE:Linux Enterprise Server Teradata 12 SP3", null],
    ["SUSE:Manager Server 4.3", null],
    ["openSUSE:Leap 15.6", "rpm:opensuse-leap:15.6"],
    ["openSUSE:Tumbleweed", "rpm:opensuse-tumbleweed"],
    ["openEuler:20.03-LTS-SP1", "rpm:openeuler:20.03"],
    ["openEuler:20.03-LTS-SP4", "rpm:openeuler:20.03-sp4"],
    ["openEuler:22.03-LTS", "rpm:openeuler:22.03"],
    ["openEuler:24.03-LTS-SP1", "rpm:openeuler:24.03-sp1"],
    ["Azure Linux:2", "rpm:mariner:2.0"],
    ["Azure Linux:3", "rpm:azurelinux:3.0"],
    ["__proto__", null],
  ];
  for (const [ecosystem, space] of rows) {
    it(`${ecosystem} is ${space ?? "not supported"}`, () =>
      assert.equal(osvSpace(ecosystem)?.space ?? null, space));
  }
});

describe("osv ranges", () => {
  const rows: readonly (readonly [string, Events, string[]])[] = [
    ["a fix", [{ introduced: "0" }, { fixed: "1.0.0" }], ["0 1.0.0 -"]],
    ["no fix", [{ introduced: "1.0.0" }], ["1.0.0 - -"]],
    ["last affected", [{ introduced: "0" }, { last_affected: "1.4.0" }], ["0 - 1.4.0"]],
    [
      "two intervals",
      [{ introduced: "0" }, { fixed: "1.0.0" }, { introduced: "2.0.0" }, { fixed: "2.1.0" }],
      ["0 1.0.0 -", "2.0.0 2.1.0 -"],
    ],
    [
      "two intervals, newest first",
      [{ introduced: "10.0.0" }, { fixed: "10.1.0" }, { introduced: "9.0.0" }, { fixed: "9.1.0" }],
      ["9.0.0 9.1.0 -", "10.0.0 10.1.0 -"],
    ],
    ["fixed first", [{ fixed: "1.0.0" }, { introduced: "0" }], ["0 1.0.0 -"]],
    [
      "introduced twice",
      [{ introduced: "3.0.0" }, { introduced: "4.0.0" }, { fixed: "5.0.0" }],
      ["3.0.0 5.0.0 -"],
    ],
    ["fixed twice", [{ introduced: "0" }, { fixed: "2.0.0" }, { fixed: "1.0.0" }], ["0 1.0.0 -"]],
    ["both in one event", [{ introduced: "0", fixed: "1.0.0" }], ["0 1.0.0 -"]],
    ["nothing between", [{ introduced: "1.0.0" }, { fixed: "1.0.0" }], []],
    ["limit", [{ introduced: "1.0.0" }, { limit: "2.0.0" }], ["1.0.0 2.0.0 -"]],
    ["limit without bound", [{ introduced: "1.0.0" }, { limit: "*" }], ["1.0.0 - -"]],
    [
      "limit without bound, events in no order",
      [{ limit: "*" }, { last_affected: "1.0.0" }, { introduced: "2.0.0" }, { introduced: "0.9.0" }],
      ["0.9.0 - 1.0.0", "2.0.0 - -"],
    ],
    ["limit before the fix", [{ introduced: "0" }, { fixed: "3.0.0" }, { limit: "2.0.0" }], ["0 2.0.0 -"]],
    ["limit after the fix", [{ introduced: "0" }, { fixed: "1.0.0" }, { limit: "2.0.0" }], ["0 1.0.0 -"]],
    [
      "limit at the last affected version",
      [{ introduced: "0" }, { last_affected: "2.0.0" }, { limit: "2.0.0" }],
      ["0 2.0.0 -"],
    ],
    [
      "the highest of two limits cuts every interval",
      [
        { introduced: "0" },
        { fixed: "1.0.0" },
        { introduced: "3.0.0" },
        { limit: "1.5.0" },
        { limit: "2.0.0" },
      ],
      ["0 1.0.0 -"],
    ],
    [
      "versions nobody can read keep their order",
      [{ introduced: "0" }, { fixed: "x" }, { introduced: "b" }, { fixed: "a" }],
      ["0 x -", "b a -"],
    ],
  ];
  for (const [name, events, expected] of rows) it(name, () => assert.deepEqual(ranges(events), expected));

  it("ignores GIT ranges and names other unknown types", () => {
    const git = { type: "GIT", repo: "https://git.example/x", events: [{ introduced: "0" }] };
    const odd = { type: "OTHER", events: [{ introduced: "0" }] };
    const reading = readOsvRecord(record({ affected: [npm({ ranges: [git, odd], versions: ["1.0.0"] })] }));
    assert.equal(reading.rejected.length, 1);
    assert.deepEqual(reading.record.advisories[0]?.advisory.ranges, []);
  });

  it("keeps only listed versions that no range holds", () => {
    const affected = [npm({ versions: ["0.1.0", "0.9.9", "1.0.0", "not a version"] })];
    assert.deepEqual(advisory(record({ affected })).versions, ["1.0.0", "not a version"]);
  });

  it("reads null lists as empty", () => {
    assert.deepEqual(advisory(record({ affected: [npm({ versions: null })] })).versions, []);
  });

  it("joins members for one package", () => {
    const affected = [npm(), npm({}, [{ introduced: "2.0.0" }])];
    assert.equal(read(record({ affected })).advisories.length, 1);
    assert.equal(advisory(record({ affected })).ranges.length, 2);
  });
});

describe("osv records", () => {
  it("skips withdrawn records and keeps their date", () => {
    const { withdrawn, advisories, modifiedAt } = read(record({ withdrawn: "2024-01-01T00:00:00Z" }));
    assert.deepEqual([withdrawn, advisories, modifiedAt], [true, [], "2024-01-02T03:04:05.000Z"]);
  });

  it("names packages as their plugins look them up", () => {
    const names = [
      ["Packagist", "Acme/Alpha"],
      ["GitHub Actions", "Acme/Setup"],
      ["SwiftURL", "https://github.com/Apple/swift-nio.git"],
      ["RubyGems", "RedCloth"],
    ].map(([ecosystem = "", name = ""]) => osvSpace(ecosystem)?.normaliseName(name));
    assert.deepEqual(names, ["acme/alpha", "acme/setup", "github.com/apple/swift-nio", "RedCloth"]);
  });

  it("counts packages of unsupported ecosystems and keeps the others", () => {
    const { advisories, unsupported } = read(
      record({ affected: [inEcosystem("OSS-Fuzz"), inEcosystem("Android:14"), npm()] }),
    );
    assert.deepEqual(unsupported, ["OSS-Fuzz", "Android"]);
    assert.equal(advisories.length, 1);
  });

  it("gives each release of a distribution its space, in one part", () => {
    const { advisories } = read(record({ affected: [inEcosystem("Debian:11"), inEcosystem("Debian:12")] }));
    assert.deepEqual(
      advisories.map(({ part, advisory }) => [part, advisory.space, advisory.ranges[0]?.scheme]),
      [
        ["Debian", "deb:debian:11", "deb"],
        ["Debian", "deb:debian:12", "deb"],
      ],
    );
  });

  it("normalises Python names", () =>
    assert.equal(
      advisory(record({ affected: [inEcosystem("PyPI", "Zope.Interface")] })).name,
      "zope-interface",
    ));

  it("reads zero dates as unknown", () => {
    const read = advisory(record({ published: "0001-01-01T00:00:00Z", modified: "0001-01-01T00:00:00Z" }));
    assert.deepEqual([read.publishedAt, read.modifiedAt], [null, null]);
  });

  it("takes upstream as alias for distributions only, and never related", () => {
    const ids = { aliases: ["CVE-2024-2"], upstream: ["CVE-2024-1"], related: ["CVE-2024-3"] };
    assert.deepEqual(advisory(record(ids)).aliases, ["CVE-2024-2"]);
    const bell = { id: "BELL-CVE-2024-1", upstream: ["CVE-2024-1"], affected: [inEcosystem("Alpaquita:23")] };
    assert.deepEqual(advisory(record(bell)).aliases, ["CVE-2024-1"]);
  });

  it("splits a notice on several vulnerabilities, so that they are not taken for one", () => {
    const upstream = ["UBUNTU-CVE-2024-1", "CVE-2024-1", "CVE-2024-2"];
    const usn = {
      id: "USN-1-1",
      summary: "two holes",
      upstream,
      affected: [inEcosystem("Ubuntu:22.04:LTS")],
    };
    assert.deepEqual(
      read(record(usn)).advisories.map(({ advisory }) => [advisory.id, advisory.aliases, advisory.summary]),
      [
        ["CVE-2024-1", [], "USN-1-1: two holes"],
        ["CVE-2024-2", [], "USN-1-1: two holes"],
      ],
    );
  });

  it("rejects what has no name, and keeps the rest", () => {
    const affected = [
      { package: { ecosystem: "npm" } },
      { package: { ecosystem: "npm", name: "a\nb" } },
      7,
      npm(),
    ];
    const reading = readOsvRecord(record({ affected }));
    assert.equal(reading.rejected.length, 3);
    assert.equal(reading.record.advisories.length, 1);
  });

  it("does not take other documents for records", () => {
    for (const value of [null, [], "x", {}, { id: "x" }, { affected: [] }, { id: 7, affected: [] }]) {
      assert.equal(isOsvRecord(value), false);
    }
  });
});

describe("osv ratings", () => {
  const v3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  const rows: readonly (readonly [string, Record<string, unknown>, string[]])[] = [
    ["none", {}, []],
    ["a vector", { severity: [{ type: "CVSS_V3", score: v3 }] }, ["GHSA CVSS_V3 9.8 critical"]],
    [
      "version 2",
      { severity: [{ type: "CVSS_V2", score: "AV:N/AC:L/Au:N/C:P/I:P/A:P" }] },
      ["GHSA CVSS_V2 7.5 high"],
    ],
    [
      "version 4, base metrics only",
      {
        severity: [
          { type: "CVSS_V4", score: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U" },
        ],
      },
      ["GHSA CVSS_V4 9.3 critical"],
    ],
    ["a broken vector", { severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N" }] }, []],
    ["a word", { database_specific: { severity: "MODERATE" } }, ["GHSA null null medium"]],
    ["a word that rates nothing", { database_specific: { severity: "Unknown" } }, []],
    [
      "vector, then word",
      { severity: [{ type: "CVSS_V3", score: v3 }], database_specific: { severity: "HIGH" } },
      ["GHSA CVSS_V3 9.8 critical", "GHSA null null high"],
    ],
    ["Ubuntu's", { severity: [{ type: "Ubuntu", score: "negligible" }] }, ["ubuntu null null low"]],
  ];
  for (const [name, more, expected] of rows) {
    it(name, () =>
      assert.deepEqual(
        advisory(record(more)).severities.map((each) =>
          [each.source, String(each.type), String(each.score), each.severity].join(" "),
        ),
        expected,
      ),
    );
  }

  it("reads Debian's urgency: unimportant is low, not nothing", () => {
    const urgency = (word: string): unknown[] => {
      const affected = [{ ...inEcosystem("Debian:12"), ecosystem_specific: { urgency: word } }];
      return advisory(record({ id: "DEBIAN-CVE-2024-1", affected })).severities.map((each) => [
        each.source,
        each.severity,
      ]);
    };
    assert.deepEqual(urgency("unimportant"), [["debian", "low"]]);
    assert.deepEqual(urgency("high**"), [["debian", "high"]]);
    assert.deepEqual(urgency("not yet assigned"), []);
  });

  it("takes the package's own vectors instead of the record's", () => {
    const own = [{ type: "CVSS_V3", score: v3.replace("A:H", "A:N").replace("I:H", "I:N") }];
    const severity = [{ type: "CVSS_V3", score: v3 }];
    assert.deepEqual(
      advisory(record({ severity, affected: [npm({ severity: own })] })).severities.map((each) => each.score),
      [7.5],
    );
  });
});
