/**
 * Tests of policies: facts in, expected results out.
 *
 * `{ "facts": { … }, "policies": [ … ], "tests": [ { "name": "an old openssl", "facts": { … }, "expect": {
 *    "no-old-openssl": { "status": "not_met", "deviations": 1, "messages": ["openssl 1.1"] }, "default-non-root-user": "met" } } ] }`
 *
 * The facts of a test are laid over those of the document, field by field. Policies are those of a policy configuration.
 */
import { z } from "zod";
import type { ImageFacts, PolicyResult } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { applyPolicyConfig, findPolicy, policyEntry, readPolicyEntries } from "./config.ts";
import { knownPolicies } from "./definitions.ts";
import { PolicyError } from "./error.ts";
import { evaluatePolicies, type EvaluateOptions } from "./evaluate.ts";
import { describeIssues } from "./policy-types.ts";
import { readRecordedFacts } from "./recorded-facts.ts";
import type { PolicyDefinition } from "./types.ts";

const status = z.enum(["met", "not_met", "no_data"]);
const expectation = z.union([
  status.transform((word) => ({ status: word })),
  z.strictObject({
    status,
    deviations: z.number().int().min(0).optional().describe("So many, and no other number"),
    messages: z
      .array(z.string().max(1000))
      .max(1000)
      .optional()
      .describe("Each is a part of the message of a deviation"),
    reason: z.string().max(1000).optional().describe("A part of the reason or note"),
  }),
]);
type Expectation = z.output<typeof expectation>;

const objectOfFacts = z.record(z.string(), z.unknown());
export const policyTests = z.strictObject({
  $schema: z.string().optional(),
  facts: objectOfFacts.default({}),
  policies: z.array(policyEntry).max(1000).default([]),
  tests: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        facts: objectOfFacts.default({}),
        expect: z.record(z.string().max(200), expectation),
      }),
    )
    .min(1)
    .max(10_000),
});

/** One test, with everything that it needs. */
export interface PolicyCase {
  readonly name: string;
  readonly facts: ImageFacts;
  /** The policies that are expected to answer, each enabled, in the order of the expectations. */
  readonly policies: readonly PolicyDefinition[];
  readonly expected: ReadonlyMap<string, Expectation>;
}

export interface PolicyCaseResult {
  readonly name: string;
  /** What is not as expected; empty: the test passed. */
  readonly failures: readonly string[];
  readonly results: readonly PolicyResult[];
}

/**
 * Reads tests. `definitions`: what their policies change or name; `facts`: recorded before, under those of the document.
 * @throws PolicyError POLICY_TEST_INVALID, POLICY_CONFIG_INVALID, POLICY_UNKNOWN
 */
export function readPolicyCases(
  json: unknown,
  definitions: readonly PolicyDefinition[] = knownPolicies,
  facts: Readonly<Record<string, unknown>> = {},
): readonly PolicyCase[] {
  const parsed = policyTests.safeParse(json);
  if (!parsed.success) throw new PolicyError("POLICY_TEST_INVALID", describeIssues(parsed.error.issues, ""));
  const { data } = parsed;
  const known = applyPolicyConfig(definitions, readPolicyEntries(data.policies, definitions));
  return data.tests.map((test, index) => {
    const expected = new Map<string, Expectation>();
    const policies = Object.entries(test.expect).map(([name, wanted]) => {
      const policy = findPolicy(known, name);
      expected.set(policy.id, wanted);
      return { ...policy, enabled: true };
    });
    if (policies.length === 0) {
      throw new PolicyError(
        "POLICY_TEST_INVALID",
        `tests[${index}].expect: expects nothing, so it could not fail`,
      );
    }
    const laid = { ...facts, ...data.facts, ...test.facts };
    return { name: test.name, facts: readRecordedFacts(laid, `tests[${index}].facts`), policies, expected };
  });
}

/** `outcomes`: of policies that are judged apart. @throws PolicyError as `evaluatePolicies` */
export function runPolicyCase(
  { name, facts, policies, expected }: PolicyCase,
  outcomes: NonNullable<EvaluateOptions["outcomes"]> = new Map(),
): PolicyCaseResult {
  const results = evaluatePolicies(facts, policies, { outcomes });
  const failures = results.flatMap((result) => differences(result, expected.get(result.policy)));
  return { name, failures, results };
}

function differences(result: PolicyResult, wanted: Expectation | undefined): readonly string[] {
  if (wanted === undefined) return [];
  const { policy, deviations, reason } = result;
  const told = reason === null ? "" : `: ${reason}`;
  if (result.status !== wanted.status) {
    const messages = deviations.slice(0, 3).map(({ message }) => message);
    return [
      `${policy} is ${result.status}, not ${wanted.status}${told || (messages.length > 0 ? `: ${messages.join("; ")}` : "")}`,
    ];
  }
  const failures: string[] = [];
  if ("deviations" in wanted && wanted.deviations !== undefined && wanted.deviations !== deviations.length) {
    failures.push(`${policy} has ${deviations.length} deviations, not ${wanted.deviations}`);
  }
  const messages = "messages" in wanted ? (wanted.messages ?? []) : [];
  for (const part of messages) {
    if (deviations.some(({ message }) => message.includes(part))) continue;
    failures.push(`${policy} has no deviation with ${JSON.stringify(printable(part))}`);
  }
  if ("reason" in wanted && wanted.reason !== undefined && !(reason ?? "").includes(wanted.reason)) {
    failures.push(
      `${policy} says ${JSON.stringify(reason)}, without ${JSON.stringify(printable(wanted.reason))}`,
    );
  }
  return failures;
}
