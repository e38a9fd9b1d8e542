/**
 * Policy type `failing-tests`: the tests of this image ran and none failed, as a signed report tells: CTRF (https://ctrf.io) or the
 * test result of in-toto.
 */
import { z } from "zod";
import { recordOf } from "../../domain/json-record.ts";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { attestedReports, countedReports, requireSigned } from "../shared/attested.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

export const CTRF_REPORT = predicateTypes.tests;
export const TEST_RESULT = predicateTypes.testResult;

const options = z.strictObject({
  require_signed: requireSigned,
  allow_skipped: z.boolean().default(true).meta({
    title: "Skipped tests are allowed",
    description: "Else a test that was skipped or is pending counts as one that failed.",
  }),
  tests_min: z.number().int().min(1).max(1_000_000).default(1).meta({
    title: "Fewest tests",
    description: "So many tests must have passed.",
  }),
});
type Options = z.output<typeof options>;

export const failingTests: PolicyType<Options> = Object.freeze({
  id: "failing-tests",
  title: "No failing tests",
  description: "The tests of the image ran and none failed.",
  specs: [
    "https://ctrf.io/docs/specification/overview",
    "https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md",
  ],
  version: 1,
  needs: ["attestations"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const found = attestedReports(facts, {
    types: [CTRF_REPORT, TEST_RESULT],
    title: "test report",
    signed: config.require_signed,
  });
  if ("status" in found) return found;
  const answers = countedReports(found.reports).map(({ predicateType, predicate }) =>
    predicateType === TEST_RESULT ? readInToto(predicate) : readCtrf(predicate),
  );
  for (const answer of answers) {
    debug(
      answer === null
        ? "unreadable"
        : `${answer.passed} passed, ${answer.failed} failed, ${answer.skipped} skipped`,
    );
  }
  const bad = answers.filter(
    (answer) => answer !== null && (answer.failed > 0 || (!config.allow_skipped && answer.skipped > 0)),
  );
  if (bad.length > 0) return notMet(bad.map((answer) => failure(answer as TestSummary)));
  if (found.missing !== null) return notMet([found.missing]);
  if (answers.includes(null)) {
    return { status: "no_data", reason: "the test report does not tell how many tests failed" };
  }
  const passed = answers.reduce((sum, answer) => sum + (answer?.passed ?? 0), 0);
  if (passed >= config.tests_min) return { status: "met", note: `${passed} tests passed` };
  return notMet([
    deviation({
      message: `${passed} tests passed, fewer than ${config.tests_min}`,
      columns: { Passed: String(passed), Failed: "0" },
      remediation: "Run the tests of the image and attach their report.",
    }),
  ]);
}

interface TestSummary {
  readonly tool: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of tests that failed, the first few. */
  readonly names: readonly string[];
}

const NAMES_MAX = 5;

/** `{ results: { tool, summary: { passed, failed, skipped, pending }, tests } }` */
function readCtrf(predicate: unknown): TestSummary | null {
  const results = recordOf(recordOf(predicate)?.["results"]);
  const summary = recordOf(results?.["summary"]);
  const failed = countOf(summary?.["failed"]);
  const passed = countOf(summary?.["passed"]);
  if (failed === null || passed === null) return null;
  const tests = Array.isArray(results?.["tests"]) ? results["tests"].map(recordOf) : [];
  const failing = tests.filter((test) => test?.["status"] === "failed");
  return {
    tool: textOf(recordOf(results?.["tool"])?.["name"]) || "the tests",
    passed,
    failed: Math.max(failed, failing.length),
    skipped: (countOf(summary?.["skipped"]) ?? 0) + (countOf(summary?.["pending"]) ?? 0),
    names: failing.slice(0, NAMES_MAX).map((test) => textOf(test?.["name"])),
  };
}

/** `{ result: "PASSED" | "WARNED" | "FAILED", passedTests, failedTests, warnedTests }` */
function readInToto(predicate: unknown): TestSummary | null {
  const record = recordOf(predicate);
  const result = record?.["result"];
  if (result !== "PASSED" && result !== "WARNED" && result !== "FAILED") return null;
  const failed = listOf(record?.["failedTests"]);
  return {
    tool: "the tests",
    // Names of tests are optional, and a result without them is one test.
    passed: Math.max(listOf(record?.["passedTests"]).length, result === "FAILED" ? 0 : 1),
    failed: Math.max(failed.length, result === "FAILED" ? 1 : 0),
    skipped: 0,
    names: failed.slice(0, NAMES_MAX).map(textOf),
  };
}

function failure({ tool, passed, failed, skipped, names }: TestSummary) {
  const which = names.length === 0 ? "" : `: ${names.join(", ")}`;
  return deviation({
    message: failed > 0 ? `${failed} of ${tool} failed${which}` : `${skipped} of ${tool} were skipped`,
    columns: { Tests: tool, Passed: String(passed), Failed: String(failed), Skipped: String(skipped) },
    remediation: "Mend what the tests show, build the image again and attach the new report.",
  });
}

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
