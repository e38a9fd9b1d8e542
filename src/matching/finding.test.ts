/**
 * Fixed version, range and severity of a finding.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advisory, cvss, deb, findingsOf, npm, range } from "../../test/helpers/matching.ts";
import type { Advisory, AffectedRange, SeverityRating } from "../domain/advisory.ts";

describe("fixed version and range", () => {
  const rows: readonly {
    name: string;
    version: string;
    ranges: readonly AffectedRange[];
    fixed: string | null;
    text: string;
    comparison: string;
  }[] = [
    {
      name: "of the range that holds",
      version: "1.1.0",
      ranges: [range("1.0.0", "1.2.5"), range("2.0.0", "2.0.1")],
      fixed: "1.2.5",
      text: ">=1.0.0, <1.2.5",
      comparison: "1.1.0 >= 1.0.0 and 1.1.0 < 1.2.5 (semver)",
    },
    {
      name: "from the beginning",
      version: "4.17.1",
      ranges: [range("0", "4.19.2")],
      fixed: "4.19.2",
      text: "<4.19.2",
      comparison: "4.17.1 >= 0 and 4.17.1 < 4.19.2 (semver)",
    },
    {
      name: "lowest of two that hold, unless the other holds it too",
      version: "1.0.0",
      ranges: [range("0", "2.0.1"), range("0", "1.2.5")],
      fixed: "2.0.1",
      text: "<2.0.1",
      comparison: "1.0.0 >= 0 and 1.0.0 < 2.0.1 (semver)",
    },
    {
      name: "past an adjoining range",
      version: "1.1.0",
      ranges: [range("1.0.0", "1.5.0"), range("1.5.0", "1.7.0")],
      fixed: "1.7.0",
      text: ">=1.0.0, <1.5.0",
      comparison: "1.1.0 >= 1.0.0 and 1.1.0 < 1.5.0 (semver)",
    },
    {
      name: "none past an adjoining range without end",
      version: "1.1.0",
      ranges: [range("1.0.0", "1.5.0"), range("1.5.0")],
      fixed: null,
      text: ">=1.0.0, <1.5.0",
      comparison: "1.1.0 >= 1.0.0 and 1.1.0 < 1.5.0 (semver)",
    },
    {
      name: "none from last affected",
      version: "1.1.0",
      ranges: [range("0", null, "1.1.0")],
      fixed: null,
      text: "<=1.1.0",
      comparison: "1.1.0 >= 0 and 1.1.0 <= 1.1.0 (semver)",
    },
    {
      name: "none from a range that does not hold",
      version: "1.1.0",
      ranges: [range("1.0.0", null, "1.4.0"), range("2.0.0", "2.0.1")],
      fixed: null,
      text: ">=1.0.0, <=1.4.0",
      comparison: "1.1.0 >= 1.0.0 and 1.1.0 <= 1.4.0 (semver)",
    },
  ];
  for (const { name, version, ranges, fixed, text, comparison } of rows) {
    it(name, () => {
      const [finding] = findingsOf(npm(version), [advisory("GHSA-1", { ranges })]);
      assert.equal(finding?.fixedVersion, fixed);
      assert.equal(finding?.affectedRange, text);
      assert.equal(finding?.evidence[0]?.comparison, comparison);
    });
  }

  it("of two notices under one id the fix that ends both, and both are evidence", () => {
    const first = advisory("CVE-1", { space: "deb:debian:12", ranges: [range("0", "1.0-2", null, "deb")] });
    const second = advisory("CVE-1", { space: "deb:debian:12", ranges: [range("0", "1.0-3", null, "deb")] });
    for (const notices of [
      [first, second],
      [second, first],
    ]) {
      const [before] = findingsOf(deb("1.0-1"), notices);
      assert.deepEqual([before?.fixedVersion, before?.evidence.length], ["1.0-3", 2]);
      const [between] = findingsOf(deb("1.0-2"), notices);
      assert.deepEqual([between?.fixedVersion, between?.evidence.length], ["1.0-3", 1]);
      assert.deepEqual(findingsOf(deb("1.0-3"), notices), []);
    }
  });

  it("a listed version has no fix, and says that it is listed", () => {
    const [finding] = findingsOf(npm("1.0.0"), [advisory("GHSA-1", { versions: ["1.0.0"] })]);
    assert.deepEqual(
      [finding?.fixedVersion, finding?.affectedRange, finding?.evidence[0]?.comparison],
      [null, "=1.0.0", "1.0.0 is listed as affected"],
    );
  });

  it("of the most trusted source that names one", () => {
    const ghsa = advisory("GHSA-1", { aliases: ["CVE-2024-0001"], ranges: [range("0", null, "1.9.0")] });
    const other = advisory("SNYK-1", { aliases: ["CVE-2024-0001"], ranges: [range("0", "2.0.0")] });
    const record = advisory("CVE-2024-0001", { ranges: [range("0", "1.5.0")] });
    assert.equal(findingsOf(npm("1.0.0"), [record, other, ghsa])[0]?.fixedVersion, "2.0.0");
  });
});

describe("whose word counts", () => {
  const inDebian = (feed: string, more: Partial<Advisory>): Advisory =>
    advisory("CVE-2024-0001", {
      feed,
      space: "deb:debian:12",
      ranges: [range("0", null, null, "deb")],
      ...more,
    });
  const copy = inDebian("osv", {});
  const rows: readonly { name: string; vendor: Partial<Advisory>; is: readonly string[] }[] = [
    { name: "not affected", vendor: { fixState: "not_affected", ranges: [] }, is: [] },
    { name: "fixed in this version", vendor: { ranges: [range("0", "1.0-1", null, "deb")] }, is: [] },
    { name: "affected", vendor: {}, is: ["affected debian,osv"] },
    {
      name: "still looking into it, so the copy counts",
      vendor: { fixState: "under_investigation", ranges: [] },
      is: ["affected osv"],
    },
    {
      name: "a bound that cannot be read, so the copy counts",
      vendor: { ranges: [range("0", "1 0", null, "deb")] },
      is: ["affected osv"],
    },
  ];
  for (const { name, vendor, is } of rows) {
    it(`of a distribution its own: ${name}`, () => {
      const findings = findingsOf(deb("1.0-1"), [copy, inDebian("debian", vendor)]);
      assert.deepEqual(
        findings.map(
          ({ state, evidence }) => `${state} ${evidence.map((each) => each.advisory.feed).join()}`,
        ),
        is,
      );
    });
  }

  it("alone, what is looked into is undetermined with the reason", () => {
    const [finding] = findingsOf(deb("1.0-1"), [
      inDebian("debian", { fixState: "under_investigation", ranges: [] }),
    ]);
    assert.deepEqual([finding?.state, finding?.reason], ["undetermined", "its publisher is looking into it"]);
  });
});

describe("severity", () => {
  const holds = [range("0", "9.0.0")];
  const word = (source: string, severity: SeverityRating["severity"]): SeverityRating => ({
    source,
    type: null,
    vector: null,
    score: null,
    severity,
  });
  const rows: readonly {
    name: string;
    severities: readonly SeverityRating[];
    is: string;
    source: string | null;
  }[] = [
    {
      name: "CVSS 4 before 3 within a source",
      severities: [cvss("GHSA", "CVSS_V3", 9.8, "critical"), cvss("GHSA", "CVSS_V4", 6.9, "medium")],
      is: "medium",
      source: "GHSA",
    },
    {
      name: "CVSS 3 before 2",
      severities: [cvss("NVD", "CVSS_V2", 5, "medium"), cvss("NVD", "CVSS_V3", 7.5, "high")],
      is: "high",
      source: "NVD",
    },
    {
      name: "a vector before a word",
      severities: [word("GHSA", "low"), cvss("GHSA", "CVSS_V2", 5, "medium")],
      is: "medium",
      source: "GHSA",
    },
    {
      name: "the first source, not the highest",
      severities: [cvss("GHSA", "CVSS_V3", 5.3, "medium"), cvss("NVD", "CVSS_V4", 9.8, "critical")],
      is: "medium",
      source: "GHSA",
    },
    {
      name: "score 0 rates nothing beside another",
      severities: [cvss("GHSA", "CVSS_V3", 0, "unspecified"), cvss("NVD", "CVSS_V3", 7.5, "high")],
      is: "high",
      source: "NVD",
    },
    {
      name: "score 0 alone is unspecified",
      severities: [cvss("GHSA", "CVSS_V3", 0, "unspecified")],
      is: "unspecified",
      source: "GHSA",
    },
    { name: "no rating is unspecified", severities: [], is: "unspecified", source: null },
  ];
  for (const { name, severities, is, source } of rows) {
    it(name, () => {
      const [finding] = findingsOf(npm("1.0.0"), [advisory("GHSA-1", { ranges: holds, severities })]);
      assert.equal(finding?.severity, is);
      assert.equal(finding?.rating?.source ?? null, source);
    });
  }

  it("the vendor of a distribution package first, even with a word", () => {
    const [finding] = findingsOf(deb("1.0-1"), [
      advisory("CVE-2024-0001", {
        space: "deb:debian:12",
        ranges: [range("0", null, null, "deb")],
        severities: [cvss("NVD", "CVSS_V3", 9.8, "critical"), word("debian", "low")],
      }),
    ]);
    assert.deepEqual([finding?.severity, finding?.rating?.source], ["low", "debian"]);
  });

  it("a source that does not hold the version may still rate the vulnerability", () => {
    const [finding] = findingsOf(npm("1.0.0"), [
      advisory("PYSEC-1", { aliases: ["CVE-2024-0001"], ranges: holds }),
      advisory("GHSA-1", {
        aliases: ["CVE-2024-0001"],
        ranges: [range("0", "0.1.0")],
        severities: [cvss("GHSA", "CVSS_V3", 8, "high")],
      }),
    ]);
    assert.equal(finding?.severity, "high");
    assert.deepEqual(
      finding?.evidence.map((each) => each.advisory.id),
      ["PYSEC-1"],
    );
  });
});
