/**
 * The gate: whether a pipeline may go on. Pure; the command line turns `pass: false` into exit code 2.
 *
 * A gate is active with `exitCode` or with any cause in `failOn`. An active gate always stops for policies that are not
 * met, for vulnerabilities that remain after the filters, and for content whose digest was not verified; `failOn` adds
 * the other causes, and `--strict` is all four of them. Findings are passed by the commands that gate on them.
 *
 * | state | no option | exitCode | failOn X |
 * |---|---|---|---|
 * | a policy is not met | pass | policy | policy |
 * | vulnerabilities remain | pass | vulnerabilities | vulnerabilities |
 * | content not verified | pass | unverified | unverified |
 * | a policy has no data | pass | pass | no-data, if X is it |
 * | incomplete inventory, no database, packages without a feed | pass | pass | incomplete, if X is it |
 * | database too old | pass | pass | stale, if X is it |
 * | undetermined findings | pass | pass | undetermined, if X is it |
 *
 * Only policies whose effect is `block` stop a gate; without an effect they block. Those that `warn` are named in `warnings`,
 * whether or not a gate is active; those that are only reported are in the report and nowhere else.
 */
import type { Sbom } from "../domain/package.ts";
import { gateStates } from "../domain/policy-set.ts";
import type { PolicyResult, Verdict } from "../domain/policy.ts";
import { printable } from "../domain/problem.ts";
import { judge } from "./verdict.ts";

export type GateCause =
  "policy" | "vulnerabilities" | "unverified" | "no-data" | "incomplete" | "stale" | "undetermined";

/** What `--fail-on` may name; `--strict` is all of it. */
export const strictCauses = gateStates satisfies readonly GateCause[];

export interface GateInput {
  /** Null: the command evaluates no policies. (Causes in `failOn` other than those of `strictCauses` change nothing.) */
  readonly verdict: Verdict | null;
  /** Findings left after the command's filters; null: the command does not gate on findings. */
  readonly findingsLeft: number | null;
  readonly completeness: Sbom["completeness"];
  readonly verification: Sbom["verification"];
  /** Null: no vulnerability database was asked. */
  readonly database: { readonly stale: boolean; readonly missingSpaces: readonly string[] } | null;
  readonly undeterminedCount: number;
  readonly options: { readonly exitCode: boolean; readonly failOn: readonly GateCause[] };
}

export interface GateDecision {
  readonly pass: boolean;
  /** Why it stops, in a fixed order; empty when it passes. */
  readonly causes: readonly { readonly cause: GateCause; readonly message: string }[];
  /** What is worth saying and stops nothing. */
  readonly warnings: readonly string[];
}

/** Decides by the table above. Without an active gate everything passes. */
export function decideGate(input: GateInput): GateDecision {
  const { exitCode, failOn } = input.options;
  const warnings = policyWarnings(input.verdict);
  if (!exitCode && failOn.length === 0) return { pass: true, causes: [], warnings };
  const asked = new Set<GateCause>(["policy", "vulnerabilities", "unverified", ...failOn]);
  const states = statesOf({ ...input, verdict: blockingVerdict(input.verdict) });
  const causes = states.filter(({ cause }) => asked.has(cause));
  return { pass: causes.length === 0, causes, warnings };
}

/** The verdict of the policies that block; the same where all do, null where none does, for then no policy can stop anything. */
export function blockingVerdict(verdict: Verdict | null): Verdict | null {
  if (verdict === null || verdict.results.every(isBlocking)) return verdict;
  const results = verdict.results.filter(isBlocking);
  return results.length === 0 ? null : judge(results);
}

function isBlocking({ effect = "block" }: PolicyResult): boolean {
  return effect === "block";
}

/** Of the policies that warn, one line for each that is not met or has no data. */
export function policyWarnings(verdict: Verdict | null): readonly string[] {
  return (verdict?.results ?? []).flatMap(({ effect, status, title, reason }) => {
    if (effect !== "warn" || status === "met") return [];
    const why = status === "no_data" ? `no data: ${reason ?? "no reason given"}` : "not met";
    return [printable(`${title}: ${why}`, 1000)];
  });
}

function statesOf(input: GateInput): GateDecision["causes"] {
  const { verdict, findingsLeft, database, undeterminedCount } = input;
  const results = verdict?.results ?? [];
  const notMet = results.filter(({ status }) => status === "not_met").map(({ title }) => title);
  const noData = results.filter(({ status }) => status === "no_data").map(({ title }) => title);
  const states: { cause: GateCause; message: string }[] = [];
  const add = (cause: GateCause, message: string) =>
    states.push({ cause, message: printable(message, 1000) });

  if (verdict?.status === "not_met") add("policy", `policies not met: ${notMet.join(", ") || "unknown"}`);
  if (findingsLeft !== null && findingsLeft > 0)
    add("vulnerabilities", `vulnerabilities found: ${findingsLeft}`);
  if (input.verification === "unverified")
    add("unverified", "the image's content was not verified by its digest");
  if (noData.length > 0) add("no-data", `policies without data: ${noData.join(", ")}`);
  else if (verdict?.status === "no_data") add("no-data", "no policy could be evaluated");
  if (input.completeness === "incomplete")
    add("incomplete", "the inventory is incomplete: packages may be missing");
  if (database === null) add("incomplete", "no vulnerability database was asked");
  if (database !== null && database.missingSpaces.length > 0) {
    add("incomplete", `the database has no feed for packages of: ${database.missingSpaces.join(", ")}`);
  }
  if (database?.stale === true) add("stale", "the vulnerability database is too old");
  if (undeterminedCount > 0)
    add("undetermined", `findings that could not be determined: ${undeterminedCount}`);
  return states;
}
