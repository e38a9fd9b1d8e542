/**
 * Policy type `malicious-packages`: no package of the image is itself an attack, as the databases of malicious packages tell. Neither
 * a fixed version nor a severity makes one harmless.
 */
import { z } from "zod";
import type { FindingFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { exceptionNote, idsOf, isCounted, isUndetermined } from "../shared/counted.ts";
import { findingDeviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  ignored: z
    .array(z.string().trim().min(1).max(100).toUpperCase())
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Ignored reports",
      description: "Ids that are tolerated; aliases count.",
      examples: [["MAL-2024-1234"]],
    }),
});
type Options = z.output<typeof options>;

export const maliciousPackages: PolicyType<Options> = Object.freeze({
  id: "malicious-packages",
  title: "No malicious packages",
  description: "No package of the image is itself an attack.",
  specs: ["https://github.com/ossf/malicious-packages"],
  version: 1,
  needs: ["findings"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, { ignored }: Options, debug: (line: string) => void): PolicyOutcome {
  const reported = (facts.findings ?? []).filter((finding) => {
    if (finding.kind !== "malicious") return false;
    const isIgnored = idsOf(finding).some((id) => ignored.includes(id));
    debug(`${finding.vulnerability} in ${finding.package.purl}: ${isIgnored ? "ignored" : finding.status}`);
    return !isIgnored;
  });
  const counted = reported.filter(isCounted);
  if (counted.length > 0) return notMet(counted.map(toDeviation));
  const open = reported.find(isUndetermined);
  if (open !== undefined) {
    return {
      status: "no_data",
      reason: `it could not be determined whether ${open.vulnerability} is about ${open.package.name} ${open.package.version}`,
    };
  }
  const note = exceptionNote(reported, (finding) => isCounted(finding) || isUndetermined(finding));
  return note === null ? { status: "met" } : { status: "met", note };
}

function toDeviation(finding: FindingFacts) {
  const { package: pkg, vulnerability } = finding;
  return {
    ...findingDeviation(finding, `${pkg.name} ${pkg.version} is malicious (${vulnerability})`),
    remediation: `Remove ${pkg.name} at once, and treat the machines that installed it, and their secrets, as compromised.`,
  };
}
