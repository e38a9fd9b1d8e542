/** Runs a compiled module over the facts of an image. Pure; who calls it bounds its time and its memory. */
import type { Deviation, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { DEVIATIONS_MAX } from "../shared/limits.ts";
import { createBuiltins, type Listener } from "./builtins.ts";
import { questionKey, type EvidenceAnswers, type Question } from "./evidence.ts";
import { regoText } from "./go-format.ts";
import { printMark } from "./module.ts";
import { loadModule, type HostFunction } from "./runtime.ts";
import type { ScoutFacts } from "./scout-facts.ts";

export interface RegoPolicy {
  /** Id of the policy, before what it prints. */
  readonly id: string;
  /** The module, compiled with the entry point `docker/scout`. */
  readonly wasm: Uint8Array;
  /** `data.config` */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys of `detail` in their order as columns. */
  readonly columns: readonly string[];
  /** The module as it was written, which tells what of `input` it reads. */
  readonly text: string;
}

export interface RegoAnswer {
  readonly outcome: PolicyOutcome;
  /** The document `data.docker.scout`, for people who ask why; null: there is none. */
  readonly bindings: Readonly<Record<string, unknown>> | null;
  /** What the module printed, as `policy#line: words`. */
  readonly lines: readonly string[];
  /** What it asked that was not among the answers. */
  readonly questions: readonly Question[];
  /** Calls of functions outside the module. */
  readonly calls: number;
}

const LINES_MAX = 10_000;
/** Most questions of one run. */
const QUESTIONS_MAX = 100;

/**
 * `pass` decides. A module that passes although something that it asked for could not be found out is `no_data`: what is not known
 * is never met.
 */
export async function judgeByModule(
  policy: RegoPolicy,
  facts: ScoutFacts,
  answers: EvidenceAnswers = {},
): Promise<RegoAnswer> {
  const unknown = new Set<string>();
  const questions = new Map<string, Question>();
  const lines: string[] = [];
  const listener: Listener = {
    unknown: (reason) => void unknown.add(reason),
    asked: (question) => void questions.set(questionKey(question), question),
  };
  const builtins = {
    ...createBuiltins(facts, answers, listener),
    "internal.print": printInto(lines, policy.id),
  };
  const asked = (): readonly Question[] => [...questions.values()].slice(0, QUESTIONS_MAX);
  let calls = 0;
  try {
    const module = await loadModule(policy.wasm, builtins, { config: policy.config });
    const bindings = asObject(module.evaluate("docker/scout", facts.input));
    calls = module.calls();
    for (const reason of gapsOf(policy.text, facts)) unknown.add(reason);
    const outcome = bindings === null ? noData("the module gives no answer") : null;
    for (const question of questions.values()) unknown.add(notLookedUp(question));
    return {
      outcome: outcome ?? outcomeOf(bindings ?? {}, policy.columns, [...unknown]),
      bindings,
      lines,
      questions: asked(),
      calls,
    };
  } catch (error) {
    const outcome = noData(
      `the module failed: ${printable(error instanceof Error ? error.message : String(error))}`,
    );
    return { outcome, bindings: null, lines, questions: asked(), calls };
  }
}

/** What the module reads of `input` that is not there: a rule that reads nothing finds nothing, which is no proof. */
function gapsOf(text: string, { missing }: ScoutFacts): readonly string[] {
  const read = text.replaceAll("data.config", "");
  const { config, packages } = missing;
  return [
    ...(config !== undefined && /\bconfig\b/.test(read.replace(/#[^\n]*/g, "")) ? [config] : []),
    ...(packages !== undefined && /\binput\b[^\n]*\bartifacts\b/.test(read) ? [packages] : []),
  ];
}

function notLookedUp({ name, args }: Question): string {
  const [first] = args;
  const of = typeof first === "string" ? ` of ${first}` : "";
  return `${name}${of} was not asked: nobody looks outside in this run`;
}

/** Prints as `policy#line: words`; the line is the first of what is printed, see `module.ts`. Each is a list of possible values. */
function printInto(lines: string[], id: string): HostFunction {
  return (args) => {
    const values = (args as readonly (readonly unknown[])[]).map((each) => each[0]);
    const [first, ...rest] = values;
    const line = typeof first === "string" ? printMark.exec(first)?.[1] : undefined;
    const words = (line === undefined ? values : rest).map((value) =>
      value === undefined ? "<undefined>" : regoText(value),
    );
    if (lines.length < LINES_MAX)
      lines.push(`${id}${line === undefined ? "" : `#${line}`}: ${words.join(" ")}`);
    return undefined;
  };
}

function noData(reason: string): PolicyOutcome {
  return { status: "no_data", reason: printable(reason, 1_000) };
}

function outcomeOf(
  bindings: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  unknown: readonly string[],
): PolicyOutcome {
  const { pass, violation } = bindings;
  if (typeof pass !== "boolean") return noData("the module has no rule pass that is true or false");
  if (pass) return unknown[0] === undefined ? { status: "met" } : noData(unknown[0]);
  const violations = Array.isArray(violation) ? (violation as readonly unknown[]) : [];
  const deviations = violations
    .slice(0, DEVIATIONS_MAX)
    .map((each) => deviationOf(asObject(each) ?? { message: each }, columns));
  return {
    status: "not_met",
    deviations: deviations.length > 0 ? deviations : [deviationOf({ message: "pass is false" }, columns)],
  };
}

function deviationOf(violation: Readonly<Record<string, unknown>>, columns: readonly string[]): Deviation {
  const detail = asObject(violation["detail"]) ?? {};
  const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  const shown = [...columns, ...Object.keys(detail).filter((key) => !columns.includes(key))];
  return {
    message: printable(regoText(violation["message"] ?? "not met"), 1_000),
    purl: text(detail["purl"]),
    vulnerability: text(detail["vulnerability"]),
    layer: null,
    columns: Object.fromEntries(
      shown
        .filter((key) => key in detail)
        .map((key) => [printable(key), printable(regoText(detail[key]), 1_000)]),
    ),
    remediation: text(violation["remediation"]),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}
