/**
 * Whole reports: stored forms, published and official schemas.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { Ajv2020 } from "ajv/dist/2020.js";
import { reportSchemas } from "../../src/api/schemas.ts";
import type { Analysis } from "../../src/domain/analysis.ts";
import { renderReport } from "../../src/reports/render.ts";
import type { RenderOptions, Report } from "../../src/reports/types.ts";
import { skipWithout } from "../helpers/shared.ts";
import { comparisonViews } from "./comparison-views.ts";
import { assertGolden } from "./expected.ts";
import { errorsOf, officialValidator, once } from "./official-schemas.ts";
import { cleanAnalysis, hostileAnalysis, plainOptions, sampleAnalysis } from "./sample-analysis.ts";

/** Reports of one analysis; the others are made of what a server answers, or of files alone. */
type AnalysisReport = Extract<Report, { view: "cves" | "quickview" | "policy" | "explain" }>;

function views(analysis: Analysis): Record<AnalysisReport["view"], AnalysisReport> {
  const findings = analysis.findings ?? [];
  return {
    cves: { view: "cves", analysis, findings, filters: [] },
    quickview: { view: "quickview", analysis },
    policy: { view: "policy", analysis, platforms: [] },
    explain: { view: "explain", analysis, vulnerability: "CVE-2099-0006", findings: findings.slice(5) },
  };
}

const sample = views(sampleAnalysis);
const full: RenderOptions = { ...plainOptions, details: true, locations: true, epss: true };
const platforms: AnalysisReport = {
  view: "policy",
  analysis: sampleAnalysis,
  platforms: [
    { platform: "linux/amd64", analysis: sampleAnalysis, reason: null },
    { platform: "linux/arm64", analysis: null, reason: "the index has no image for this platform" },
  ],
};

const goldens: readonly (readonly [file: string, format: string, report: Report, options: RenderOptions])[] =
  [
    ["cves.txt", "table", sample.cves, plainOptions],
    ["cves-full.txt", "table", sample.cves, full],
    ["cves-packages.txt", "table", sample.cves, { ...plainOptions, onlyPackages: true }],
    ["quickview.txt", "table", sample.quickview, plainOptions],
    ["policy.txt", "table", sample.policy, plainOptions],
    ["policy-platforms.txt", "table", platforms, plainOptions],
    ["explain.txt", "table", sample.explain, plainOptions],
    ["cves.md", "markdown", sample.cves, full],
    ["quickview.md", "markdown", sample.quickview, plainOptions],
    ["policy.md", "markdown", sample.policy, plainOptions],
    ["cves.json", "json", sample.cves, { ...plainOptions, onlyPackages: true }],
    ["quickview.json", "json", sample.quickview, plainOptions],
    ["policy.json", "json", platforms, plainOptions],
    ["explain.json", "json", sample.explain, plainOptions],
    ["cves.sarif", "sarif", sample.cves, plainOptions],
    ["cves.csv", "csv", sample.cves, plainOptions],
    ["cves.junit.xml", "junit", sample.cves, plainOptions],
    ["policy.junit.xml", "junit", platforms, plainOptions],
    ["cves.codequality.json", "gitlab-codequality", sample.cves, plainOptions],
    ["cves.html", "html", sample.cves, { ...full, now: new Date("2026-11-21T08:30:00.123Z") }],
    [
      "cves.gitlab.json",
      "gitlab",
      sample.cves,
      { ...plainOptions, now: new Date("2026-11-21T08:30:00.123Z") },
    ],
  ];

for (const [file, format, report, options] of goldens) {
  test(`${file} is as stored`, () => assertGolden(file, renderReport(format, report, options)));
}

const analyses = [
  ["sample", sampleAnalysis],
  ["clean", cleanAnalysis],
  ["hostile", hostileAnalysis()],
  ["not judged", { ...sampleAnalysis, findings: null, database: null, verdict: null, baseImage: null }],
  ["demonstration", { ...cleanAnalysis, demonstration: true }],
] as const satisfies readonly (readonly [string, Analysis])[];

const sarif = once(() => officialValidator("sarif-2.1.0.schema.json"));
const compile = (view: string) =>
  once(() => new Ajv2020({ strict: false }).compile(z.toJSONSchema(reportSchemas[`${view}-1`] as z.ZodType)));
const jsonSchemas = {
  cves: compile("cves"),
  quickview: compile("quickview"),
  policy: compile("policy"),
  explain: compile("explain"),
};

for (const [name, analysis] of analyses) {
  for (const report of comparisonViews(analysis)) {
    test(`JSON of ${report.view} (${name}) has the published shape`, () => {
      const value = JSON.parse(renderReport("json", report, full)) as Record<string, unknown>;
      const schema = reportSchemas[`${report.view}-1`];
      assert.ok(schema);
      assert.equal(value["schema"], `urn:plimsoll:report:${report.view}:1`);
      schema.parse(value);
      assert.throws(() => schema.parse({ ...value, unknownField: 1 }));
    });
  }
  for (const report of [...Object.values(views(analysis)), { ...platforms, analysis }]) {
    test(`JSON of ${report.view} (${name}) has the published shape`, () => {
      const text = renderReport("json", report, { ...full, onlyPackages: true });
      const schema = reportSchemas[`${report.view}-1`];
      assert.ok(schema);
      const value = JSON.parse(text) as Record<string, unknown>;
      assert.equal(value["schema"], `urn:plimsoll:report:${report.view}:1`);
      schema.parse(value);
      assert.throws(() => schema.parse({ ...value, unknownField: 1 }));
      // The JSON Schema made from it, which users check with, says the same.
      const validate = jsonSchemas[report.view]();
      assert.ok(validate(value), JSON.stringify(validate.errors?.slice(0, 3)));
    });
  }

  test(`SARIF (${name}) is valid 2.1.0`, { skip: skipWithout("schemas/sarif-2.1.0.schema.json") }, () => {
    const validate = sarif();
    assert.equal(errorsOf(validate, renderReport("sarif", views(analysis).cves, plainOptions)), "");
    assert.notEqual(errorsOf(validate, '{"version":"2.1.0","runs":[{}]}'), "");
  });
}

test("the time that steps took and where packages came from change no byte", () => {
  for (const format of ["json", "table", "markdown", "sarif"]) {
    const slow: Analysis = {
      ...sampleAnalysis,
      fromCache: true,
      steps: [{ step: "match", ms: 99, count: 1 }],
    };
    assert.equal(
      renderReport(format, views(slow).cves, full),
      renderReport(format, views(structuredClone(sampleAnalysis)).cves, full),
    );
  }
});
