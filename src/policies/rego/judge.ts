/** Runs a compiled module over the facts of an image. Pure; who calls it bounds its time and its memory. */
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { Deviation, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { DEVIATIONS_MAX } from "../shared/limits.ts";
import { createBuiltins } from "./builtins.ts";
import type { ScoutFacts } from "./scout-facts.ts";

export interface RegoPolicy {
  /** The module, compiled with the entry point `docker/scout`. */
  readonly wasm: Uint8Array;
  /** `data.config` */
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys of `detail` in their order as columns. */
  readonly columns: readonly string[];
}

export interface RegoAnswer {
  readonly outcome: PolicyOutcome;
  /** The document `data.docker.scout`, for people who ask why; null: there is none. */
  readonly bindings: Readonly<Record<string, unknown>> | null;
  /** What the module printed. */
  readonly lines: readonly string[];
}

/** Pages of 64 KiB: a module gets at most 512 MiB. */
const MEMORY = { initial: 16, maximum: 8_192 };
const LINES_MAX = 10_000;

/**
 * `pass` decides. A module that passes although something that it asked for could not be found out is `no_data`: what is not known
 * is never met.
 */
export async function judgeByModule(policy: RegoPolicy, facts: ScoutFacts): Promise<RegoAnswer> {
  const unknown: string[] = [];
  const lines: string[] = [];
  const note = (reason: string): void => {
    if (!unknown.includes(reason)) unknown.push(reason);
  };
  const print = (...args: readonly unknown[]): undefined => {
    // Each argument is a list of the values that it may have.
    const words = (args[0] as readonly (readonly unknown[])[]).map((each) => toText(each[0]));
    if (lines.length < LINES_MAX) lines.push(words.join(" "));
    return undefined;
  };
  try {
    const builtins = { ...createBuiltins(facts, note), "internal.print": print };
    const loaded = await loadPolicy(policy.wasm, MEMORY, builtins as Record<string, () => unknown>);
    loaded.setData({ config: policy.config });
    const [answer] = loaded.evaluate(facts.input, "docker/scout") as readonly { readonly result?: unknown }[];
    const bindings = asObject(answer?.result);
    if (bindings === null) return { outcome: noData("the module gives no answer"), bindings, lines };
    return { outcome: outcomeOf(bindings, policy.columns, unknown), bindings, lines };
  } catch (error) {
    const message = asObject(error)?.["message"] ?? error;
    return { outcome: noData(`the module failed: ${printable(String(message))}`), bindings: null, lines };
  }
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
    .map((each) => deviationOf(asObject(each) ?? {}, columns));
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
    message: printable(toText(violation["message"] ?? "not met"), 1_000),
    purl: text(detail["purl"]),
    vulnerability: text(detail["vulnerability"]),
    layer: null,
    columns: Object.fromEntries(
      shown
        .filter((key) => key in detail)
        .map((key) => [printable(key), printable(toText(detail[key]), 1_000)]),
    ),
    remediation: text(violation["remediation"]),
  };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "<undefined>");
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}
