import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FeedAdvisory } from "../types.ts";
import { readOsvRecord } from "./parse.ts";

const vector = { type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" };

function read(more: object, fixed = "1:18.20.2-1.el9"): readonly FeedAdvisory[] {
  const { record } = readOsvRecord({
    id: "ALSA-2024:2779",
    summary: "Important: nodejs:18 security update",
    modified: "2024-05-10T00:00:00Z",
    related: ["CVE-2024-22025"],
    affected: [
      {
        package: { ecosystem: "AlmaLinux:9", name: "nodejs" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed }] }],
      },
    ],
    ...more,
  });
  return record.advisories.map(({ advisory }) => advisory);
}

describe("notices of rpm distributions", () => {
  it("fix what they are related to", () => {
    const [notice] = read({});
    assert.deepEqual([notice?.id, notice?.aliases], ["ALSA-2024:2779", ["CVE-2024-22025"]]);
    assert.deepEqual(notice?.ranges, [
      { scheme: "rpm", introduced: "0", fixed: "1:18.20.2-1.el9", lastAffected: null },
    ]);
  });

  it("are about what they call upstream rather than what they are related to", () => {
    const [notice] = read({ upstream: ["CVE-2024-1111"] });
    assert.deepEqual(notice?.aliases, ["CVE-2024-1111"]);
  });

  it("are one advisory for each of several vulnerabilities, without a vector that may be of another", () => {
    const notices = read({
      related: ["CVE-2024-22025", "CVE-2024-22019", "RHSA-2024:2779"],
      severity: [vector],
    });
    assert.deepEqual(
      notices.map(({ id, aliases, summary, severities }) => [id, aliases, summary, severities.length]),
      [
        ["CVE-2024-22019", [], "ALSA-2024:2779: Important: nodejs:18 security update", 1],
        ["CVE-2024-22025", [], "ALSA-2024:2779: Important: nodejs:18 security update", 1],
      ],
    );
  });

  it("of several releases are several records", () => {
    const ids = ["8", "9"].map((release) => {
      const affected = [
        {
          package: { ecosystem: `AlmaLinux:${release}`, name: "gnutls" },
          ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "3.6-1" }] }],
        },
      ];
      return readOsvRecord({ id: "ALSA-2026:0932", modified: "2026-01-01T00:00:00Z", affected }).record.id;
    });
    assert.deepEqual(ids, ["ALSA-2026:0932 rpm:almalinux:8", "ALSA-2026:0932 rpm:almalinux:9"]);
  });

  it("keep the vector of a single vulnerability", () => {
    const sources = read({ severity: [vector] })[0]?.severities.map(({ type, severity }) => [type, severity]);
    assert.deepEqual(sources, [
      ["CVSS_V3", "critical"],
      [null, "high"],
    ]);
  });

  const words: readonly (readonly [string, string | undefined])[] = [
    ["Critical: firefox security update", "critical"],
    ["Moderate: gnutls security update", "medium"],
    ["php:8.0 security update (Important)", "high"],
    ["a (Important) word in between", undefined],
    ["Low: gnutls security update", "low"],
    ["ALSA-2022:1234 Moderate: gnutls security update", "medium"],
    ["gnutls security update, Moderate: no", undefined],
    ["Lowered: gnutls", undefined],
  ];
  for (const [summary, severity] of words) {
    it(`${summary} rates ${severity ?? "nothing"}`, () => {
      const ratings = read({ summary })[0]?.severities ?? [];
      assert.deepEqual(
        ratings.map((rating) => [rating.source, rating.severity]),
        severity === undefined ? [] : [["almalinux", severity]],
      );
    });
  }

  const streams: readonly (readonly [string, string, string | undefined])[] = [
    ["Important: nodejs:18 security update", "1:18.20.2-1.module_el9.4.0+100+71fc9528", "nodejs:18"],
    ["Moderate: mariadb:10.5 security update", "3:10.5.16-2.module+el9.1.0+13358+56c3b6a3", "mariadb:10.5"],
    ["Moderate: edk2:20240524 security update", "20240524-6.el9", undefined],
    ["Moderate: virt:rhel and virt-devel:rhel security update", "6.2.0-1.module_el8.6.0+1+a", undefined],
    ["Important: varnish security update", "6.0.8-3.module_el8.9.0+1+a", undefined],
  ];
  for (const [summary, fixed, modularity] of streams) {
    it(`${summary} (${fixed}) is for ${modularity ?? "any stream"}`, () =>
      assert.equal(read({ summary }, fixed)[0]?.modularity, modularity));
  }

  // ALSA-2021:0735 names a build of its fix for each of three minor releases.
  const builds: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      "builds of one fix are below the lowest",
      ["10.24.0-1.module_el8.5.0+81+a", "10.24.0-1.module_el8.3.0+2047+b", "10.24.0-1.module_el8.4.0+2224+c"],
      ["10.24.0-1.module_el8.3.0+2047+b"],
    ],
    [
      "builds of two versions stay apart",
      ["10.24.0-1.module_el8.5.0+81+a", "10.24.0-2.module_el8.4.0+2224+c"],
      ["10.24.0-1.module_el8.5.0+81+a", "10.24.0-2.module_el8.4.0+2224+c"],
    ],
    [
      "fixes outside of modules stay apart",
      ["8.0.1763-16.el8", "8.0.1763-16.el8_5.13"],
      ["8.0.1763-16.el8", "8.0.1763-16.el8_5.13"],
    ],
  ];
  for (const [name, fixed, expected] of builds) {
    it(name, () => {
      const affected = fixed.map((version) => ({
        package: { ecosystem: "AlmaLinux:8", name: "nodejs" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: version }] }],
      }));
      assert.deepEqual(
        read({ affected })[0]?.ranges.map((range) => range.fixed),
        expected,
      );
    });
  }

  for (const id of ["ALBA-2021:4604", "ALEA-2022:2093", "RLBA-2023:0456", "RLEA-2023:1", "RXSA-2023:0101"]) {
    it(`${id} says nothing of the security of the distribution`, () => assert.deepEqual(read({ id }), []));
  }
  it("of Red Hat that fix bugs may fix a vulnerability", () => {
    const affected = [
      {
        package: { ecosystem: "Red Hat:enterprise_linux:8::baseos", name: "iwl100-firmware" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "0:39.31.5.1-118.2.el8" }] }],
      },
    ];
    const [notice] = read({ id: "RHBA-2024:6202", summary: "Bug fix", affected });
    assert.deepEqual([notice?.space, notice?.aliases], ["rpm:rhel:8", ["CVE-2024-22025"]]);
  });
});
