/** Bases and other bases in JSON; shape `baseAdviceView` in `src/api`. */
import type { Analysis } from "../../domain/analysis.ts";
import { severities } from "../../domain/advisory.ts";
import type { BaseAdvice, BaseCandidate, BaseFacts, Rebase } from "../../domain/base-advice.ts";
import { storedSizeDelta } from "../../domain/image.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { countFindings, type FindingCounts } from "../shared/counts.ts";
import { ownFacts } from "../shared/base-facts.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toSharedView } from "./target-view.ts";

export function toRecommendationsView(
  { analysis, advice }: Extract<Report, { view: "recommendations" }>,
  options: RenderOptions,
) {
  return {
    schema: "urn:plimsoll:report:recommendations:1" as const,
    tool: { name: "plimsoll" as const, version: options.toolVersion },
    ...toSharedView(analysis, analysis.findings),
    advice: toBaseAdviceView(analysis, advice),
  };
}

export function toBaseAdviceView(analysis: Analysis, advice: BaseAdvice) {
  const { chain, base, reason, refresh, refreshReason, updates, updateReason } = advice;
  return {
    chain,
    base: base === null ? null : toPartView(base),
    own: base === null ? null : toPartView(ownFacts(analysis, base)),
    reason,
    refresh: refresh === null ? null : toCandidateView(analysis, refresh, base),
    refreshReason,
    updates: updates.map((candidate) => toCandidateView(analysis, candidate, base)),
    updateReason,
  };
}

function toPartView({ packages, findings, sizeBytes }: BaseFacts) {
  return {
    counts: findings === null ? null : countFindings(findings),
    packageCount: packages.length,
    sizeBytes,
  };
}

function toCandidateView(image: Analysis, candidate: BaseCandidate, base: BaseFacts | null) {
  const { kind, name, tag, digest, dockerfile, reason, benefits, drawbacks, analysis, rebase } = candidate;
  const findings = analysis?.findings ?? null;
  return {
    kind,
    name,
    tag,
    digest,
    dockerfile,
    reason,
    counts: findings === null ? null : countFindings(findings),
    delta: base === null ? null : countsDelta(findings, base.findings),
    packageCount: analysis?.sbom.packages.length ?? null,
    packageDelta:
      analysis === null || base === null ? null : analysis.sbom.packages.length - base.packages.length,
    sizeBytes: analysis?.image.sizeBytes ?? null,
    sizeDelta: analysis === null || base === null ? null : storedSizeDelta(analysis.image, base),
    createdAt: analysis?.image.config.createdAt ?? null,
    benefits,
    drawbacks,
    rebase: rebase === null ? null : toRebaseView(image, rebase),
  };
}

function toRebaseView(image: Analysis, { findings, packages, sizeBytes, removed, added, caveats }: Rebase) {
  const ids = (of: readonly FindingFacts[]) => [...new Set(of.map(({ vulnerability }) => vulnerability))];
  return {
    counts: findings === null ? null : countFindings(findings),
    delta: countsDelta(findings, image.findings),
    packageCount: packages.length,
    sizeBytes,
    removed: ids(removed),
    added: ids(added),
    caveats,
  };
}

/** Null where either was not judged. */
export function countsDelta(
  now: readonly FindingFacts[] | null,
  before: readonly FindingFacts[] | null,
): FindingCounts | null {
  if (now === null || before === null) return null;
  const [after, old] = [countFindings(now), countFindings(before)];
  const keys = [...severities, "total", "suppressed", "undetermined"] as const;
  const deltas = Object.fromEntries(keys.map((key) => [key, after[key] - old[key]]));
  return deltas as unknown as FindingCounts;
}
