/**
 * Compares two images that were judged by the same database and policies. Pure.
 */
import type {
  ComparedSide,
  Comparison,
  FindingChange,
  PolicyChange,
  VersionOrder,
} from "../domain/comparison.ts";
import type { Layer } from "../domain/image.ts";
import type { FindingFacts, PolicyResult, PolicyStatus, Verdict } from "../domain/policy.ts";
import { findingKey, isCounted, isOpen } from "./open-findings.ts";
import { comparePackages } from "./package-changes.ts";

/** What the analysed image has that the baseline has not, and the other way round. */
export function compareImages(
  analysed: ComparedSide,
  baseline: ComparedSide,
  order: VersionOrder,
): Comparison {
  return {
    analysed,
    baseline,
    packages: comparePackages(baseline.packages, analysed.packages, order),
    findings:
      analysed.findings === null || baseline.findings === null
        ? null
        : compareFindings(baseline.findings, analysed.findings),
    policies: comparePolicies(baseline.analysis.verdict, analysed.analysis.verdict),
    sharedLayerCount: sharedLayers(baseline.analysis.image.layers, analysed.analysis.image.layers),
  };
}

/**
 * A finding that could not be determined there and applies here is added. One that applies there and cannot be determined here is neither
 * added nor removed: nobody knows that it is gone.
 */
export function compareFindings(
  before: readonly FindingFacts[],
  after: readonly FindingFacts[],
): readonly FindingChange[] {
  const had = new Set(before.filter(isOpen).map(findingKey));
  const counted = new Set(before.filter(isCounted).map(findingKey));
  const has = new Set(after.filter(isOpen).map(findingKey));
  const isNew = (finding: FindingFacts): boolean =>
    !(isCounted(finding) ? counted : had).has(findingKey(finding));
  const open = onePerKey(after.filter(isOpen));
  return [
    ...open.filter(isNew).map((finding) => ({ kind: "added", finding }) as const),
    ...onePerKey(before.filter(isOpen))
      .filter((finding) => !has.has(findingKey(finding)))
      .map((finding) => ({ kind: "removed", finding }) as const),
    ...open.filter((finding) => !isNew(finding)).map((finding) => ({ kind: "unchanged", finding }) as const),
  ];
}

/** Of several versions of one package the one that counts, else the first in the order of reports. */
function onePerKey(findings: readonly FindingFacts[]): readonly FindingFacts[] {
  const kept = new Map<string, FindingFacts>();
  for (const finding of findings) {
    const key = findingKey(finding);
    const known = kept.get(key);
    if (known === undefined || (!isCounted(known) && isCounted(finding))) kept.set(key, finding);
  }
  return [...kept.values()];
}

function comparePolicies(before: Verdict | null, after: Verdict | null): readonly PolicyChange[] | null {
  if (before === null || after === null) return null;
  const old = new Map(before.results.map((result) => [result.policy, result]));
  const now = new Set(after.results.map(({ policy }) => policy));
  return [
    ...after.results.map((result) => toPolicyChange(old.get(result.policy) ?? null, result)),
    ...before.results.filter(({ policy }) => !now.has(policy)).map((result) => toPolicyChange(result, null)),
  ];
}

function toPolicyChange(before: PolicyResult | null, after: PolicyResult | null): PolicyChange {
  const named = after ?? before;
  // What nobody judges any more is no better for it.
  const isOpen = after === null || (before?.status === "not_met" && after.status === "no_data");
  const worse = rank(after) - rank(before);
  const deviations =
    before?.status === "not_met" && after?.status === "not_met"
      ? after.deviations.length - before.deviations.length
      : 0;
  const by = worse === 0 ? deviations : worse;
  return {
    policy: named?.policy ?? "",
    title: named?.title ?? "",
    before,
    after,
    change: isOpen ? "unknown" : by > 0 ? "worse" : by < 0 ? "better" : "same",
  };
}

const ranks: Readonly<Record<PolicyStatus, number>> = { met: 0, no_data: 1, not_met: 2 };

/** An image that was not judged by a policy is as one that meets it, so that a new policy that is not met is told. */
function rank(result: PolicyResult | null): number {
  return result === null ? ranks.met : ranks[result.status];
}

function sharedLayers(before: readonly Layer[], after: readonly Layer[]): number {
  const differs = after.findIndex(({ diffId }, index) => before[index]?.diffId !== diffId);
  return differs === -1 ? after.length : differs;
}
