/**
 * Policy type `stig-score`: every profile of the STIG scan of this image reaches the score, as a signed report tells. By default asked
 * only of images whose label says that they are made for FIPS.
 */
import { z } from "zod";
import { recordOf } from "../../domain/json-record.ts";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { attestedReports, countedReports, requireSigned } from "../shared/attested.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

export const STIG_REPORT = predicateTypes.stig;
const COMPLIANCE_LABEL = "com.docker.dhi.compliance";

const options = z.strictObject({
  target_score: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(100)
    .meta({
      title: "Score to reach",
      description: "In percent, of every profile that was scanned.",
      examples: [90],
    }),
  only_fips_images: z.boolean().default(true).meta({
    title: "Only images for FIPS",
    description:
      "Asked only of images whose label `com.docker.dhi.compliance` names `fips`; else of every image.",
  }),
  require_signed: requireSigned,
});
type Options = z.output<typeof options>;

export const stigScore: PolicyType<Options> = Object.freeze({
  id: "stig-score",
  title: "STIG score",
  description: "Every profile of the image's STIG scan reaches the score.",
  specs: ["https://public.cyber.mil/stigs/"],
  version: 1,
  needs: ["attestations", "config"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const compliance = facts.config?.labels[COMPLIANCE_LABEL] ?? "";
  if (
    config.only_fips_images &&
    !compliance
      .toLowerCase()
      .split(/[\s,;]+/)
      .includes("fips")
  ) {
    return { status: "met", note: `not asked: the label ${COMPLIANCE_LABEL} does not name fips` };
  }
  const found = attestedReports(facts, {
    types: [STIG_REPORT],
    title: "STIG report",
    signed: config.require_signed,
  });
  if ("status" in found) return found;
  const profiles = countedReports(found.reports).flatMap(({ predicate }) =>
    Array.isArray(predicate) ? predicate.map(readProfile) : [readProfile(predicate)],
  );
  for (const { name, percent } of profiles) debug(`${name}: ${percent ?? "?"} percent`);
  const low = profiles.filter(({ percent }) => percent !== null && percent < config.target_score);
  if (low.length > 0) {
    return notMet(
      low.map(({ name, percent }) =>
        deviation({
          message: `${name} reaches ${shown(percent)}, less than ${config.target_score} %`,
          columns: { Profile: name, Score: shown(percent), Wanted: `${config.target_score} %` },
          remediation: "See the report for the rules that failed, mend them and scan the image again.",
        }),
      ),
    );
  }
  if (found.missing !== null) return notMet([found.missing]);
  if (profiles.length === 0 || profiles.some(({ percent }) => percent === null)) {
    return { status: "no_data", reason: "the STIG report does not tell the score of every profile" };
  }
  return {
    status: "met",
    note: profiles.map(({ name, percent }) => `${name}: ${shown(percent)}`).join(", "),
  };
}

interface Profile {
  readonly name: string;
  /** Null: not told. */
  readonly percent: number | null;
}

/** `{ name, summary: { defaultScore, maxDefaultScore } }`; some write the numbers beside the name. */
function readProfile(value: unknown): Profile {
  const profile = recordOf(value);
  const summary = recordOf(profile?.["summary"]) ?? profile;
  const name = profile?.["name"];
  const score = numberOf(summary?.["defaultScore"]);
  const max = numberOf(summary?.["maxDefaultScore"]);
  const percent = score === null || max === null || max <= 0 ? null : (score / max) * 100;
  return { name: typeof name === "string" && name !== "" ? name : "the profile", percent };
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** Rounded down, so that what is not reached never looks so. */
function shown(percent: number | null): string {
  return `${Math.floor((percent ?? 0) * 10) / 10} %`;
}
