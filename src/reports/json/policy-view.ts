/**
 * JSON of the view `policy`; shape `policyReport` in `src/api`.
 */
import type { Analysis } from "../../domain/analysis.ts";
import { worstPlatform } from "../shared/policy-document.ts";
import { nextStep, uncountedFindings } from "../shared/grade-words.ts";
import { lostPoints } from "../shared/policy-words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toPolicyView(report: Extract<Report, { view: "policy" }>, options: RenderOptions) {
  const { analysis, platforms } = report;
  return {
    schema: "urn:plimsoll:report:policy:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    status:
      platforms.length === 0
        ? (analysis.verdict?.status ?? ("no_data" as const))
        : worstPlatform(platforms).status,
    ...toEvaluationView(analysis),
    platforms: platforms.map((entry) => ({
      platform: entry.platform,
      status: entry.analysis?.verdict?.status ?? ("no_data" as const),
      reason: entry.reason,
      evaluation: entry.analysis === null ? null : toEvaluationView(entry.analysis),
    })),
  };
}

function toEvaluationView(analysis: Analysis) {
  return {
    ...toSharedView(analysis, analysis.findings),
    verdict: analysis.verdict === null ? null : toVerdictView(analysis.verdict),
    lostPoints: analysis.verdict === null ? [] : lostPoints(analysis.verdict),
    uncounted: uncountedFindings(analysis),
    nextStep: analysis.verdict === null ? null : nextStep(analysis.verdict),
  };
}
