import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingFacts } from "../../domain/policy.ts";
import { findingWith } from "../fixtures/facts.ts";
import { run, words } from "../fixtures/run.ts";
import { maliciousPackages } from "./index.ts";

const mal: Partial<FindingFacts> = { kind: "malicious", vulnerability: "MAL-2024-1", aliases: ["GHSA-x"] };
type Row = [name: string, finding: Partial<FindingFacts>, config: object, status: string];
const rows: Row[] = [
  ["an ordinary vulnerability", {}, {}, "met"],
  ["malicious", mal, {}, "not_met"],
  [
    "malicious, of no severity and without a fix",
    { ...mal, severity: "unspecified", fixedVersion: null },
    {},
    "not_met",
  ],
  ["suppressed", { ...mal, status: "not_affected", suppressed: true }, {}, "met"],
  ["ignored by an alias", mal, { ignored: ["ghsa-x"] }, "met"],
  ["undetermined", { ...mal, state: "undetermined", status: "undetermined" }, {}, "no_data"],
];
for (const [name, finding, config, status] of rows) {
  test(`malicious-packages: ${name}`, () => {
    assert.equal(run(maliciousPackages, { findings: [findingWith(finding)] }, config).status, status);
  });
}

test("malicious-packages: an update is no advice", () => {
  const outcome = run(maliciousPackages, { findings: [findingWith(mal)] });
  assert.equal(words(outcome), "express 4.17.1 is malicious (MAL-2024-1)");
  assert.match(
    outcome.status === "not_met" ? (outcome.deviations[0]?.remediation ?? "") : "",
    /^Remove express at once/,
  );
});
