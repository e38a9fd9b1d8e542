/**
 * Policy type `severity`: no vulnerability of the listed severities, by default only those with a fix.
 * A finding violates when it counts (see `shared/counted.ts`), its severity is listed, a fix is known or none is asked
 * for, its package type is allowed, and it is not inside the grace period. An undetermined finding is no violation; it
 * is named in the note, and a gate can refuse it.
 */
import { z } from "zod";
import { severities } from "../../domain/advisory.ts";
import type { FindingFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { exceptionNote, isCounted, isUndetermined } from "../shared/counted.ts";
import { DAY_MS } from "../shared/days.ts";
import { findingDeviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import { dayCount, fixableOnly, isOfType, packageTypes } from "../shared/vulnerability-options.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  severities: z
    .array(
      z
        .string()
        .toLowerCase()
        .pipe(z.enum(severities))
        .meta({ enum: [...severities] }),
    )
    .min(1)
    .max(ENTRIES_MAX)
    .default(["critical", "high"])
    .meta({
      title: "Severities",
      description: "The severities that count, in upper or lower case.",
      examples: [["critical", "high"]],
    }),
  fixable_only: fixableOnly,
  package_types: packageTypes,
  grace_period_days: dayCount.default(0).meta({
    title: "Grace period in days",
    description: "Days after publication in which a vulnerability is tolerated; one without a date never is.",
    examples: [30],
  }),
});
type Options = z.output<typeof options>;

export const severity: PolicyType<Options> = Object.freeze({
  id: "severity",
  title: "Severity-based vulnerability",
  description: "No vulnerability of the chosen severities, by default only those that a newer version fixes.",
  specs: ["https://www.first.org/cvss/"],
  version: 1,
  needs: ["findings"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const findings = facts.findings ?? [];
  const violations = findings.filter((finding) => {
    const reason = reasonToPass(finding, config, facts.now);
    debug(`${finding.vulnerability} in ${finding.package.purl}: ${reason ?? "violates"}`);
    return reason === null;
  });
  if (violations.length > 0) {
    return notMet(
      violations.map((finding) =>
        findingDeviation(finding, `${finding.vulnerability} in ${finding.package.name}`),
      ),
    );
  }
  const undetermined = findings.filter(isUndetermined).length;
  const notes = [
    exceptionNote(findings, (finding) => reasonToPass(finding, config, facts.now) === null),
    undetermined === 0 ? null : `${undetermined} undetermined findings were not counted`,
  ].filter((note) => note !== null);
  return notes.length === 0 ? { status: "met" } : { status: "met", note: notes.join("; ") };
}

/** Why this finding is no violation, or null when it is one. */
function reasonToPass(finding: FindingFacts, config: Options, now: Date): string | null {
  if (isUndetermined(finding)) return "undetermined, not counted";
  if (!isCounted(finding)) {
    return finding.exception === null
      ? `suppressed, ${finding.status}`
      : `suppressed by an exception, ${finding.exception.kind}`;
  }
  if (!config.severities.includes(finding.severity)) return `severity ${finding.severity} is not listed`;
  if (config.fixable_only && finding.fixedVersion === null) return "no fix is known";
  if (!isOfType(finding.package, config.package_types)) {
    return `type ${finding.package.ecosystem.toLowerCase()} is not listed`;
  }
  if (isInGrace(finding.publishedAt, config.grace_period_days, now)) return "inside the grace period";
  return null;
}

/** `now - published < days`; without a readable date nothing is in grace. */
function isInGrace(publishedAt: string | null, days: number, now: Date): boolean {
  if (publishedAt === null || days === 0) return false;
  const ageMs = now.getTime() - Date.parse(publishedAt);
  return ageMs < days * DAY_MS;
}
