/**
 * Policy type `secrets`: no secret is left in the image. Found by a search of the image; where there was none, a signed report of
 * another scanner about this image stands for it.
 */
import { z } from "zod";
import { severities } from "../../domain/advisory.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { placeText, type SecretFinding } from "../../domain/secret.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { matchesGlob } from "../shared/glob.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

/** Predicate type of reports: a list of secrets, empty when there is none. */
export const SECRETS_REPORT = predicateTypes.secrets;

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
    .default([...severities])
    .meta({
      title: "Severities",
      description: "The severities that count.",
      examples: [["critical", "high"]],
    }),
  ignored_rules: z
    .array(z.string().min(1).max(100))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Ignored rules",
      description: "Ids of rules whose findings are left alone, as `plimsoll secrets` names them.",
      examples: [["generic-password"]],
    }),
  ignored_paths: z
    .array(z.string().min(1).max(1000))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Ignored paths",
      description:
        "Files whose secrets are left alone, without a slash at the start; `*` stands for any text.",
      examples: [["app/test/*"]],
    }),
  include_removed: z.boolean().default(true).meta({
    title: "Also removed files",
    description:
      "A secret in a file that a later layer removed counts too: everybody who has the image has it.",
  }),
});
type Options = z.output<typeof options>;

export const secrets: PolicyType<Options> = Object.freeze({
  id: "secrets",
  title: "No secrets",
  description: "No password, key or token was left in the image.",
  specs: ["docs/guide/secrets-and-hygiene.md"],
  version: 1,
  needs: [],
  examines: "secrets",
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const { secrets: found } = facts;
  if (found === null) return attestedOutcome(facts);
  const counted = found.findings.filter((finding) => {
    const reason = reasonToPass(finding, config);
    debug(`${finding.rule} in ${placeText(finding.place)}: ${reason ?? "violates"}`);
    return reason === null;
  });
  if (counted.length > 0) return notMet(counted.map(secretDeviation));
  const [first] = found.notSearched;
  if (first !== undefined) return { status: "no_data", reason: `not everything was searched: ${first}` };
  if (found.notListed > 0) {
    return {
      status: "no_data",
      reason: `${found.notListed} findings were not listed, so they were not judged`,
    };
  }
  return { status: "met" };
}

function reasonToPass({ rule, severity, place, removedIn }: SecretFinding, config: Options): string | null {
  if (!config.severities.includes(severity)) return `severity ${severity} is not listed`;
  if (config.ignored_rules.includes(rule)) return "the rule is ignored";
  if (removedIn !== null && !config.include_removed) return "the file was removed";
  const isIgnored =
    place.kind === "file" && config.ignored_paths.some((pattern) => matchesGlob(pattern, place.path));
  return isIgnored ? "the path is ignored" : null;
}

function secretDeviation({ rule, title, severity, place, removedIn }: SecretFinding): Deviation {
  const where = placeText(place);
  const layer = place.kind === "file" ? place.layer : null;
  return deviation({
    message: `${title} in ${where}${removedIn === null ? "" : ", removed by a later layer and still in the image"}`,
    layer,
    columns: { Secret: title, Place: where, Severity: severity, Rule: rule },
    remediation:
      "Revoke the secret, and hand it to the build with RUN --mount=type=secret or to the container when it runs.",
  });
}

/** Only a signed report about this image proves that somebody has searched it. */
function attestedOutcome({ attestations, imageDigest, missing }: ImageFacts): PolicyOutcome {
  const report = (attestations ?? []).find(
    ({ predicateType, subjectDigests, trust }) =>
      predicateType === SECRETS_REPORT &&
      trust === "verified" &&
      imageDigest !== null &&
      subjectDigests.includes(imageDigest),
  );
  const noSearch = missing.secrets ?? "the image was not searched for secrets";
  if (report === undefined || !Array.isArray(report.predicate))
    return { status: "no_data", reason: noSearch };
  const { length } = report.predicate;
  if (length === 0) return { status: "met", note: "by the signed report of another scanner" };
  return notMet([
    deviation({
      message: `A signed report of secrets lists ${length} of them`,
      columns: { Attestation: SECRETS_REPORT, Secrets: String(length) },
      remediation: "Revoke the secrets that the report lists, and build the image without them.",
    }),
  ]);
}
