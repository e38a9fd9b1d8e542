/**
 * JSON of the view `explain`; shape `explainReport` in `src/api`.
 */
import type { RenderOptions, Report } from "../types.ts";
import { toConsideredView, toFindingView } from "./finding-view.ts";
import { toSharedView } from "./target-view.ts";

export function toExplainView(report: Extract<Report, { view: "explain" }>, options: RenderOptions) {
  const { analysis, vulnerability, findings } = report;
  return {
    schema: "urn:plimsoll:report:explain:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings === null ? null : findings),
    vulnerability,
    findings: findings.map((finding) => toFindingView(finding, analysis.image)),
    considered: analysis.considered.map((advisory) => toConsideredView(advisory, analysis.image)),
  };
}
