/**
 * Judges by the policies that people wrote, each in a thread of its own that is ended when it takes too long or too much memory.
 * One that was ended says `no_data` with the reason, and the others are judged all the same.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ImageFacts, PolicyOutcome } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { runKillable, type WorkerLimits } from "../io/killable-worker.ts";
import type { CelPolicy } from "../policies/cel/judge.ts";
import type { FactsDocument } from "../policies/facts-schema.ts";
import type { PolicyDefinition } from "../policies/types.ts";

/** What the thread is given; it answers with a `PolicyOutcome`. */
export interface PolicyTask {
  readonly policy: CelPolicy;
  readonly facts: FactsDocument;
}

/** Steps are bounded before a rule begins, so these only end what should not have been possible. */
const LIMITS: WorkerLimits = { timeMs: 10_000, memoryMb: 256 };

/**
 * Answers by policy id; empty when none of the policies is judged apart.
 * @throws PolicyError POLICY_UNKNOWN or POLICY_CONFIG_INVALID when a policy itself is wrong
 */
export async function judgeApart(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
  limits: WorkerLimits = LIMITS,
): Promise<ReadonlyMap<string, PolicyOutcome>> {
  const { readOptions } = await import("../policies/policy-types.ts");
  const apart = policies
    .filter(({ enabled }) => enabled)
    .map((policy) => ({ id: policy.id, ...readOptions(policy, policy.id) }))
    .filter(({ type }) => type.judgedApart === true);
  if (apart.length === 0) return new Map();

  const { toFactsDocument } = await import("../policies/facts-document.ts");
  const document = toFactsDocument(facts);
  const outcomes = new Map<string, PolicyOutcome>();
  for (const { id, options } of apart) {
    const task: PolicyTask = { policy: options as CelPolicy, facts: document };
    const answer = await runKillable<PolicyOutcome>(workerUrl(), task, limits);
    outcomes.set(
      id,
      answer.kind === "value"
        ? answer.value
        : { status: "no_data", reason: printable(`the policy ${answer.reason}`) },
    );
  }
  return outcomes;
}

/** Beside this file: as TypeScript in a checkout, as an entry of its own in the built package. */
function workerUrl(): URL {
  for (const name of ["./policy-worker.ts", "./policy-worker.mjs", "../policy-worker.mjs"]) {
    const url = new URL(name, import.meta.url);
    if (existsSync(fileURLToPath(url))) return url;
  }
  throw new Error("policy-worker is missing beside the program");
}
