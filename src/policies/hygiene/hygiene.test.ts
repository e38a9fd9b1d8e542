import assert from "node:assert/strict";
import { test } from "node:test";
import type { Severity } from "../../domain/advisory.ts";
import type { HygieneResult } from "../../domain/hygiene.ts";
import { run, words } from "../fixtures/run.ts";
import { hygiene } from "./index.ts";

function result(id: string, status: HygieneResult["status"], severity: Severity = "high"): HygieneResult {
  const findings =
    status === "failed" ? [{ message: "is so", path: "etc/x", layerIndex: 0, line: null }] : [];
  return {
    check: { id, title: "A good thing", severity, references: [], fix: "Mend it." },
    status,
    reason: status === "not_checked" ? "no files" : null,
    findings,
    findingCount: findings.length,
  };
}

const A = "CIS-DI-0001";
const B = "PLM-0004";
type Row = [name: string, results: HygieneResult[], config: object, status: string];
const rows: Row[] = [
  ["passed", [result(A, "passed")], {}, "met"],
  ["failed", [result(A, "failed")], {}, "not_met"],
  ["a failed one of a low severity", [result(A, "passed"), result(B, "failed", "low")], {}, "met"],
  [
    "the same, asked by its id",
    [result(A, "passed"), result(B, "failed", "low")],
    { checks: [B] },
    "not_met",
  ],
  ["only the one that is asked for", [result(A, "failed"), result(B, "passed")], { checks: [B] }, "met"],
  ["ignored", [result(A, "failed"), result(B, "passed")], { ignored_checks: [A] }, "met"],
  ["not checked", [result(A, "passed"), result(B, "not_checked")], {}, "no_data"],
  ["failed beside one that was not checked", [result(A, "failed"), result(B, "not_checked")], {}, "not_met"],
  ["a check that does not exist", [result(A, "passed")], { checks: [A, "PLM-9999"] }, "no_data"],
  ["nothing is left", [result(A, "passed")], { ignored_checks: [A] }, "no_data"],
];
for (const [name, results, config, status] of rows) {
  test(`hygiene policy: ${name}`, () =>
    assert.equal(run(hygiene, { hygiene: results }, config).status, status));
}

test("hygiene policy: a deviation names check, place and fix; what is not listed is counted", () => {
  const outcome = run(hygiene, { hygiene: [{ ...result(A, "failed"), findingCount: 7 }] });
  assert.equal(words(outcome), "CIS-DI-0001: 6 more; CIS-DI-0001: is so");
  assert.ok(outcome.status === "not_met");
  assert.deepEqual(outcome.deviations[1]?.columns, { Check: A, Severity: "high", Place: "etc/x" });
  assert.equal(outcome.deviations[1].remediation, "Mend it.");
});

test("hygiene policy: refuses what is no id of a check", () => {
  assert.equal(hygiene.options.safeParse({ checks: ["nope"] }).success, false);
});
