/** Runs the rules of a custom policy over the facts of an image. Pure; who calls it bounds its time and its memory. */
import type { Deviation, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { FactsDocument } from "../facts-schema.ts";
import { DEVIATIONS_MAX } from "../shared/limits.ts";
import { compileRules, type CompiledRule } from "./rules.ts";
import { toCelValue } from "./value.ts";

/** Steps of one rule over one image. Two loops over 500 findings and 10,000 packages are within it. */
const STEPS_MAX = 200_000_000;

export interface CelPolicy {
  readonly rules: readonly string[];
  /** Facts that may be missing: the rules say themselves what null means. */
  readonly optional: readonly string[];
}

/**
 * A fact that a rule reads and nobody could give is `no_data` with its reason, and so is a rule that fails: what could not be
 * judged is never met.
 * @throws Error when a rule is no expression
 */
export function judgeByRules({ rules, optional }: CelPolicy, facts: FactsDocument): PolicyOutcome {
  if (rules.length === 0) return { status: "no_data", reason: "the policy has no rules" };
  const compiled = compileRules(rules);
  const needed = [...new Set(compiled.flatMap(({ program }) => program.facts))].filter(
    (fact) => !optional.includes(fact),
  );
  const missing = needed.find((fact) => facts[fact as keyof FactsDocument] === null);
  if (missing !== undefined) return { status: "no_data", reason: reasonFor(facts, missing) };

  const variables = variablesOf(facts);
  const deviations: Deviation[] = [];
  for (const [index, rule] of compiled.entries()) {
    const outcome = applyRule(rule, index, { facts, variables });
    if ("failure" in outcome) return { status: "no_data", reason: `rules[${index}]: ${outcome.failure}` };
    for (const deviation of outcome.deviations) {
      if (deviations.length < DEVIATIONS_MAX) deviations.push(deviation);
    }
  }
  if (deviations.length > 0) return { status: "not_met", deviations };
  // A fact with a gap can prove a deviation, never its absence.
  const gap = needed.find((fact) => facts.missing[factOf(fact)] !== undefined);
  return gap === undefined ? { status: "met" } : { status: "no_data", reason: reasonFor(facts, gap) };
}

/** `image` is made of the configuration, and is missing where that is. */
function factOf(variable: string): string {
  return variable === "image" ? "config" : variable;
}

function reasonFor(facts: FactsDocument, variable: string): string {
  return facts.missing[factOf(variable)] ?? facts.missing[variable] ?? `${variable} is not known`;
}

type Variables = Readonly<Record<string, unknown>>;

function variablesOf(facts: FactsDocument): Variables {
  const values = toCelValue(facts) as Record<string, unknown>;
  return { ...values, now: new Date(facts.now) };
}

function applyRule(
  { program, text }: CompiledRule,
  index: number,
  { facts, variables }: { readonly facts: FactsDocument; readonly variables: Variables },
): { readonly deviations: readonly Deviation[] } | { readonly failure: string } {
  const steps = program.steps(sizesOf(facts), longestList(facts));
  if (steps > STEPS_MAX)
    return { failure: `may take ${steps} steps on this image; at most ${STEPS_MAX} are run` };
  try {
    const result = program.run(variables);
    if (result === true) return { deviations: [] };
    const broken = `rule ${index + 1} does not hold: ${text}`;
    if (result === false) return { deviations: [deviationOf(broken, broken)] };
    if (!Array.isArray(result)) return { failure: "gives neither a bool nor a list" };
    const items: readonly unknown[] = result;
    return { deviations: items.slice(0, DEVIATIONS_MAX).map((item) => deviationOf(item, broken)) };
  } catch (error) {
    return { failure: printable(firstLine(error)) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

/** A text is the message; a map may have one, and findings and packages tell of themselves. */
function deviationOf(item: unknown, broken: string): Deviation {
  const fields = typeof item === "object" && item !== null ? (item as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string | null => (typeof fields[name] === "string" ? fields[name] : null);
  const layers = fields["layers"];
  const id = text("severity") === null ? text("vulnerability") : text("id");
  const name = text("package") ?? text("name");
  const told = id !== null && name !== null ? `${id} in ${name}` : (name ?? id ?? broken);
  const message = typeof item === "string" ? item : (text("message") ?? told);
  return {
    message: printable(message, MESSAGE_LENGTH_MAX),
    purl: text("purl"),
    vulnerability: id,
    layer: text("layer") ?? (Array.isArray(layers) && typeof layers[0] === "string" ? layers[0] : null),
    columns: {},
    remediation: text("remediation"),
  };
}

const MESSAGE_LENGTH_MAX = 1_000;

function sizesOf(facts: FactsDocument): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(facts).flatMap(([name, value]) =>
      Array.isArray(value) ? [[name, value.length] as const] : [],
    ),
  );
}

/** Of the lists inside the facts: paths of a package, labels of an image. */
function longestList(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return Math.max(inside.length, ...new Set(inside.map(longestList)));
}
