/**
 * Step 7: policies judge the facts of one image. A fact that a policy needs and nobody could give is `no_data` with the
 * reason; it is never read as good.
 */
import type { FactName, ImageFacts, PolicyOutcome, PolicyResult } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { completeDeviations, supplyOfReason } from "./complete-answer.ts";
import { readOptions } from "./policy-types.ts";
import { supplies } from "./shared/supply.ts";
import type { PolicyDefinition, PolicyType } from "./types.ts";

export interface EvaluateOptions {
  /** Collect lines that say what was looked at. */
  readonly debug?: boolean;
  /** Answers of the policies that are judged apart, by policy id. One without an answer is `no_data`. */
  readonly outcomes?: ReadonlyMap<string, ApartAnswer>;
}

/** What a policy answered that was judged apart. */
export interface ApartAnswer {
  readonly outcome: PolicyOutcome;
  /** What it printed. */
  readonly lines: readonly string[];
  /** The document that it made, or null. */
  readonly bindings: Readonly<Record<string, unknown>> | null;
  /** Timers in nanoseconds and counters, as OPA names them. Absent: nothing was measured. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Most debug lines kept of one policy. */
const DEBUG_LINES_MAX = 10_000;

/**
 * One result for each enabled policy, in their order.
 * @throws PolicyError POLICY_UNKNOWN or POLICY_CONFIG_INVALID when a policy itself is wrong
 */
export function evaluatePolicies(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
  { debug = false, outcomes }: EvaluateOptions = {},
): readonly PolicyResult[] {
  return policies
    .filter((policy) => policy.enabled)
    .map((policy) => {
      const { type, options } = readOptions(policy, policy.id);
      const lines: string[] = [];
      const note = debug ? collectInto(lines) : () => {};
      if (type.judgedApart === true) {
        const answer = outcomes?.get(policy.id) ?? notJudged;
        for (const line of answer.lines) note(line);
        const { bindings, metrics } = answer;
        const outcome = completeDeviations(answer.outcome, facts);
        const supply =
          outcome.status === "no_data"
            ? (outcome.supply ?? supplyOfReason(policy, outcome.reason, facts))
            : null;
        return {
          ...toResult(policy, outcome, { debug: lines, supply }),
          ...(bindings === null ? {} : { bindings }),
          ...(metrics === undefined ? {} : { metrics }),
        };
      }
      const outcome = outcomeOf(type, options, facts, note);
      return toResult(policy, outcome, { debug: lines, supply: supplyOf(type, outcome, facts) });
    });
}

const notJudged: ApartAnswer = {
  outcome: { status: "no_data", reason: "policies that people wrote are judged apart, and nobody did" },
  lines: [],
  bindings: null,
};

function collectInto(lines: string[]): (line: string) => void {
  return (line) => {
    if (lines.length < DEBUG_LINES_MAX) lines.push(printable(line));
  };
}

function outcomeOf(
  type: PolicyType,
  options: unknown,
  facts: ImageFacts,
  debug: (line: string) => void,
): PolicyOutcome {
  for (const fact of type.needs) {
    if (!isMissing(facts, fact)) continue;
    return { status: "no_data", reason: facts.missing[fact] ?? `${factTitles[fact]} not known` };
  }
  try {
    const outcome = type.evaluate(facts, options, debug);
    // A fact with a gap can prove a deviation, never its absence.
    const gap = type.needs.map((fact) => facts.missing[fact]).find((reason) => reason !== undefined);
    return outcome.status === "met" && gap !== undefined ? { status: "no_data", reason: gap } : outcome;
  } catch (error) {
    // A mistake in one policy must neither lose the others nor read as met: the message says what broke.
    const message = error instanceof Error ? error.message : String(error);
    return { status: "no_data", reason: `the policy failed: ${printable(message)}` };
  }
}

const factTitles: Readonly<Record<FactName, string>> = {
  config: "the image configuration is",
  packages: "the packages are",
  findings: "the vulnerabilities are",
  attestations: "the attestations are",
  baseImage: "the base image is",
  kev: "the KEV catalogue is",
  systemFiles: "the state of the system's files is",
  image: "the image is",
  database: "the vulnerability database is",
  secrets: "the secrets in the image are",
  hygiene: "the results of hygiene checks are",
  signatures: "the signatures are",
  qualityGate: "the answer of a quality gate is",
  baseSupport: "the support of the base image's tag is",
  baseAttestations: "the attestations of the base image are",
};

function isMissing(facts: ImageFacts, fact: FactName): boolean {
  return fact === "kev" ? !facts.hasKev : facts[fact] === null;
}

/** What would give the missing answer: of the first fact that is missing, else of what the type looks at first. */
function supplyOf(type: PolicyType, outcome: PolicyOutcome, facts: ImageFacts): string | null {
  if (outcome.status !== "no_data") return null;
  if (outcome.supply !== undefined) return outcome.supply;
  const missing = type.needs.find((fact) => isMissing(facts, fact) || facts.missing[fact] !== undefined);
  const fact = missing ?? type.needs[0] ?? (type.examines === undefined ? undefined : "secrets");
  return fact === undefined ? null : supplies[fact];
}

function toResult(
  policy: PolicyDefinition,
  outcome: PolicyOutcome,
  { debug, supply }: { readonly debug: readonly string[]; readonly supply: string | null },
): PolicyResult {
  return {
    policy: policy.id,
    type: policy.type,
    title: policy.title,
    status: outcome.status,
    reason:
      outcome.status === "no_data"
        ? outcome.reason
        : outcome.status === "met"
          ? (outcome.note ?? null)
          : null,
    deviations: outcome.status === "not_met" ? outcome.deviations : [],
    weight: policy.weight,
    lost: outcome.status === "met" ? 0 : policy.weight,
    debug,
    ...(policy.effect === undefined ? {} : { effect: policy.effect }),
    ...(supply === null ? {} : { supply }),
  };
}
