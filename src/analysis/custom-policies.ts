/**
 * Judges by the policies that people wrote, in a thread that is ended when one of them takes too long or too much memory. That
 * one says `no_data` with the reason, and the others are judged all the same, in a new thread.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ImageFacts } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { openKillable, type KillableWorker, type WorkerLimits } from "../io/killable-worker.ts";
import type { CelPolicy } from "../policies/cel/judge.ts";
import type { ApartAnswer } from "../policies/evaluate.ts";
import type { FactsDocument } from "../policies/facts-schema.ts";
import type { RegoPolicy } from "../policies/rego/judge.ts";
import {
  questionKey,
  textsIn,
  type Evidence,
  type EvidenceAnswers,
  type EvidenceSource,
  type Question,
} from "../policies/rego/evidence.ts";
import type { ScoutFacts } from "../policies/rego/scout-facts.ts";
import type { PolicyDefinition } from "../policies/types.ts";

/** What the thread is given; it answers with a `WorkerAnswer`. */
export type PolicyTask =
  | { readonly language: "cel"; readonly policy: CelPolicy; readonly facts: FactsDocument }
  | {
      readonly language: "rego";
      readonly policy: RegoPolicy;
      readonly facts: ScoutFacts;
      readonly answers: EvidenceAnswers;
    };

export interface WorkerAnswer extends ApartAnswer {
  /** What a module asked in vain; absent: nothing. */
  readonly questions?: readonly Question[];
}

export interface JudgeOptions {
  /** Canonical name of the image, which modules may ask for; null: it has none. */
  readonly repository: string | null;
  /** Looks up what modules ask of registries, keys and signatures; absent: nobody does, and they have no data. */
  readonly evidence?: EvidenceSource;
  readonly limits?: WorkerLimits;
}

/** The cost of rules in CEL is bounded before they begin; a module's only ends here. */
const LIMITS: WorkerLimits = { timeMs: 10_000, memoryMb: 256 };

/**
 * Answers by policy id; empty when none of the policies is judged apart.
 * @throws PolicyError POLICY_UNKNOWN or POLICY_CONFIG_INVALID when a policy itself is wrong
 */
export async function judgeApart(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
  { repository, evidence, limits = LIMITS }: JudgeOptions,
): Promise<ReadonlyMap<string, ApartAnswer>> {
  const { readOptions } = await import("../policies/policy-types.ts");
  const apart = policies
    .filter(({ enabled }) => enabled)
    .map((policy) => ({ policy, ...readOptions(policy, policy.id) }))
    .filter(({ type }) => type.judgedApart === true);
  if (apart.length === 0) return new Map();

  const makeTask = await taskMaker(facts, repository);
  const answers = new Map<string, ApartAnswer>();
  const thread: PolicyThread = openKillable(workerUrl(), limits);
  try {
    for (const { policy, options } of apart) {
      const task = makeTask(policy, options);
      if (typeof task === "string") {
        answers.set(policy.id, noData(task));
        continue;
      }
      const texts = task.language === "rego" ? textsIn(policy.program?.text ?? "", task.policy.config) : [];
      const ask = evidence === undefined ? null : (question: Question) => evidence(question, texts);
      answers.set(policy.id, await judgeInRounds(task, ask, thread));
    }
  } finally {
    await thread.close();
  }
  return answers;
}

type PolicyThread = KillableWorker<PolicyTask, WorkerAnswer>;

/** What one answer leads to is asked in the next round: a referrer, then the key of its signature. */
const ROUNDS_MAX = 6;

async function judgeInRounds(
  task: PolicyTask,
  ask: ((question: Question) => Promise<Evidence>) | null,
  thread: PolicyThread,
): Promise<ApartAnswer> {
  const known: Record<string, Evidence> = {};
  for (let round = 1; ; round += 1) {
    const given = task.language === "rego" ? { ...task, answers: known } : task;
    const judged = await thread.run(given);
    if (judged.kind !== "value") return noData(`the policy ${judged.reason}`);
    const { questions = [], ...answer } = judged.value;
    if (ask === null || questions.length === 0 || round === ROUNDS_MAX) return answer;
    for (const question of questions) known[questionKey(question)] = await ask(question);
  }
}

function noData(reason: string): ApartAnswer {
  return { outcome: { status: "no_data", reason: printable(reason) }, lines: [], bindings: null };
}

/** Makes the task of a policy, or the reason why there is none. Facts are put into each shape once. */
async function taskMaker(
  facts: ImageFacts,
  repository: string | null,
): Promise<(policy: PolicyDefinition, options: unknown) => PolicyTask | string> {
  const { toFactsDocument } = await import("../policies/facts-document.ts");
  const { toScoutFacts } = await import("../policies/rego/scout-facts.ts");
  const document = once(() => toFactsDocument(facts));
  const scout = once(() => toScoutFacts(facts, repository));
  return ({ id, type, program }, options) => {
    if (type === "cel") return { language: "cel", policy: options as CelPolicy, facts: document() };
    if (program === undefined) return "the policy has no module";
    if (program.wasm === null) return program.reason ?? "the module was not compiled";
    const config = options as RegoPolicy["config"];
    return {
      language: "rego",
      policy: { id, wasm: program.wasm, config, columns: program.columns, text: program.text },
      facts: scout(),
      answers: {},
    };
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Beside this file: as TypeScript in a checkout, as an entry of its own in the built package. */
function workerUrl(): URL {
  for (const name of ["./policy-worker.ts", "./policy-worker.mjs", "../policy-worker.mjs"]) {
    const url = new URL(name, import.meta.url);
    if (existsSync(fileURLToPath(url))) return url;
  }
  throw new Error("policy-worker is missing beside the program");
}
