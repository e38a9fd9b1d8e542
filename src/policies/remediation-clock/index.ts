/**
 * Policy type `remediation-clock`: every vulnerability is fixed within the days that its severity allows, those that CISA knows to
 * be exploited sooner. The clock starts when the vulnerability was published, or when its fix came out; one without a date has no
 * days left. An exception or a statement stops it; `under_investigation` does so only where the policy says so.
 */
import { z } from "zod";
import type { Severity } from "../../domain/advisory.ts";
import type { FindingFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { exceptionNote, isCounted, isUndetermined } from "../shared/counted.ts";
import { daysSince, daysText } from "../shared/days.ts";
import { findingDeviation, notMet } from "../shared/deviation.ts";
import { dayCount, fixableOnly, isOfType, packageTypes } from "../shared/vulnerability-options.ts";
import type { PolicyType } from "../types.ts";

function daysFor(words: string, fallback: number) {
  return dayCount
    .default(fallback)
    .meta({ title: `Days for ${words}`, description: `Days in which ${words} has to be fixed.` });
}

const options = z.strictObject({
  critical_days: daysFor("a critical vulnerability", 7),
  high_days: daysFor("a high vulnerability", 7),
  medium_days: daysFor("a medium vulnerability", 30),
  low_days: daysFor("a low vulnerability", 30),
  unspecified_days: daysFor("a vulnerability without a severity", 30),
  kev_days: daysFor("a vulnerability that CISA knows to be exploited", 1),
  starts: z.enum(["published", "fixed"]).default("published").meta({
    title: "Start of the clock",
    description:
      "When the vulnerability was published, or when its fix came out; the first where nobody tells the second.",
  }),
  fixable_only: fixableOnly,
  package_types: packageTypes,
  pause_under_investigation: z.boolean().default(true).meta({
    title: "Pause while it is investigated",
    description: "Leave out what a VEX statement says is under investigation.",
  }),
});
type Options = z.output<typeof options>;

export const remediationClock: PolicyType<Options> = Object.freeze({
  id: "remediation-clock",
  title: "Remediation in time",
  description: "Every vulnerability is fixed within the days that its severity allows.",
  specs: [
    "https://www.cisa.gov/news-events/directives/bod-22-01-reducing-significant-risk-known-exploited-vulnerabilities",
  ],
  version: 1,
  needs: ["findings"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const findings = facts.findings ?? [];
  const overdue = findings.flatMap((finding) => {
    const late = lateness(finding, config, facts);
    debug(`${finding.vulnerability} in ${finding.package.purl}: ${late ?? "in time or not counted"}`);
    return late === null ? [] : [{ finding, late }];
  });
  if (overdue.length > 0) {
    return notMet(
      overdue.map(({ finding, late }) =>
        findingDeviation(finding, `${finding.vulnerability} in ${finding.package.name} ${late}`),
      ),
    );
  }
  if (
    !facts.hasKev &&
    config.kev_days < longestOf(config) &&
    findings.some((each) => isSubject(each, config))
  ) {
    return {
      status: "no_data",
      reason: facts.missing.kev ?? "the vulnerability database holds no KEV catalogue",
    };
  }
  const open = findings.filter((finding) => isUndetermined(finding)).length;
  const notes = [
    exceptionNote(findings, (finding) => lateness(finding, config, facts) !== null),
    open === 0 ? null : `${open} undetermined findings were not counted`,
  ].filter((note) => note !== null);
  return notes.length === 0 ? { status: "met" } : { status: "met", note: notes.join("; ") };
}

/** How late it is, in words; null: it is in time or does not count. */
function lateness(finding: FindingFacts, config: Options, { now }: Pick<ImageFacts, "now">): string | null {
  if (!isSubject(finding, config)) return null;
  const isKev = finding.context.kev !== null;
  const own = config[dayOptions[finding.severity]];
  const allowed = isKev ? Math.min(config.kev_days, own) : own;
  const start = config.starts === "fixed" ? (finding.fixedAt ?? finding.publishedAt) : finding.publishedAt;
  const age = daysSince(start, now);
  if (age === null) return "has no date, so no days are left";
  if (age < allowed) return null;
  return `is open for ${daysText(age)}, ${daysText(allowed)} ${isKev ? "for exploited ones " : ""}are allowed`;
}

function isSubject(finding: FindingFacts, config: Options): boolean {
  if (!isCounted(finding)) return false;
  if (finding.status === "under_investigation" && config.pause_under_investigation) return false;
  if (config.fixable_only && finding.fixedVersion === null) return false;
  return isOfType(finding.package, config.package_types);
}

function longestOf(config: Options): number {
  return Math.max(...Object.values(dayOptions).map((name) => config[name]));
}

const dayOptions = {
  critical: "critical_days",
  high: "high_days",
  medium: "medium_days",
  low: "low_days",
  unspecified: "unspecified_days",
} as const satisfies Record<Severity, keyof Options>;
