/**
 * Policy type `supply-chain-attestations`: the image carries an SBOM and provenance in max mode, both about this image.
 * Required predicate types of one kind are alternatives (any SBOM format, any provenance version); every other listed
 * type is required by itself. Each miss is one deviation. An attestation counts only when a subject is the image's
 * digest; signed by a trusted signer it must be only where the policy says so, and a met result tells who signed.
 */
import { z } from "zod";
import type { Attestation } from "../../domain/image.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { isProvenanceType, predicateTypes, provenanceTypes } from "../../domain/predicate-types.ts";
import { formatSigner } from "../../domain/signature.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";
import { isMaxMode } from "./provenance-mode.ts";

/** Predicate types that mean "an SBOM". */
export const sbomTypes: readonly string[] = [predicateTypes.spdx, predicateTypes.cyclonedx];

const options = z.strictObject({
  required_attestations: z
    .array(z.string().trim().min(1).max(500))
    .min(1)
    .max(ENTRIES_MAX)
    .default([...sbomTypes, ...provenanceTypes])
    .meta({
      title: "Required attestations",
      description:
        "Predicate types; a version may follow. SBOM types are alternatives, and so are provenance types.",
      examples: [[predicateTypes.spdx, predicateTypes.provenanceV1]],
    }),
  require_signed: z.boolean().default(false).meta({
    title: "Only signed attestations",
    description: "An attestation counts only when a trusted key or identity signed it.",
  }),
});
type Options = z.output<typeof options>;

export const supplyChainAttestations: PolicyType<Options> = Object.freeze({
  id: "supply-chain-attestations",
  title: "Supply chain attestations",
  description: "The image carries an SBOM and provenance in max mode, both about this image.",
  specs: [
    "https://github.com/in-toto/attestation/tree/main/spec",
    "https://docs.docker.com/build/metadata/attestations/slsa-definitions/",
  ],
  version: 1,
  needs: ["attestations"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const { imageDigest } = facts;
  const attestations = facts.attestations ?? [];
  for (const { predicateType, storage } of attestations) debug(`found ${predicateType} (${storage})`);
  if (imageDigest === null && attestations.length > 0) {
    return { status: "no_data", reason: "the digest that attestations must be about is not known" };
  }
  const deviations = requirements(config.required_attestations)
    .map((requirement) => check(requirement, attestations, { imageDigest, signed: config.require_signed }))
    .filter((miss) => miss !== null);
  return deviations.length > 0
    ? notMet(deviations)
    : { status: "met", note: signedNote(config, attestations, imageDigest) };
}

function signedNote(
  config: Options,
  attestations: readonly Attestation[],
  imageDigest: string | null,
): string {
  const counted = requirements(config.required_attestations).map((requirement) =>
    attestations.filter(
      ({ predicateType, subjectDigests }) =>
        requirement.types.some((type) => isType(predicateType, type)) &&
        imageDigest !== null &&
        subjectDigests.includes(imageDigest),
    ),
  );
  if (!counted.every((list) => list.some(({ trust }) => trust === "verified"))) {
    return "the attestations are not signed";
  }
  const signers = counted.flat().flatMap(({ signers: by = [] }) => by.map(formatSigner));
  return `signed by ${[...new Set(signers)].join(", ") || "a trusted signer"}`;
}

interface Requirement {
  readonly kind: "sbom" | "provenance" | "other";
  readonly title: string;
  /** Any of these will do. */
  readonly types: readonly string[];
}

function requirements(types: readonly string[]): readonly Requirement[] {
  const sboms = types.filter((type) => sbomTypes.some((known) => isType(type, known)));
  const provenances = types.filter(isProvenanceType);
  const others = types.filter((type) => !sboms.includes(type) && !provenances.includes(type));
  const wanted: Requirement[] = others.map((type) => ({ kind: "other", title: type, types: [type] }));
  if (provenances.length > 0) wanted.unshift({ kind: "provenance", title: "provenance", types: provenances });
  if (sboms.length > 0) wanted.unshift({ kind: "sbom", title: "SBOM", types: sboms });
  return wanted;
}

function check(
  requirement: Requirement,
  attestations: readonly Attestation[],
  { imageDigest, signed }: { readonly imageDigest: string | null; readonly signed: boolean },
): Deviation | null {
  const ofType = attestations.filter(({ predicateType }) =>
    requirement.types.some((type) => isType(predicateType, type)),
  );
  const aboutImage = ofType.filter(
    ({ subjectDigests }) => imageDigest !== null && subjectDigests.includes(imageDigest),
  );
  if (ofType.length === 0) return miss(requirement, `No ${requirement.title} attestation`, "missing");
  if (aboutImage.length === 0) {
    return miss(requirement, `The ${requirement.title} attestation is about another image`, "other subject");
  }
  const counted = signed ? aboutImage.filter(({ trust }) => trust === "verified") : aboutImage;
  if (counted.length === 0) {
    return {
      ...miss(
        requirement,
        `The ${requirement.title} attestation is not signed by anybody trusted`,
        "unsigned",
      ),
      remediation: "Sign it, and name the key among the trusted ones (PLIMSOLL_TRUSTED_KEYS).",
    };
  }
  if (requirement.kind === "provenance" && !counted.some(({ predicate }) => isMaxMode(predicate))) {
    return miss(requirement, "The provenance attestation is not in max mode", "min mode");
  }
  return null;
}

function miss(requirement: Requirement, message: string, state: string): Deviation {
  return deviation({
    message,
    columns: { Attestation: requirement.title, State: state },
    remediation: remediations[requirement.kind],
  });
}

const remediations = {
  sbom: "Build with docker buildx build --attest type=sbom",
  provenance: "Build with docker buildx build --attest type=provenance,mode=max",
  other: "Attach an attestation of this predicate type to the image.",
} as const;

/** Equal, or `type` followed by a version: `…/Document/v2.3`, `…/provenance/v1.1`, `…/provenance/v1?draft`. */
function isType(predicateType: string, type: string): boolean {
  if (!predicateType.startsWith(type)) return false;
  return predicateType.length === type.length || "/.#?@-".includes(predicateType.charAt(type.length));
}
