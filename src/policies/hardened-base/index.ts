/**
 * Policy type `hardened-base`: the image or its base image passed the verification of a builder of hardened images, as a signed SLSA
 * verification summary (VSA) tells. A summary counts only when a trusted signer signed it and it is about that very digest.
 */
import { z } from "zod";
import type { Attestation } from "../../domain/image.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { predicateTypes } from "../../domain/predicate-types.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { matchesGlob } from "../shared/glob.ts";
import { knownBase } from "../shared/known-base.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

export const VERIFICATION_SUMMARY = predicateTypes.verificationSummary;

const options = z.strictObject({
  verifiers: z
    .array(z.string().trim().min(1).max(500))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Verifiers",
      description: "Ids of verifiers, with stars; none given: any whose signature is trusted.",
      examples: [["https://docker.com/*"]],
    }),
  levels: z
    .array(z.string().trim().min(1).max(200))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Verified levels",
      description: "Levels that the summary must list, all of them.",
      examples: [["SLSA_BUILD_LEVEL_3"]],
    }),
  accept_base: z.boolean().default(true).meta({
    title: "The base image is enough",
    description: "An image on a hardened base meets it; else only the image itself counts.",
  }),
});
type Options = z.output<typeof options>;

export const hardenedBase: PolicyType<Options> = Object.freeze({
  id: "hardened-base",
  title: "Hardened image or base image",
  description: "The image or its base image has a valid, signed verification summary.",
  specs: ["https://slsa.dev/spec/v1.1/verification_summary"],
  version: 1,
  needs: ["attestations"],
  asksBaseAttestations: true,
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const own = judge(facts.attestations ?? [], facts.imageDigest, config);
  debug(`the image: ${own.message}`);
  if (own.passes) return { status: "met", note: `the image: ${own.message}` };
  if (!config.accept_base) return refuse([["Image", own.message]]);
  const known = knownBase(facts);
  if ("status" in known) {
    // FROM scratch has no base that could stand for the image.
    if (known.status === "met") return refuse([["Image", own.message]]);
    return known.status === "no_data"
      ? { status: "no_data", reason: `the image: ${own.message}; its base image: ${known.reason}` }
      : known;
  }
  if (facts.baseAttestations === null) {
    const why = facts.missing.baseAttestations ?? "attestations of the base image were not looked for";
    return { status: "no_data", reason: `the image: ${own.message}; its base image: ${why}` };
  }
  const base = judge(facts.baseAttestations, known.digest, config);
  debug(`the base image: ${base.message}`);
  if (base.passes) return { status: "met", note: `the base image ${known.name}: ${base.message}` };
  return refuse([
    ["Image", own.message],
    [`Base image ${known.name}`, base.message],
  ]);
}

interface Answer {
  readonly passes: boolean;
  readonly message: string;
}

function judge(attestations: readonly Attestation[], digest: string | null, config: Options): Answer {
  const all = attestations.filter(({ predicateType }) => predicateType === VERIFICATION_SUMMARY);
  if (all.length === 0) return { passes: false, message: "no verification summary" };
  const about = all.filter(({ subjectDigests }) => digest !== null && subjectDigests.includes(digest));
  if (about.length === 0)
    return { passes: false, message: "the verification summary is about another image" };
  const signed = about.filter(({ trust }) => trust === "verified");
  if (signed.length === 0)
    return { passes: false, message: "the verification summary is not signed by anybody trusted" };
  const answers = signed.map(({ predicate }) => readSummary(predicate, config));
  return (
    answers.find(({ passes }) => passes) ??
    answers[0] ?? { passes: false, message: "no verification summary" }
  );
}

function readSummary(predicate: unknown, { verifiers, levels }: Options): Answer {
  const summary = recordOf(predicate);
  const verifier = textOf(recordOf(summary?.["verifier"])?.["id"]);
  const result = textOf(summary?.["verificationResult"]);
  const listed = summary?.["verifiedLevels"];
  const verified = Array.isArray(listed) ? listed.map(textOf) : [];
  if (result !== "PASSED")
    return { passes: false, message: `the verification result is ${result || "not told"}` };
  if (verifiers.length > 0 && !verifiers.some((pattern) => matchesGlob(pattern, verifier))) {
    return { passes: false, message: `the verifier ${verifier || "(none)"} is not listed` };
  }
  const lacking = levels.filter((level) => !verified.includes(level));
  if (lacking.length > 0) return { passes: false, message: `not verified: ${lacking.join(", ")}` };
  return { passes: true, message: `verified by ${verifier || "an unnamed verifier"}` };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function refuse(rows: readonly (readonly [subject: string, message: string])[]): PolicyOutcome {
  return notMet(
    rows.map(([subject, message]) =>
      deviation({
        message: `${subject}: ${message}`,
        columns: { Subject: subject, Summary: message },
        remediation: "Build on a hardened base image whose verification summary is signed by a trusted key.",
      }),
    ),
  );
}
