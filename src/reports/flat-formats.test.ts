/** Lists, test results and issues of code: what they say of each class of finding, and what may break them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { hostileAnalysis, plainOptions, sampleAnalysis } from "../../test/golden/sample-analysis.ts";
import { renderReport } from "./render.ts";
import type { Report } from "./types.ts";

const cves: Report = {
  view: "cves",
  analysis: sampleAnalysis,
  findings: sampleAnalysis.findings ?? [],
  filters: [],
};
const policy: Report = { view: "policy", analysis: sampleAnalysis, platforms: [] };
const hostile = hostileAnalysis();
const hostileCves: Report = { ...cves, analysis: hostile, findings: hostile.findings ?? [] } as Report;

/** Rows of fields, as RFC 4180 reads them. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

test("csv: every row has every column, and every class its status", () => {
  for (const report of [cves, policy, hostileCves]) {
    const [head = [], ...rows] = readCsv(renderReport("csv", report, plainOptions));
    assert.ok(rows.length > 5);
    for (const row of rows) assert.equal(row.length, head.length, row.join("|"));
  }
  const [head = [], ...rows] = readCsv(renderReport("csv", cves, plainOptions));
  const count = (column: string, value: string) =>
    rows.filter((row) => row[head.indexOf(column)] === value).length;
  assert.equal(count("kind", "vulnerability"), 11);
  assert.equal(count("status", "failed"), 7);
  assert.equal(count("status", "suppressed"), 3);
  assert.ok(count("kind", "state") > 0);
});

test("csv: no cell is a formula", () => {
  const [finding] = sampleAnalysis.findings ?? [];
  assert.ok(finding);
  const summaries = ['=HYPERLINK("http://a")', "+1", "-1", "@SUM(1)"];
  const findings = summaries.map((summary) => ({ ...finding, summary, suppressed: false }));
  const text = renderReport("csv", { ...cves, findings } as Report, plainOptions);
  assert.doesNotMatch(text, /(?:^|,|")[=+@]/m);
  assert.match(text, /"'=HYPERLINK\(""http:\/\/a""\)"/);
});

test("junit: failures, skipped with reasons, and passed only what was looked at", () => {
  for (const report of [cves, policy, hostileCves]) {
    assert.equal(XMLValidator.validate(renderReport("junit", report, plainOptions)), true);
  }
  const suite = (report: Report) => {
    const read: unknown = new XMLParser({ ignoreAttributes: false }).parse(
      renderReport("junit", report, plainOptions),
    );
    return (read as { testsuites: { testsuite: Record<string, unknown> } }).testsuites.testsuite;
  };
  const { testcase, ...totals } = suite(cves);
  assert.equal(totals["@_failures"], "7");
  const cases = testcase as { failure?: unknown; skipped?: unknown }[];
  assert.equal(String(cases.length), totals["@_tests"]);
  // Nothing is passed where vulnerabilities were looked for and found, or could not be told.
  assert.equal(
    cases.filter(({ failure, skipped }) => failure === undefined && skipped === undefined).length,
    0,
  );
  const policies = suite(policy)["testcase"] as { skipped?: { "@_message": string } }[];
  assert.ok(policies.some(({ skipped }) => skipped !== undefined && skipped["@_message"] !== ""));
});

test("junit: nothing found is one passed case", () => {
  const lint: Report = { view: "lint", lint: { file: "Dockerfile", findings: [], checks: [] } };
  const text = renderReport("junit", lint, plainOptions);
  assert.match(text, /tests="1" failures="0"/);
});

test("gitlab-codequality: what GitLab asks for, with fingerprints of their own", () => {
  for (const report of [cves, policy, hostileCves]) {
    const issues = JSON.parse(renderReport("gitlab-codequality", report, plainOptions)) as {
      description: string;
      check_name: string;
      fingerprint: string;
      severity: string;
      location: { path: string; lines: { begin: number } };
    }[];
    assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
    for (const { severity, location, description } of issues) {
      assert.match(severity, /^(?:info|minor|major|critical|blocker)$/);
      assert.doesNotMatch(location.path, /^\.?\//);
      assert.ok(location.path !== "" && location.lines.begin >= 1 && description !== "");
      // What to do is a sentence of its own.
      assert.doesNotMatch(description, /[^.!?:] (?:Update|Add|Build|Replace) /);
    }
  }
});

test("ids: each once, without the suppressed, with the undetermined", () => {
  const lines = renderReport("ids", cves, plainOptions).trimEnd().split("\n");
  assert.equal(new Set(lines).size, lines.length);
  assert.ok(lines.includes("CVE-2099-0001") && lines.includes("CVE-2099-0007"));
  assert.ok(!lines.includes("CVE-2099-0006"));
});

test("html: hostile text adds no markup, and nothing is loaded", () => {
  for (const view of ["cves", "quickview", "policy"] as const) {
    const report = { ...hostileCves, view, platforms: [] } as unknown as Report;
    const text = renderReport("html", report, { ...plainOptions, details: true, locations: true });
    const tags = new Set(text.replace(/<style>[^<]*<\/style>/, "").match(/<[^>\s]*/g));
    for (const tag of tags) {
      assert.match(
        tag,
        /^<(?:!doctype|\/?(?:html|head|meta|title|body|main|footer|h[1-6]|table|thead|tbody|tr|th|td|p|ul|li|div|strong|code|span|a|details|summary|section))$/,
      );
    }
    assert.doesNotMatch(text, /\s(?:src|on\w+)=|url\(|@import/);
    assert.doesNotMatch(text, /href="(?!https?:\/\/)/);
    assert.match(text, /default-src 'none'/);
  }
});

test("html: says what the page for terminals says", () => {
  const text = renderReport("html", cves, plainOptions);
  assert.match(text, /INCOMPLETE/);
  assert.match(text, /7 vulnerabilities found in 5 packages/);
});

test("template: over the JSON report, with its format's name", () => {
  const template = { text: "{{#findings}}{{vulnerability}} {{/findings}}", escape: "none" as const };
  assert.match(renderReport("template", cves, { ...plainOptions, template }), /CVE-2099-0001 /);
  assert.throws(() => renderReport("template", cves, plainOptions), { code: "USAGE" });
});
