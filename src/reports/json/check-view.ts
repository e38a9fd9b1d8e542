/** JSON of the view `check`; shape `checkReport` in `src/api`. */
import type { Analysis } from "../../domain/analysis.ts";
import type { ChangePlan } from "../../domain/change-plan.ts";
import type { GateCheck } from "../../domain/gate-check.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toPolicySetView } from "./policy-set-view.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toCheckView({ analysis, check }: Extract<Report, { view: "check" }>, options: RenderOptions) {
  const { taken, now, at, caveats, outcome, reasons, platforms } = check;
  return {
    schema: "urn:plimsoll:report:check:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    outcome,
    reasons: reasons.map(({ message }) => message),
    at: { time: at.toISOString(), isNow: at.getTime() === now.getTime(), caveats },
    policySet: toPolicySetView(taken, now),
    ...toEvaluationView(analysis, check),
    platforms: platforms.map((each) => ({
      platform: each.platform,
      outcome: each.outcome,
      reason: each.reason,
      evaluation: each.analysis === null ? null : toEvaluationView(each.analysis, each),
    })),
  };
}

function toEvaluationView(analysis: Analysis, { causes, plan }: Pick<GateCheck, "causes" | "plan">) {
  return {
    ...toSharedView(analysis, analysis.findings),
    causes,
    verdict: analysis.verdict === null ? null : toVerdictView(analysis.verdict),
    plan: plan === null ? null : toPlanView(plan),
  };
}

function toPlanView({ changes, cost, remaining, basesTried, caveats }: ChangePlan) {
  return {
    passes: remaining.length === 0,
    cost,
    changes: changes.map((change) => ({ ...change })),
    remaining: remaining.flatMap(toRemains),
    basesTried,
    caveats,
  };
}

interface RemainsView extends Pick<PolicyResult, "policy" | "title" | "status"> {
  readonly message: string;
  readonly remediation: string | null;
}

function toRemains(result: PolicyResult): readonly RemainsView[] {
  const { policy, title, status, reason, supply = null, deviations } = result;
  if (deviations.length === 0)
    return [{ policy, title, status, message: reason ?? "not met", remediation: supply }];
  return deviations.map(({ message, remediation }) => ({ policy, title, status, message, remediation }));
}
