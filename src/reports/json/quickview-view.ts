/**
 * JSON of the view `quickview`; shape `quickviewReport` in `src/api`.
 */
import { nextStep, uncountedFindings } from "../shared/grade-words.ts";
import { lostPoints } from "../shared/policy-words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toBaseAdviceView } from "./base-advice-view.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toQuickviewView(
  { analysis, advice, filters = [] }: Extract<Report, { view: "quickview" }>,
  options: RenderOptions,
) {
  return {
    schema: "urn:plimsoll:report:quickview:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    verdict: analysis.verdict === null ? null : toVerdictView(analysis.verdict),
    bases: advice === undefined ? null : toBaseAdviceView(analysis, advice),
    lostPoints: analysis.verdict === null ? [] : lostPoints(analysis.verdict),
    uncounted: uncountedFindings(analysis),
    nextStep: analysis.verdict === null ? null : nextStep(analysis.verdict),
    filters: [...filters],
  };
}
