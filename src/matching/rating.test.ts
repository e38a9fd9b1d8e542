/** Whose word decides the severity, and what is known of a fix. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, cvss, deb, findingsOf, npm, range } from "../../test/helpers/matching.ts";
import type { Advisory, SeverityRating } from "../domain/advisory.ts";
import type { Finding } from "../domain/finding.ts";
import { rateAgain } from "./rating.ts";

const word = (source: string, severity: SeverityRating["severity"]): SeverityRating => ({
  source,
  type: null,
  vector: null,
  score: null,
  severity,
});

function only(findings: readonly Finding[]): Finding {
  const [finding] = findings;
  assert.ok(finding !== undefined && findings.length === 1);
  return finding;
}

function inDebian(more: Partial<Advisory>): Advisory {
  return advisory("CVE-2024-0001", {
    feed: "debian",
    space: "deb:debian:12",
    ranges: [range("0", null, null, "deb")],
    ...more,
  });
}

describe("severity of a distribution's package", () => {
  const nvd3 = cvss("NVD", "CVSS_V3", 9.8, "critical");
  const nvd4 = cvss("NVD", "CVSS_V4", 6.9, "medium");
  const cisa = cvss("CISA-ADP", "CVSS_V3", 7.5, "high");
  const rows: readonly {
    name: string;
    own: readonly SeverityRating[];
    copy?: readonly SeverityRating[];
    general: readonly SeverityRating[];
    sources?: readonly string[];
    is: string;
    score: string | null;
  }[] = [
    {
      name: "the vendor's word, the NVD's score",
      own: [word("debian", "low")],
      general: [nvd3],
      is: "low by debian",
      score: "9.8 by NVD",
    },
    {
      name: "the NVD where the vendor does not rate",
      own: [],
      general: [cisa, nvd3],
      is: "critical by NVD",
      score: "9.8 by NVD",
    },
    {
      name: "CVSS 4 of the NVD before its 3",
      own: [],
      general: [nvd3, nvd4],
      is: "medium by NVD",
      score: "6.9 by NVD",
    },
    {
      name: "CISA where the NVD does not rate",
      own: [],
      general: [cisa],
      is: "high by CISA-ADP",
      score: "7.5 by CISA-ADP",
    },
    {
      name: "a vendor that rates nothing yet",
      own: [word("debian", "unspecified")],
      general: [nvd3],
      is: "critical by NVD",
      score: "9.8 by NVD",
    },
    { name: "nobody", own: [], general: [], is: "unspecified by nobody", score: null },
    {
      name: "the vendor's own feed before vectors in a copy",
      own: [word("debian", "low")],
      copy: [cvss("debian", "CVSS_V3", 9.1, "critical")],
      general: [],
      is: "low by debian",
      score: "9.1 by debian",
    },
    {
      name: "in a copy the vendor's word before its vectors",
      own: [],
      copy: [cvss("debian", "CVSS_V3", 9.1, "critical"), word("debian", "medium")],
      general: [nvd4],
      is: "medium by debian",
      score: "9.1 by debian",
    },
    {
      name: "another order, in any case",
      own: [word("debian", "low")],
      general: [nvd3, cisa],
      sources: ["cisa-adp", "nvd"],
      is: "high by CISA-ADP",
      score: "7.5 by CISA-ADP",
    },
    {
      name: "an order that nobody is in",
      own: [word("debian", "low")],
      general: [nvd3],
      sources: ["redhat"],
      is: "low by debian",
      score: "9.8 by NVD",
    },
  ];
  for (const { name, own, copy, general, sources = [], is, score } of rows) {
    it(name, () => {
      const finding = only(
        findingsOf(deb("1.0-1"), [
          inDebian({ severities: own }),
          ...(copy === undefined ? [] : [inDebian({ feed: "osv", severities: copy })]),
        ]),
      );
      const rated = rateAgain(finding, general, sources);
      assert.equal(`${rated.severity} by ${rated.rating?.source ?? "nobody"}`, is);
      assert.equal(rated.cvss === null ? null : `${rated.cvss.score} by ${rated.cvss.source}`, score);
      const count = new Set([...own, ...(copy ?? []), ...general].map((each) => JSON.stringify(each))).size;
      assert.equal(rated.ratings.length, count, "none is lost");
      assert.deepEqual(rateAgain({ ...finding, ...rated }, general, sources), rated, "and again the same");
    });
  }

  it("Red Hat rates under its own name and not that of os-release", () => {
    const finding = only(
      findingsOf(deb("1.0-1", "rpm:rhel:9"), [
        inDebian({ space: "rpm:rhel:9", feed: "redhat", severities: [nvd3, word("redhat", "low")] }),
      ]),
    );
    assert.deepEqual([finding.severity, finding.cvss?.source], ["low", "NVD"]);
  });

  it("of a language the reviewed advisory stays before the NVD", () => {
    const ghsa = cvss("GHSA", "CVSS_V3", 5.3, "medium");
    const found = advisory("GHSA-1", { ranges: [range("0")], severities: [ghsa] });
    const finding = only(findingsOf(npm("1.0.0"), [found]));
    assert.equal(rateAgain(finding, [nvd4], []).rating?.source, "GHSA");
    assert.equal(rateAgain(finding, [nvd4], ["NVD"]).rating?.source, "NVD");
  });
});

describe("what is known of a fix", () => {
  const rows: readonly (readonly [name: string, more: Partial<Advisory>, is: readonly unknown[]])[] = [
    ["nothing", {}, [null, "unknown", null, null]],
    [
      "fixed, with its date",
      { ranges: [range("0", "1.0-2", null, "deb")], fixedAt: "2026-01-02" },
      ["1.0-2", "fixed", null, "2026-01-02"],
    ],
    [
      "no-dsa",
      { fixState: "affected", note: "no-dsa: Minor issue" },
      [null, "affected", "no-dsa: Minor issue", null],
    ],
    ["postponed", { fixState: "deferred", note: "postponed" }, [null, "deferred", "postponed", null]],
    ["ignored", { fixState: "will_not_fix", note: "ignored" }, [null, "will_not_fix", "ignored", null]],
    ["end of life", { fixState: "end_of_life" }, [null, "end_of_life", null, null]],
    [
      "looked into",
      { fixState: "under_investigation", ranges: [] },
      [null, "under_investigation", null, null],
    ],
  ];
  for (const [name, more, is] of rows) {
    it(name, () => {
      const { fixedVersion, fixState, fixNote, fixedAt } = only(
        findingsOf(
          deb("1.0-1"),
          [inDebian(more), inDebian({ feed: "osv" })].slice(0, name === "looked into" ? 1 : 2),
        ),
      );
      assert.deepEqual([fixedVersion, fixState, fixNote, fixedAt], is);
    });
  }
});

describe("kinds of findings", () => {
  const rows = [
    [["malicious"], "malicious"],
    [["informational"], "informational"],
    [["informational", undefined], "vulnerability"],
    [["malicious", undefined], "malicious"],
  ] as const;
  for (const [kinds, is] of rows) {
    it(kinds.map((kind) => kind ?? "a vulnerability").join(" and "), () => {
      const advisories = kinds.map((kind, index) =>
        advisory(`A-${index}`, {
          aliases: ["CVE-2024-0001"],
          ranges: [range("0")],
          ...(kind !== undefined && { kind }),
        }),
      );
      assert.equal(only(findingsOf(npm("1.0.0"), advisories)).kind, is);
    });
  }
});
