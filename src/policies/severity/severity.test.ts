import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingFacts } from "../../domain/policy.ts";
import { factsWith, findingWith, packageWith } from "../fixtures/facts.ts";
import { severity } from "./index.ts";

type Row = [name: string, finding: Partial<FindingFacts>, config: object, status: string];

const rows: Row[] = [
  ["fixable high", {}, {}, "not_met"],
  ["fixable critical", { severity: "critical" }, {}, "not_met"],
  ["medium is not listed", { severity: "medium" }, {}, "met"],
  ["medium listed in capitals", { severity: "medium" }, { severities: ["MEDIUM"] }, "not_met"],
  ["unspecified can be listed", { severity: "unspecified" }, { severities: ["Unspecified"] }, "not_met"],
  ["unspecified is not high", { severity: "unspecified" }, {}, "met"],
  ["no fix known", { fixedVersion: null }, {}, "met"],
  ["no fix known, all asked for", { fixedVersion: null }, { fixable_only: false }, "not_met"],
  ["type listed", {}, { package_types: ["deb", "NPM"] }, "not_met"],
  ["type not listed", {}, { package_types: ["deb"] }, "met"],
  ["under investigation counts", { status: "under_investigation" }, {}, "not_met"],
  ["not affected, suppressed", { status: "not_affected", suppressed: true }, {}, "met"],
  ["affected, but suppressed all the same", { suppressed: true }, {}, "met"],
  ["fixed, suppressed", { status: "fixed", suppressed: true }, {}, "met"],
  ["undetermined never violates", { status: "undetermined", state: "undetermined" }, {}, "met"],
  ["9 of 10 days of grace", { publishedAt: "2026-11-12T12:00:00Z" }, { grace_period_days: 10 }, "met"],
  ["exactly 10 days are over", { publishedAt: "2026-11-11T12:00:00Z" }, { grace_period_days: 10 }, "not_met"],
  ["one second before 10 days", { publishedAt: "2026-11-11T12:00:01Z" }, { grace_period_days: 10 }, "met"],
  ["no date is not in grace", { publishedAt: null }, { grace_period_days: 10 }, "not_met"],
  ["an unreadable date is not in grace", { publishedAt: "soon" }, { grace_period_days: 10 }, "not_met"],
  ["a future date without grace", { publishedAt: "2027-01-01T00:00:00Z" }, {}, "not_met"],
];

for (const [name, finding, config, status] of rows) {
  test(`severity: ${name}`, () => {
    const options = severity.options.parse(config);
    const outcome = severity.evaluate(factsWith({ findings: [findingWith(finding)] }), options, () => {});
    assert.equal(outcome.status, status);
  });
}

test("severity: a deviation names package, vulnerability, layer and the fix", () => {
  const outcome = severity.evaluate(
    factsWith({ findings: [findingWith()] }),
    severity.options.parse({}),
    () => {},
  );
  assert.equal(outcome.status, "not_met");
  assert.deepEqual(outcome.deviations, [
    {
      message: "CVE-2024-29041 in express",
      purl: "pkg:npm/express@4.17.1",
      vulnerability: "CVE-2024-29041",
      layer: "sha256:layer",
      columns: {
        Package: "express",
        Version: "4.17.1",
        Vulnerability: "CVE-2024-29041",
        Severity: "high",
        "Fixed version": "4.19.2",
      },
      remediation: "Update express to 4.19.2 or later.",
    },
  ]);
});

test("severity: deviations come in one order whatever the order of findings", () => {
  const findings = ["CVE-3", "CVE-1", "CVE-2"].map((vulnerability) => findingWith({ vulnerability }));
  const other = findingWith({ package: packageWith({ purl: "pkg:npm/a@1" }), vulnerability: "CVE-9" });
  for (const list of [
    [...findings, other],
    [other, ...findings.toReversed()],
  ]) {
    const outcome = severity.evaluate(factsWith({ findings: list }), severity.options.parse({}), () => {});
    assert.equal(outcome.status, "not_met");
    assert.deepEqual(
      outcome.deviations.map((deviation) => deviation.vulnerability),
      ["CVE-9", "CVE-1", "CVE-2", "CVE-3"],
    );
  }
});

test("severity: undetermined findings are visible in the note and in debug lines", () => {
  const lines: string[] = [];
  const facts = factsWith({ findings: [findingWith({ status: "undetermined", state: "undetermined" })] });
  const outcome = severity.evaluate(facts, severity.options.parse({}), (line) => lines.push(line));
  assert.ok(outcome.status === "met" && outcome.note?.startsWith("1 undetermined"));
  assert.match(lines.join("\n"), /CVE-2024-29041 .*undetermined/);
});

for (const config of [
  { severities: [] },
  { severities: ["awful"] },
  { grace_period_days: -1 },
  { severity: ["high"] },
]) {
  test(`severity: refuses ${JSON.stringify(config)}`, () => {
    assert.equal(severity.options.safeParse(config).success, false);
  });
}
