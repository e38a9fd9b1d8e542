/** What a statement makes of a finding. Kept apart so that a run without statements loads nothing else of this area. */
import type { AssessedFinding, Finding } from "../domain/finding.ts";
import type { VexStatement } from "../domain/vex.ts";

/** The finding with its status; null: no statement speaks about it, so it stands as it was matched. */
export function label(finding: Finding, statement: VexStatement | null): AssessedFinding {
  if (statement === null) {
    const status = finding.state === "undetermined" ? "undetermined" : "affected";
    return { ...finding, status, statement: null, exception: null, suppressed: false };
  }
  const { status } = statement;
  const suppressed = status === "not_affected" || status === "fixed";
  return { ...finding, status, statement, exception: null, suppressed };
}
