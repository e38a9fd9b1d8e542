/**
 * JSON of the view `quickview`; shape `quickviewReport` in `src/api`.
 */
import { lostPoints } from "../shared/policy-words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toSharedView } from "./target-view.ts";
import { toVerdictView } from "./verdict-view.ts";

export function toQuickviewView(
  { analysis }: Extract<Report, { view: "quickview" }>,
  options: RenderOptions,
) {
  return {
    schema: "urn:plimsoll:report:quickview:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    verdict: analysis.verdict === null ? null : toVerdictView(analysis.verdict),
    lostPoints: analysis.verdict === null ? [] : lostPoints(analysis.verdict),
  };
}
