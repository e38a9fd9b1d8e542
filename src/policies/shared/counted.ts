/**
 * Which findings a policy counts: those that no statement has taken out and whose package really holds the version.
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

/** Every id of the finding's vulnerability, upper case: `["CVE-2021-44228", "GHSA-JFH8-C2JP-5V3Q"]`. */
export function idsOf(finding: FindingFacts): readonly string[] {
  return [finding.vulnerability, ...finding.aliases].map((id) => id.toUpperCase());
}
