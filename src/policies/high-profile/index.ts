/**
 * Policy type `high-profile`: none of the widely exploited vulnerabilities, from a list and from CISA's KEV catalogue.
 * Ids and aliases are compared; the ignore list wins over both sources. Without a KEV catalogue in the database, and
 * when a listed vulnerability could be neither confirmed nor excluded, there is no answer rather than a good one.
 */
import { z } from "zod";
import type { FindingFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { exceptionNote, idsOf, isCounted, isUndetermined } from "../shared/counted.ts";
import { findingDeviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const vulnerabilityIds = z.array(z.string().trim().min(1).max(100).toUpperCase()).max(ENTRIES_MAX);

/** Vulnerabilities that everybody has heard of: the default of `cves`. */
export const wellKnown: readonly string[] = [
  "CVE-2014-0160",
  "CVE-2014-6271",
  "CVE-2021-44228",
  "CVE-2021-45046",
  "CVE-2022-22965",
  "CVE-2023-38545",
  "CVE-2023-44487",
  "CVE-2024-3094",
];

const options = z
  .strictObject({
    cves: vulnerabilityIds.default([...wellKnown]).meta({
      title: "Vulnerabilities",
      description: "Ids that must not be there; aliases count.",
      examples: [["CVE-2021-44228"]],
    }),
    ignored_cves: vulnerabilityIds.default([]).meta({
      title: "Ignored vulnerabilities",
      description: "Ids that are tolerated, whether they are listed above or in KEV.",
      examples: [["CVE-2023-44487"]],
    }),
    include_cisa_kev: z.boolean().default(true).meta({
      title: "Include CISA KEV",
      description: "Also everything in CISA's catalogue of known exploited vulnerabilities.",
    }),
  })
  .refine((config) => config.cves.length > 0 || config.include_cisa_kev, {
    message: "list at least one id or include CISA KEV: otherwise nothing could ever violate",
    path: ["cves"],
  });
type Options = z.output<typeof options>;

export const highProfile: PolicyType<Options> = Object.freeze({
  id: "high-profile",
  title: "High-profile vulnerabilities",
  description: "None of the listed vulnerabilities, nor any that CISA knows to be exploited.",
  specs: ["https://www.cisa.gov/known-exploited-vulnerabilities-catalog"],
  version: 1,
  needs: ["findings"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const listed = new Set(config.cves);
  const ignored = new Set(config.ignored_cves);
  const selected = (facts.findings ?? []).flatMap((finding) => {
    const source = sourceOf(finding, listed, config.include_cisa_kev);
    if (source === null) return [];
    const isIgnored = idsOf(finding).some((id) => ignored.has(id));
    debug(`${finding.vulnerability} in ${finding.package.purl}: ${source}${isIgnored ? ", ignored" : ""}`);
    return isIgnored ? [] : [{ finding, source }];
  });
  const violations = selected.filter(({ finding }) => isCounted(finding));
  if (violations.length > 0) {
    return notMet(
      violations.map(({ finding, source }) =>
        findingDeviation(finding, `${finding.vulnerability} in ${finding.package.name} (${source})`),
      ),
    );
  }
  const open = selected.find(({ finding }) => isUndetermined(finding))?.finding;
  if (open !== undefined) {
    return {
      status: "no_data",
      reason: `it could not be determined whether ${open.vulnerability} affects ${open.package.name}`,
    };
  }
  if (config.include_cisa_kev && !facts.hasKev) {
    return {
      status: "no_data",
      reason: facts.missing.kev ?? "the vulnerability database holds no KEV catalogue",
    };
  }
  const note = exceptionNote(
    selected.map(({ finding }) => finding),
    (finding) => isCounted(finding) || isUndetermined(finding),
  );
  return note === null ? { status: "met" } : { status: "met", note };
}

function sourceOf(finding: FindingFacts, listed: ReadonlySet<string>, withKev: boolean): string | null {
  if (idsOf(finding).some((id) => listed.has(id))) return "listed";
  if (withKev && finding.context.kev !== null) return `CISA KEV since ${finding.context.kev.dateAdded}`;
  return null;
}
