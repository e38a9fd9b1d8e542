import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../../domain/image.ts";
import { attested, run, words } from "../fixtures/run.ts";
import { CTRF_REPORT, failingTests, TEST_RESULT } from "./index.ts";

const ctrf = (summary: object, tests: object[] = [], changes: Partial<Attestation> = {}) =>
  attested(
    CTRF_REPORT,
    {
      results: {
        tool: { name: "bats" },
        summary: { passed: 3, failed: 0, skipped: 0, pending: 0, ...summary },
        tests,
      },
    },
    changes,
  );

type Row = [name: string, attestations: Attestation[], config: object, status: string];
const rows: Row[] = [
  ["all passed", [ctrf({})], {}, "met"],
  ["one failed", [ctrf({ failed: 1 })], {}, "not_met"],
  ["one failed that the sum leaves out", [ctrf({}, [{ name: "a", status: "failed" }])], {}, "not_met"],
  ["one skipped", [ctrf({ skipped: 1 })], {}, "met"],
  ["one skipped, which is not allowed", [ctrf({ skipped: 1 })], { allow_skipped: false }, "not_met"],
  ["one pending, which is not allowed", [ctrf({ pending: 1 })], { allow_skipped: false }, "not_met"],
  ["none ran", [ctrf({ passed: 0 })], {}, "not_met"],
  ["too few", [ctrf({})], { tests_min: 4 }, "not_met"],
  ["no report", [], {}, "not_met"],
  ["not signed", [ctrf({}, [], { trust: "unsigned" })], {}, "not_met"],
  ["not signed, which is enough", [ctrf({}, [], { trust: "unsigned" })], { require_signed: false }, "met"],
  ["no numbers", [attested(CTRF_REPORT, {})], {}, "no_data"],
  ["in-toto, passed", [attested(TEST_RESULT, { result: "PASSED" })], {}, "met"],
  ["in-toto, failed", [attested(TEST_RESULT, { result: "FAILED", failedTests: ["a"] })], {}, "not_met"],
  ["in-toto, another word", [attested(TEST_RESULT, { result: "FINE" })], {}, "no_data"],
];
for (const [name, attestations, config, status] of rows) {
  test(`failing-tests: ${name}`, () =>
    assert.equal(run(failingTests, { attestations }, config).status, status));
}

test("failing-tests: names tests and tool", () => {
  const attestations = [ctrf({ failed: 1 }, [{ name: "starts", status: "failed" }])];
  assert.equal(words(run(failingTests, { attestations })), "1 of bats failed: starts");
});
