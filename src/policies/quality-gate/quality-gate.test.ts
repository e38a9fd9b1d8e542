import assert from "node:assert/strict";
import { test } from "node:test";
import type { QualityGate } from "../../domain/policy.ts";
import { run, words } from "../fixtures/run.ts";
import { qualityGate } from "./index.ts";

const passed: QualityGate = {
  provider: "SonarQube",
  project: "acme:app",
  revision: "c0ffee",
  status: "passed",
  conditions: [],
  analysedAt: "2026-11-20T00:00:00Z",
  url: "https://sonar.example.com/dashboard?id=acme%3Aapp",
};
const conditions = [{ metric: "new_coverage", actual: "62.5", bound: "LT 80" }];

type Row = [name: string, gate: QualityGate | null, config: object, status: string];
const rows: Row[] = [
  ["passed", passed, {}, "met"],
  ["failed", { ...passed, status: "failed", conditions }, {}, "not_met"],
  ["failed without conditions", { ...passed, status: "failed" }, {}, "not_met"],
  ["nobody was asked", null, {}, "no_data"],
  ["young enough", passed, { max_age_days: 1 }, "met"],
  ["too old", { ...passed, analysedAt: "2026-11-01T00:00:00Z" }, { max_age_days: 1 }, "not_met"],
  ["no date", { ...passed, analysedAt: null }, { max_age_days: 1 }, "no_data"],
];
for (const [name, gate, config, status] of rows) {
  test(`quality-gate: ${name}`, () =>
    assert.equal(run(qualityGate, { qualityGate: gate }, config).status, status));
}

test("quality-gate: a deviation names the condition and the page", () => {
  const outcome = run(qualityGate, { qualityGate: { ...passed, status: "failed", conditions } });
  assert.equal(words(outcome), "new_coverage is 62.5 (fails when LT 80)");
  assert.match(
    outcome.status === "not_met" ? (outcome.deviations[0]?.remediation ?? "") : "",
    /sonar\.example/,
  );
});
