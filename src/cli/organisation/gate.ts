/**
 * The gate of a judgement: the table of `policies/gate.ts`, over the policies that block. What only warns or is reported is
 * shown and stops nothing.
 */
import type { Judgement } from "../../domain/judgement.ts";
import type { PolicyStatus, Verdict } from "../../domain/policy.ts";
import { decideGate, policyWarnings, type GateDecision, type GateInput } from "../../policies/gate.ts";

export interface JudgementGate {
  readonly options: GateInput["options"];
  /** Findings that could not be determined, where the server judged and was asked for them. */
  readonly undeterminedCount: number;
}

/** Every image must pass. */
export function decideJudgement(judgement: Judgement, gate: JudgementGate): GateDecision {
  const decisions = judgement.images.map((image) =>
    decideGate({
      verdict: blocking(image.verdict, judgement.effects),
      findingsLeft: null,
      completeness: image.completeness,
      verification: image.verification,
      database:
        image.database === null
          ? null
          : {
              stale: image.database.stale,
              missingSpaces: image.analysis?.database?.missingSpaces ?? [],
            },
      undeterminedCount:
        image.analysis === null
          ? gate.undeterminedCount
          : (image.analysis.findings ?? []).filter(({ status }) => status === "undetermined").length,
      options: gate.options,
    }),
  );
  return {
    pass: decisions.every(({ pass }) => pass),
    causes: decisions.flatMap(({ causes }) => causes),
    warnings: [...new Set(judgement.images.flatMap((image) => warningsOf(image.verdict, judgement.effects)))],
  };
}

function warningsOf(verdict: Verdict | null, effects: Judgement["effects"]): readonly string[] {
  if (verdict === null) return [];
  const results = verdict.results.map((result) => ({ ...result, effect: effects[result.policy] ?? "block" }));
  return policyWarnings({ ...verdict, results });
}

/** The verdict of the policies that block; without any of them there is nothing that it could fail. */
function blocking(verdict: Verdict | null, effects: Judgement["effects"]): Verdict {
  if (verdict === null) return { status: "no_data", results: [], score: NO_SCORE };
  const results = verdict.results.filter(({ policy }) => (effects[policy] ?? "block") === "block");
  const has = (status: PolicyStatus): boolean => results.some((result) => result.status === status);
  const status = has("not_met")
    ? "not_met"
    : has("no_data") || verdict.results.length === 0
      ? "no_data"
      : "met";
  return { ...verdict, status, results };
}

const NO_SCORE = { grade: null, percent: null, scored: 0, total: 0, reason: null };
