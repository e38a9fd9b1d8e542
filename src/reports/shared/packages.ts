/**
 * Findings grouped by the package they are about, worst package first.
 */
import { severities } from "../../domain/advisory.ts";
import type { Package } from "../../domain/package.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { countFindings, type FindingCounts } from "./counts.ts";

export interface PackageFindings {
  readonly package: Package;
  readonly findings: readonly FindingFacts[];
  readonly counts: FindingCounts;
}

export interface GroupingOptions {
  /** Packages in the order of their first findings; else the worst first. */
  readonly keepsOrder?: boolean;
}

/** What tells two packages apart: the same purl may be installed in two places. */
export function packageKey(pkg: Package): string {
  return `${pkg.purl}\n${pkg.evidence[0]?.path ?? ""}`;
}

/** Worst package first, unless the order of the findings is kept; within a package always that. */
export function groupByPackage(
  findings: readonly FindingFacts[],
  { keepsOrder = false }: GroupingOptions,
): readonly PackageFindings[] {
  const groups = new Map<string, FindingFacts[]>();
  for (const finding of findings) {
    const key = packageKey(finding.package);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const grouped = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ package: first.package, findings: group, counts: countFindings(group) }];
  });
  return keepsOrder ? grouped : grouped.sort(compareGroups);
}

function compareGroups(a: PackageFindings, b: PackageFindings): number {
  for (const severity of severities) {
    const difference = b.counts[severity] - a.counts[severity];
    if (difference !== 0) return difference;
  }
  const undetermined = b.counts.undetermined - a.counts.undetermined;
  if (undetermined !== 0) return undetermined;
  const [left, right] = [packageKey(a.package), packageKey(b.package)];
  return left < right ? -1 : left > right ? 1 : 0;
}
