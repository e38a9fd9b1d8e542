/** Reports of secrets, hygiene and Dockerfiles in every format: whole, in the published shapes, and without any value. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hygieneReport, lintReport, secretsReport } from "../api/examination-reports.ts";
import { emptyImageConfig } from "../domain/empty-image-config.ts";
import type { Examination, HygieneCheckFacts, HygieneResult } from "../domain/hygiene.ts";
import { renderReport } from "./render.ts";
import type { RenderOptions, Report } from "./types.ts";

const check: HygieneCheckFacts = {
  id: "CIS-DI-0001",
  title: "Runs as a user other than root",
  severity: "high",
  references: ["https://example.com/"],
  fix: "Add a user.",
};

const result = (changes: Partial<HygieneResult>): HygieneResult => ({
  check,
  status: "passed",
  reason: null,
  findings: [],
  findingCount: 0,
  ...changes,
});

const examination: Examination = {
  image: {
    source: "oci-dir",
    reference: "oci-dir://x",
    repository: null,
    tag: null,
    indexDigest: null,
    digest: `sha256:${"a".repeat(64)}`,
    config: {
      platform: { os: "linux", architecture: "amd64", variant: null },
      ...emptyImageConfig,
    },
    layers: [
      { index: 0, diffId: "sha256:d", digest: null, mediaType: "x", sizeBytes: 1, command: "COPY . ." },
    ],
    annotations: {},
    attestations: null,
    sizeBytes: 1,
  },
  secrets: {
    findings: [
      {
        rule: "private-key",
        title: "Private key",
        severity: "high",
        place: { kind: "file", path: "a\u001b[2J b", line: 3, layer: "sha256:d", layerIndex: 0 },
        shown: "…",
        removedIn: { layer: "sha256:e", layerIndex: 1 },
      },
      {
        rule: "named-secret",
        title: "Value of a variable",
        severity: "high",
        place: { kind: "environment", name: "TOKEN" },
        shown: "…",
        removedIn: null,
      },
    ],
    notListed: 2,
    notSearched: ["big.log: too large"],
  },
  hygiene: [
    result({
      status: "failed",
      findingCount: 2,
      findings: [{ message: "No USER", path: null, layerIndex: null, line: null }],
    }),
    result({ check: { ...check, id: "PLM-0108" }, status: "not_checked", reason: "nobody asked" }),
    result({ check: { ...check, id: "PLM-0001" } }),
  ],
  problems: [{ code: "BLOB_MISSING", message: "a blob is missing", path: null, layer: "sha256:d" }],
  completeness: "incomplete",
  verification: "unverified",
  sandbox: "partial",
};

const standard = {
  id: "cis",
  title: "CIS",
  url: "https://example.com/",
  controls: [
    { id: "4.1", title: "A user", status: "failed", reason: null, checks: ["CIS-DI-0001"] },
    { id: "4.2", title: "Bases", status: "not_checked", reason: "a policy", checks: [] },
  ],
} as const;

const lint = {
  file: "docker/my file",
  findings: [{ check, message: "No USER", path: null, layerIndex: null, line: 7 }],
  checks: [check],
};

const reports: readonly Report[] = [
  { view: "secrets", examination },
  { view: "hygiene", examination, standard: null },
  { view: "hygiene", examination, standard },
  { view: "lint", lint },
];

const options: RenderOptions = {
  color: false,
  width: 100,
  details: false,
  locations: false,
  epss: false,
  onlyPackages: false,
  onlyVulnPackages: false,
  toolVersion: "1.0.0",
};

for (const report of reports) {
  for (const format of ["table", "markdown", "json", "sarif"]) {
    test(`reports: ${report.view} as ${format} is the same each time, and safe to print`, () => {
      const text = renderReport(format, report, options);
      assert.equal(renderReport(format, report, options), text);
      assert.ok(text.endsWith("\n") && !text.includes("\u001b"));
    });
  }
}

test("reports: JSON has the published shape", () => {
  const shapes = [secretsReport, hygieneReport, hygieneReport, lintReport];
  for (const [index, report] of reports.entries()) {
    shapes[index]?.parse(JSON.parse(renderReport("json", report, options)));
  }
});

test("reports: people are told what is missing, what nobody checked, and what was deleted", () => {
  const text = reports.map((report) => renderReport("table", report, options)).join("\n");
  for (const part of [
    "INCOMPLETE",
    "UNVERIFIED",
    "SANDBOX PARTIAL",
    "big.log: too large",
    "2 more secrets",
    "Not checked",
    "nobody asked",
    "not checked",
    "layer 1, but",
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(text.includes("docker/my file:7"));
});

test("reports: nothing found is not called clean where something was not searched", () => {
  const none = { ...examination, secrets: { ...examination.secrets, findings: [], notListed: 0 } };
  assert.match(
    renderReport("table", { view: "secrets", examination: none }, options),
    /why this is not the whole answer/,
  );
});

test("reports: SARIF has a rule and a place for every result", () => {
  for (const report of reports) {
    const log = JSON.parse(renderReport("sarif", report, options)) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        invocations: { executionSuccessful: boolean }[];
        results: {
          ruleId: string;
          ruleIndex: number;
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
        }[];
      }[];
    };
    const run = log.runs[0];
    assert.ok(run !== undefined && run.results.length > 0);
    for (const { ruleId, ruleIndex, locations } of run.results) {
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.doesNotMatch(locations[0]?.physicalLocation.artifactLocation.uri ?? " ", /\s/);
    }
    assert.equal(run.invocations[0]?.executionSuccessful, report.view === "lint");
  }
});
