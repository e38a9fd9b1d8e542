/** States of a report: what to know before believing it, as a comment says it. */
import type { CompareReport } from "../../api/compare-report.ts";
import type { Block } from "../../reports/shared/blocks.ts";

/** Without its details, which are in the job summary. */
export function stateOf(
  { id, message }: Pick<CompareReport["analysed"]["states"][number], "id" | "message">,
  whose = "",
): Block {
  return {
    kind: "state",
    label: id.toUpperCase().replaceAll("-", " "),
    message: `${whose}${message}`,
    details: [],
  };
}
