/**
 * Orders of findings for people who have to decide what to do first. The risk order is explained in `docs/guide/vulnerabilities.md`.
 */
import type { Severity } from "./advisory.ts";
import { packageName } from "./package-name.ts";
import type { FindingFacts } from "./policy.ts";
import { isRemoved } from "./removed.ts";

/** `severity` is the order that findings come in. */
export const findingOrders = ["severity", "risk", "epss", "package"] as const;

export type FindingOrder = (typeof findingOrders)[number];

/** The findings in this order; those that it does not tell apart stay as they came. */
export function orderFindings(
  findings: readonly FindingFacts[],
  order: FindingOrder,
): readonly FindingFacts[] {
  if (order === "severity") return findings;
  const keys = orderKeys[order];
  return findings
    .map((finding) => ({ finding, key: keys(finding) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ finding }) => finding);
}

type Key = readonly (number | string)[];

const orderKeys: Readonly<Record<Exclude<FindingOrder, "severity">, (finding: FindingFacts) => Key>> = {
  risk: (finding) => [
    standing(finding),
    finding.kind === "malicious" ? 0 : 1,
    finding.context.kev === null ? 1 : 0,
    severityRanks[finding.severity],
    -epssScore(finding),
    finding.fixedVersion === null ? 1 : 0,
  ],
  epss: (finding) => [-epssScore(finding)],
  package: ({ package: pkg }) => [packageName(pkg), pkg.version, pkg.purl, pkg.evidence[0]?.path ?? ""],
};

/** What has to be decided first: what applies, then what may apply, then what a statement, an exception or a later layer took out. */
function standing(finding: FindingFacts): number {
  if (finding.suppressed || isRemoved(finding)) return 2;
  return finding.status === "undetermined" ? 1 : 0;
}

/** A severity that nobody told may be any: it stands before `low`, which somebody has called harmless. */
const severityRanks: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  unspecified: 3,
  low: 4,
};

/** -1 where none is known, so that unknown comes after known. */
function epssScore({ context }: FindingFacts): number {
  return context.epss?.score ?? -1;
}

function compareKeys(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? left;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
