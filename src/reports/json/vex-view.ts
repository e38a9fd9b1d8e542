/** JSON of the view `vex`; shape `vexDoctorReport` in `src/api`. */
import { vexAdvice } from "../shared/vex-words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toStatementView } from "./finding-view.ts";
import { toSharedView } from "./target-view.ts";

export function toVexView({ analysis, vex }: Extract<Report, { view: "vex" }>, options: RenderOptions) {
  const { repository, tag, digests } = vex.image;
  return {
    schema: "urn:plimsoll:report:vex-doctor:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    image: { repository, tag, digests },
    bases: vex.bases,
    statements: vex.explanations.map((explanation) => ({
      outcome: explanation.outcome,
      reason: explanation.text,
      advice: vexAdvice(explanation, vex),
      applied: explanation.applied,
      statement: toStatementView(explanation.statement),
    })),
  };
}
