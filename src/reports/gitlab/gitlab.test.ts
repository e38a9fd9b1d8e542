/** GitLab's report: what its schema demands, and what must not be in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hostileAnalysis,
  plainOptions,
  sampleAnalysis,
  sampleFindings,
} from "../../../test/golden/sample-analysis.ts";
import type { Analysis } from "../../domain/analysis.ts";
import type { SeverityRating } from "../../domain/advisory.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { renderReport } from "../render.ts";

interface GitLabReport {
  readonly version: string;
  readonly scan: {
    readonly start_time: string;
    readonly end_time: string;
    readonly status: string;
    readonly type: string;
    readonly messages: readonly { readonly level: string; readonly value: string }[];
  };
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly name: string;
    readonly severity: string;
    readonly solution: string;
    readonly description: string;
    readonly identifiers: readonly { readonly type: string; readonly name: string; readonly url?: string }[];
    readonly cvss_vectors?: readonly { readonly vendor: string; readonly vector: string }[];
    readonly links: readonly { readonly url: string }[];
    readonly details: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
    readonly location: {
      readonly dependency: { readonly package: { readonly name: string }; readonly version: string };
      readonly operating_system: string;
      readonly image: string;
    };
  }[];
}

function reportOf(analysis: Analysis, findings = analysis.findings ?? [], now?: Date): GitLabReport {
  const options = { ...plainOptions, ...(now === undefined ? {} : { now }) };
  const text = renderReport("gitlab", { view: "cves", analysis, findings, filters: [] }, options);
  return JSON.parse(text) as GitLabReport;
}

function only(changes: Partial<FindingFacts>): GitLabReport["vulnerabilities"][number] {
  const finding = { ...(sampleFindings[0] as FindingFacts), ...changes };
  const [vulnerability] = reportOf(sampleAnalysis, [finding]).vulnerabilities;
  assert.ok(vulnerability);
  return vulnerability;
}

for (const [name, analysis] of [
  ["sample", sampleAnalysis],
  ["hostile", hostileAnalysis()],
] as const) {
  test(`the ${name} report holds to the schema`, () => {
    const { version, scan, vulnerabilities } = reportOf(analysis);
    assert.match(version, /^15\.\d+\.\d+$/);
    assert.equal(scan.type, "container_scanning");
    for (const time of [scan.start_time, scan.end_time])
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    for (const { level, value } of scan.messages) {
      assert.ok(["info", "warn", "fatal"].includes(level));
      assert.notEqual(value, "");
    }
    assert.equal(new Set(vulnerabilities.map(({ id }) => id)).size, vulnerabilities.length);
    for (const each of vulnerabilities) {
      assert.match(each.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.ok(each.name.length <= 255);
      assert.ok(each.solution.length <= 7000);
      assert.ok(["Unknown", "Low", "Medium", "High", "Critical"].includes(each.severity));
      assert.ok(each.identifiers.length >= 1);
      for (const id of each.identifiers) {
        assert.ok(id.type !== "" && id.name !== "");
        assert.match(id.url ?? "https://x", /^https?:\/\/./);
      }
      for (const { url } of each.links) assert.match(url, /^https?:\/\/./);
      assert.ok((each.cvss_vectors ?? [{}]).length >= 1);
      for (const { type } of Object.values(each.details)) assert.equal(type, "text");
      assert.ok(each.location.operating_system !== "" && each.location.image !== "");
      assert.doesNotMatch(each.description, /[<>[\]`@]/);
    }
  });
}

test("what is suppressed is not listed, and counted in a message", () => {
  const { vulnerabilities, scan } = reportOf(sampleAnalysis);
  assert.equal(vulnerabilities.length, sampleFindings.filter(({ suppressed }) => !suppressed).length);
  assert.ok(
    scan.messages.some(({ value }) => value === "Suppressed or removed, and not listed: 3 findings."),
  );
});

test("filters are told, with what they leave out", () => {
  const text = renderReport(
    "gitlab",
    { view: "cves", analysis: sampleAnalysis, findings: [], filters: ["fixed only"] },
    plainOptions,
  );
  const messages = (JSON.parse(text) as GitLabReport).scan.messages.map(({ value }) => value);
  assert.ok(messages.includes("Filters: fixed only. Not listed: 11 findings."));
});

test("a finding that could not be decided says so", () => {
  const { details } = only({ status: "undetermined", reason: "1.x cannot be compared" });
  assert.equal(details["undetermined"]?.value, "1.x cannot be compared");
});

test("a scan without a database is a failure", () => {
  assert.equal(reportOf({ ...sampleAnalysis, findings: null, database: null }).scan.status, "failure");
  assert.equal(reportOf(sampleAnalysis).scan.status, "success");
});

test("the times are those of the report, else of the database", () => {
  const now = new Date("2030-02-01T10:20:30.456Z");
  assert.equal(reportOf(sampleAnalysis, [], now).scan.end_time, "2030-02-01T10:20:30");
  assert.equal(
    reportOf(sampleAnalysis).scan.end_time,
    new Date(sampleAnalysis.database?.updatedAt ?? "").toISOString().slice(0, 19),
  );
});

const vectors: readonly (readonly [type: SeverityRating["type"], vector: string, isListed: boolean])[] = [
  ["CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", true],
  ["CVSS_V3", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P", true],
  ["CVSS_V2", "AV:N/AC:L/Au:N/C:P/I:P/A:P", true],
  ["CVSS_V2", "(AV:N/AC:L/Au:N/C:P/I:P/A:P)", false],
  ["CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", false],
  ["CVSS_V3", "CVSS:3.1/AV:N", false],
  ["CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/X:Y", false],
];

for (const [type, vector, isListed] of vectors) {
  test(`${vector} is ${isListed ? "" : "not "}listed`, () => {
    const rating: SeverityRating = { source: "NVD", type, vector, score: 9.8, severity: "critical" };
    const { cvss_vectors } = only({ ratings: [rating] });
    assert.deepEqual(cvss_vectors, isListed ? [{ vendor: "NVD", vector }] : undefined);
  });
}

test("two versions of a package in one place are two vulnerabilities", () => {
  const [finding] = sampleFindings;
  const other = {
    ...(finding as FindingFacts),
    package: { ...(finding as FindingFacts).package, version: "9" },
  };
  const { vulnerabilities } = reportOf(sampleAnalysis, [finding as FindingFacts, other]);
  assert.equal(new Set(vulnerabilities.map(({ id }) => id)).size, 2);
});
