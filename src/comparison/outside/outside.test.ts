/** Reports of other scanners read, and compared with what is known here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OutsideFinding } from "./outside-finding.ts";
import { reconcile, type BothSides, type OwnFinding, type OwnPackage } from "./reconcile.ts";
import { readScannerReport } from "./scanner-reports.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const purl = "pkg:deb/debian/zlib1g@1:1.2.11?arch=amd64&distro=debian-11";

const trivy = {
  SchemaVersion: 2,
  ArtifactName: "app:1",
  Trivy: { Version: "0.69.0" },
  Metadata: { RepoDigests: [`registry.example.com/app@${digest}`] },
  Results: [
    {
      Target: "app:1 (debian 11)",
      Class: "os-pkgs",
      Vulnerabilities: [
        {
          VulnerabilityID: "CVE-2022-37434",
          VendorIDs: ["DSA-5218-1"],
          PkgName: "zlib1g",
          PkgIdentifier: { PURL: purl },
          InstalledVersion: "1:1.2.11",
          FixedVersion: "1:1.2.12",
          Status: "fixed",
          Severity: "CRITICAL",
        },
      ],
      ExperimentalModifiedFindings: [
        {
          Type: "vulnerability",
          Status: "not_affected",
          Finding: { VulnerabilityID: "CVE-1", PkgName: "a" },
        },
        { Type: "secret", Finding: {} },
      ],
    },
    { Target: "package-lock.json", Class: "lang-pkgs" },
  ],
};
const grype = {
  matches: [
    {
      vulnerability: { id: "GHSA-1", severity: "Medium", fix: { versions: ["4.2.0"], state: "fixed" } },
      relatedVulnerabilities: [{ id: "CVE-2026-1" }],
      artifact: { name: "left", version: "4.1.0", purl: "pkg:npm/left@4.1.0" },
    },
  ],
  ignoredMatches: [
    {
      vulnerability: { id: "CVE-2", severity: "Negligible", fix: { versions: [], state: "wont-fix" } },
      artifact: { name: "b", version: "1" },
    },
  ],
  source: { type: "image", target: { userInput: "app:1", manifestDigest: digest } },
  descriptor: { name: "grype", version: "0.110.0" },
};
const osv = {
  results: [
    {
      source: { path: "/", type: "docker" },
      packages: [
        {
          package: { name: "left", version: "4.1.0", ecosystem: "npm" },
          vulnerabilities: [{ id: "GHSA-1", aliases: ["CVE-2026-1"] }],
          groups: [{ ids: ["GHSA-1"], aliases: ["CVE-2026-1", "GHSA-1"], max_severity: "9.8" }],
        },
      ],
    },
  ],
};
const gitlab = {
  version: "15.0.4",
  scan: { scanner: { id: "docker-scout", name: "Docker Scout", version: "1.18.0" } },
  vulnerabilities: [
    {
      id: "1",
      severity: "High",
      identifiers: [{ type: "cve", name: "CVE-2026-1", value: "CVE-2026-1" }],
      location: { image: `app@${digest}`, dependency: { package: { name: "left" }, version: "4.1.0" } },
    },
  ],
};
const sarif = {
  version: "2.1.0",
  runs: [
    {
      tool: {
        driver: {
          fullName: "Docker Scout",
          version: "1.18.0",
          rules: [
            {
              id: "CVE-2026-1",
              properties: {
                purls: ["pkg:npm/%40a/left@4.1.0"],
                fixed_version: "not fixed",
                cvssV3_severity: "HIGH",
                "security-severity": "5.0",
              },
            },
          ],
        },
      },
      results: [{ ruleId: "CVE-2026-1" }, { ruleId: "CVE-2026-1" }, { ruleId: "CVE-9" }],
    },
  ],
};

describe("a report of another scanner", () => {
  it("of Trivy is read, with what Trivy ignores", () => {
    const { format, tool, subjectDigest, findings } = readScannerReport(trivy);
    assert.deepEqual([format, tool, subjectDigest], ["trivy", "trivy 0.69.0", digest]);
    assert.deepEqual(findings[0], {
      vulnerability: "CVE-2022-37434",
      aliases: ["DSA-5218-1"],
      purl,
      package: "zlib1g",
      version: "1:1.2.11",
      severity: "critical",
      fixedVersion: "1:1.2.12",
      status: "fixed",
    });
    assert.deepEqual(
      findings.slice(1).map(({ vulnerability, status }) => [vulnerability, status]),
      [["CVE-1", "ignored"]],
    );
  });

  const short = ({
    vulnerability,
    aliases,
    package: name,
    version,
    severity,
    fixedVersion,
    status,
  }: OutsideFinding) =>
    [vulnerability, aliases.join(), name, version, severity, fixedVersion, status] as const;
  const cases: readonly (readonly [string, object, readonly unknown[], readonly (readonly unknown[])[]])[] = [
    [
      "Grype",
      grype,
      ["grype", "grype 0.110.0", digest],
      [
        ["GHSA-1", "CVE-2026-1", "left", "4.1.0", "medium", "4.2.0", "fixed"],
        ["CVE-2", "", "b", "1", "low", null, "ignored"],
      ],
    ],
    [
      "OSV-Scanner",
      osv,
      ["osv-scanner", "osv-scanner", null],
      [["CVE-2026-1", "GHSA-1", "left", "4.1.0", "critical", null, null]],
    ],
    [
      "Scout for GitLab",
      gitlab,
      ["gitlab", "Docker Scout 1.18.0", digest],
      [["CVE-2026-1", "", "left", "4.1.0", "high", null, null]],
    ],
    [
      "Scout as SARIF",
      sarif,
      ["sarif", "Docker Scout 1.18.0", null],
      [
        ["CVE-2026-1", "", "left", "4.1.0", "high", null, null],
        ["CVE-9", "", "unknown", "", "unspecified", null, null],
      ],
    ],
  ];
  for (const [name, document, head, findings] of cases)
    it(`of ${name} is read`, () => {
      const report = readScannerReport(document);
      assert.deepEqual([report.format, report.tool, report.subjectDigest], head);
      assert.deepEqual(report.findings.map(short), findings);
    });

  for (const value of [null, [], "x", {}, { results: [{}] }, { bomFormat: "CycloneDX", components: [] }])
    it(`is not ${JSON.stringify(value)}`, () => {
      assert.throws(() => readScannerReport(value), { code: "REPORT_UNSUPPORTED" });
    });

  it("may be of any shape inside", () => {
    const broken = { ...grype, matches: [null, 1, { vulnerability: [], artifact: "x" }], ignoredMatches: {} };
    assert.equal(readScannerReport(broken).findings.length, 3);
  });
});

describe("the reconciliation", () => {
  const ours = (change: Partial<OwnFinding> = {}): OwnFinding => ({
    vulnerability: "CVE-2026-1",
    aliases: ["GHSA-1"],
    purl: "pkg:npm/left@4.1.0",
    package: "left",
    version: "4.1.0",
    severity: "high",
    fixedVersion: "4.2.0",
    fixState: null,
    status: "affected",
    suppressed: false,
    ...change,
  });
  const theirs = (change: Partial<OutsideFinding> = {}): OutsideFinding => ({
    vulnerability: "CVE-2026-1",
    aliases: [],
    purl: null,
    package: "left",
    version: "4.1.0",
    severity: "high",
    fixedVersion: "4.2.0",
    status: null,
    ...change,
  });
  const left: OwnPackage = { purl: "pkg:npm/left@4.1.0", name: "left", version: "4.1.0", sourceName: null };
  const zlib: OwnPackage = {
    purl: "pkg:deb/debian/zlib1g@1.2.11?arch=amd64",
    name: "zlib1g",
    version: "1.2.11",
    sourceName: "zlib",
  };
  const zlibFinding = ours({ purl: zlib.purl, package: "zlib1g", version: "1.2.11" });

  const cases: readonly (readonly [string, Partial<BothSides>, string, readonly string[]])[] = [
    ["the same", { ours: [ours()], theirs: [theirs()] }, "agree", []],
    [
      "the same by another name",
      { ours: [ours()], theirs: [theirs({ vulnerability: "ghsa-1" })] },
      "agree",
      ["alias"],
    ],
    ["another severity", { ours: [ours()], theirs: [theirs({ severity: "low" })] }, "differ", ["severity"]],
    ["no severity", { ours: [ours()], theirs: [theirs({ severity: "unspecified" })] }, "agree", []],
    ["another fix", { ours: [ours()], theirs: [theirs({ fixedVersion: "5" })] }, "differ", ["fixed-version"]],
    [
      "a fix that they do not see",
      { ours: [ours()], theirs: [theirs({ fixedVersion: null, status: "will_not_fix" })] },
      "differ",
      ["fix-state"],
    ],
    ["settled here", { ours: [ours({ suppressed: true })], theirs: [theirs()] }, "differ", ["suppressed"]],
    [
      "ignored there",
      { ours: [ours()], theirs: [theirs({ status: "ignored" })] },
      "differ",
      ["ignored-there"],
    ],
    [
      "settled by both",
      { ours: [ours({ suppressed: true })], theirs: [theirs({ status: "ignored" })] },
      "agree",
      ["suppressed", "ignored-there"],
    ],
    [
      "not comparable",
      { ours: [ours({ status: "undetermined" })], theirs: [theirs()] },
      "differ",
      ["undetermined"],
    ],
    ["no advisory here", { theirs: [theirs()] }, "only-theirs", ["no-advisory"]],
    ["no database here", { theirs: [theirs()], hasDatabase: false }, "only-theirs", ["no-database"]],
    ["another version", { theirs: [theirs({ version: "3" })] }, "only-theirs", ["other-version"]],
    ["no such package", { theirs: [theirs({ package: "right" })] }, "only-theirs", ["package-not-seen"]],
    [
      "no such package, and ignored",
      { theirs: [theirs({ package: "right", status: "ignored" })] },
      "agree",
      ["package-not-seen", "ignored-there"],
    ],
    ["nothing there", { ours: [ours()] }, "only-ours", ["not-listed"]],
    [
      "nothing there, settled here",
      { ours: [ours({ suppressed: true })] },
      "agree",
      ["suppressed", "not-listed"],
    ],
    [
      "the source package's name, and an epoch",
      { ours: [zlibFinding], theirs: [theirs({ package: "zlib", version: "0:1.2.11" })] },
      "agree",
      [],
    ],
    [
      "a package URL with other qualifiers",
      {
        ours: [zlibFinding],
        theirs: [theirs({ package: "?", version: "?", purl: "pkg:deb/debian/zlib1g@1.2.11?distro=x" })],
      },
      "agree",
      [],
    ],
  ];
  for (const [name, sides, agreement, reasons] of cases)
    it(`of ${name}: ${agreement}`, () => {
      const all = { ours: [], theirs: [], packages: [left, zlib], hasDatabase: true, ...sides };
      const rows = reconcile(all);
      assert.deepEqual(
        rows.map((row) => [row.agreement, row.reasons]),
        [[agreement, reasons]],
      );
    });

  it("knows names with a group or scope", () => {
    const named = [
      ["pkg:maven/org.x/y@1", "y", "org.x:y"],
      ["pkg:npm/%40a/b@1", "b", "@a/b"],
      ["pkg:golang/example.com/m@v1", "example.com/m", "example.com/m"],
    ] as const;
    for (const [purl, own, other] of named) {
      const version = purl.split("@")[1]!;
      const sides = {
        ours: [ours({ purl, package: own, version })],
        theirs: [theirs({ package: other, version: "1" })],
        packages: [{ purl, name: own, version, sourceName: null }],
        hasDatabase: true,
      };
      assert.deepEqual(
        reconcile(sides).map(({ agreement }) => agreement),
        ["agree"],
        purl,
      );
    }
  });

  it("has differences first", () => {
    const sides = {
      ours: [ours(), ours({ vulnerability: "CVE-A", aliases: [] })],
      theirs: [theirs(), theirs({ vulnerability: "CVE-B" })],
      packages: [left],
      hasDatabase: true,
    };
    assert.deepEqual(
      reconcile(sides).map(({ vulnerability, agreement }) => `${vulnerability} ${agreement}`),
      ["CVE-B only-theirs", "CVE-A only-ours", "CVE-2026-1 agree"],
    );
  });
});
