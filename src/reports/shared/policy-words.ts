/**
 * Policy results as words: headline, mark, result column, score.
 */
import { severities, type Severity } from "../../domain/advisory.ts";
import type { Deviation, FindingFacts, PolicyResult, PolicyStatus, Verdict } from "../../domain/policy.ts";
import type { PolicyEffect } from "../../domain/verdict-history.ts";
import type { Span, Tone } from "./blocks.ts";
import { severityLine } from "./counts.ts";
import { countText } from "./words.ts";

export const policyMarks: Readonly<Record<PolicyStatus, string>> = { met: "✓", not_met: "!", no_data: "?" };

export const policyTones: Readonly<Record<PolicyStatus, Tone>> = {
  met: "good",
  not_met: "bad",
  no_data: "warn",
};

/** Completes "when it is not met it …". */
export const effectWords: Readonly<Record<PolicyEffect, string>> = {
  report: "is reported",
  warn: "warns",
  block: "stops a gate",
};

/** `Policy status FAILED (2/8 policies met, 3 missing data)`; SUCCESS only when all are met; NO DATA when nothing failed. */
export function policyHeadline(verdict: Verdict): readonly Span[] {
  const met = verdict.results.filter(({ status }) => status === "met").length;
  const missing = verdict.results.filter(({ status }) => status === "no_data").length;
  const missingText = missing === 0 ? "" : `, ${missing} missing data`;
  return [
    { text: "Policy status ", tone: "strong" },
    { text: policyWords[verdict.status], tone: policyTones[verdict.status] },
    { text: ` (${met}/${verdict.results.length} policies met${missingText})` },
  ];
}

export const policyWords: Readonly<Record<PolicyStatus, string>> = {
  met: "SUCCESS",
  not_met: "FAILED",
  no_data: "NO DATA",
};

/**
 * The result column: severities where every deviation is a vulnerability, `2 packages` where every one is a package,
 * else `3 deviations`; `No data` when it could not be told; empty when met.
 */
export function policyResultText(result: PolicyResult, findings: readonly FindingFacts[] | null): string {
  if (result.status === "no_data") return "No data";
  if (result.status === "met") return "";
  const { deviations } = result;
  if (deviations.length > 0 && deviations.every(({ vulnerability }) => vulnerability !== null)) {
    const numbers: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, unspecified: 0 };
    for (const deviation of deviations) numbers[severityOf(deviation, findings ?? [])] += 1;
    return severityLine(numbers);
  }
  if (deviations.length > 0 && deviations.every(({ purl }) => purl !== null)) {
    return countText(new Set(deviations.map(({ purl }) => purl)).size, "package");
  }
  return countText(deviations.length, "deviation");
}

/** Of the finding; where only the verdict is known, as the policy wrote it down. */
function severityOf(
  { vulnerability, purl, columns }: Deviation,
  findings: readonly FindingFacts[],
): Severity {
  const id = vulnerability ?? "";
  const named = findings.filter(({ vulnerability, aliases }) => vulnerability === id || aliases.includes(id));
  const exact = named.filter((finding) => finding.package.purl === purl);
  const candidates = (exact.length > 0 ? exact : named).map(({ severity }) => severity);
  const written = severities.find((severity) => severity === columns["Severity"]);
  return severities.find((severity) => candidates.includes(severity)) ?? written ?? "unspecified";
}

/** `Health score  B (83%)`, or `N/A` with the reason. */
export function scoreSpans({ score }: Verdict): readonly Span[] {
  if (score.grade === null) {
    return [
      { text: "Health score  ", tone: "strong" },
      { text: `N/A (${score.reason ?? "no policy is scored"})`, tone: "warn" },
    ];
  }
  return [
    { text: "Health score  ", tone: "strong" },
    { text: `${score.grade} (${score.percent ?? 0}%)`, tone: gradeTones[score.grade] },
  ];
}

const gradeTones: Readonly<Record<NonNullable<Verdict["score"]["grade"]>, Tone>> = {
  A: "good",
  B: "good",
  C: "warn",
  D: "warn",
  E: "bad",
  F: "bad",
};

/** `7 of 20 points lost: 5 by Default non-root user (not met), 2 by …`; empty when nothing was lost. */
export function lostPoints({ results, score }: Verdict): readonly string[] {
  return results
    .filter(({ lost }) => lost > 0)
    .map(({ title, lost, status }) => {
      const why = status === "no_data" ? "no data" : "not met";
      return `${lost} of ${score.total} points lost: ${title} (${why})`;
    });
}
