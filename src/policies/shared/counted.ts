/**
 * Which findings a policy counts: those that neither a statement nor an exception has taken out and whose package really
 * holds the version.
 */
import type { FindingFacts } from "../../domain/policy.ts";

/** True for `affected` and `under_investigation`: an open question is no all-clear. Suppressed ones never count. */
export function isCounted(finding: FindingFacts): boolean {
  return !finding.suppressed && (finding.status === "affected" || finding.status === "under_investigation");
}

/** True when nobody could compare the version with the advisory and no statement decides. */
export function isUndetermined(finding: FindingFacts): boolean {
  return !finding.suppressed && finding.status === "undetermined";
}

/**
 * A note for a policy that is met: how many of the findings would stand in its way but for an exception; null: none. `matters`
 * judges a finding as it would be without.
 */
export function exceptionNote(
  findings: readonly FindingFacts[],
  matters: (finding: FindingFacts) => boolean,
): string | null {
  const excepted = findings.filter(
    (finding) => finding.exception !== null && matters(withoutException(finding)),
  );
  if (excepted.length === 0) return null;
  return excepted.length === 1
    ? "1 finding is suppressed by an exception"
    : `${excepted.length} findings are suppressed by exceptions`;
}

function withoutException(finding: FindingFacts): FindingFacts {
  const matched = finding.state === "undetermined" ? "undetermined" : "affected";
  const status = finding.statement?.status ?? matched;
  return {
    ...finding,
    status,
    exception: null,
    suppressed: status === "not_affected" || status === "fixed",
  };
}

/** Every id of the finding's vulnerability, upper case: `["CVE-2021-44228", "GHSA-JFH8-C2JP-5V3Q"]`. */
export function idsOf(finding: FindingFacts): readonly string[] {
  return [finding.vulnerability, ...finding.aliases].map((id) => id.toUpperCase());
}
