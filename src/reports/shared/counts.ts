/**
 * Counting findings by class. Suppressed and undetermined findings are classes of their own and never in the five severities.
 */
import { severities, type Severity } from "../../domain/advisory.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { isRemoved } from "../../domain/removed.ts";

export interface FindingCounts extends Readonly<Record<Severity, number>> {
  /** Sum of the five severities. */
  readonly total: number;
  readonly suppressed: number;
  readonly undetermined: number;
}

/** True when the finding counts: no statement took it out, it is known to apply, and its package is still there. */
export function counts(finding: FindingFacts): boolean {
  return !finding.suppressed && finding.status !== "undetermined" && !isRemoved(finding);
}

/** True when it could not be decided whether the vulnerability applies. */
export function isUndetermined(finding: FindingFacts): boolean {
  return !finding.suppressed && finding.status === "undetermined" && !isRemoved(finding);
}

export function countFindings(findings: readonly FindingFacts[]): FindingCounts {
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, unspecified: 0 };
  const counted = findings.filter(counts);
  for (const finding of counted) bySeverity[finding.severity] += 1;
  return {
    ...bySeverity,
    total: counted.length,
    suppressed: findings.filter((finding) => finding.suppressed).length,
    undetermined: findings.filter(isUndetermined).length,
  };
}

const LETTERS: Readonly<Record<Severity, string>> = {
  critical: "C",
  high: "H",
  medium: "M",
  low: "L",
  unspecified: "?",
};

/** The parts of a severity line, each with its class: `5C`, `3H`, `6M`, `63L`, and `6?` only when there are any. */
export function severityParts(
  numbers: Readonly<Record<Severity, number>>,
): readonly { readonly text: string; readonly severity: Severity; readonly count: number }[] {
  return severities
    .filter((severity) => severity !== "unspecified" || numbers.unspecified > 0)
    .map((severity) => ({
      text: `${numbers[severity]}${LETTERS[severity]}`,
      severity,
      count: numbers[severity],
    }));
}

/** `5C 3H 6M 63L 6?` */
export function severityLine(numbers: Readonly<Record<Severity, number>>): string {
  return severityParts(numbers)
    .map(({ text }) => text)
    .join(" ");
}
