/** Which findings stand against an image: neither suppressed nor about a package that a later layer removed. */
import type { FindingFacts } from "../domain/policy.ts";
import { packageName } from "../domain/package-name.ts";
import { isRemoved } from "../domain/removed.ts";

/** Undetermined ones are open too. */
export function isOpen(finding: FindingFacts): boolean {
  return !finding.suppressed && !isRemoved(finding);
}

/** Open, and known to apply: what counts in totals and gates. */
export function isCounted(finding: FindingFacts): boolean {
  return isOpen(finding) && finding.status !== "undetermined";
}

/** One vulnerability of one package of any version. */
export function findingKey({ vulnerability, package: pkg }: FindingFacts): string {
  return `${vulnerability}\n${pkg.ecosystem}\n${packageName(pkg)}`;
}
