/**
 * Reports that somebody attested about the image: of a virus scanner, of tests, of a compliance scan. One counts when a subject is
 * the image's digest and, unless the policy says otherwise, when a trusted signer signed it: anybody can attach the others.
 */
import { z } from "zod";
import type { Attestation } from "../../domain/image.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation } from "./deviation.ts";

/** The option that every type of this kind has. */
export const requireSigned = z.boolean().default(true).meta({
  title: "Only signed reports",
  description: "A report counts only when a trusted key or identity signed it.",
});

export interface AttestedReports {
  /** About the image, signed or not, in the order they were found. */
  readonly reports: readonly Attestation[];
  /** That there is none, or none that is signed; null: there is one that counts. */
  readonly missing: Deviation | null;
}

/** `title`: `malware report`. The outcome where the attestations are about nobody knows what. */
export function attestedReports(
  facts: Pick<ImageFacts, "attestations" | "imageDigest">,
  {
    types,
    title,
    signed,
  }: { readonly types: readonly string[]; readonly title: string; readonly signed: boolean },
): AttestedReports | PolicyOutcome {
  const found = (facts.attestations ?? []).filter(({ predicateType }) => types.includes(predicateType));
  const { imageDigest } = facts;
  if (imageDigest === null) {
    return { status: "no_data", reason: "the digest that attestations must be about is not known" };
  }
  const reports = found.filter(({ subjectDigests }) => subjectDigests.includes(imageDigest));
  const columns = { Attestation: types[0] ?? title };
  if (reports.length === 0) {
    const message = found.length === 0 ? `There is no ${title}` : `The ${title} is about another image`;
    return {
      reports,
      missing: deviation({
        message,
        columns: { ...columns, State: found.length === 0 ? "missing" : "other subject" },
        remediation: `Attach a ${title} to the image: plimsoll attestation add --predicate-type ${types[0] ?? ""} --file report.json IMAGE`,
      }),
    };
  }
  if (!signed || reports.some(({ trust }) => trust === "verified")) return { reports, missing: null };
  return {
    reports,
    missing: deviation({
      message: `The ${title} is not signed by anybody who is trusted`,
      columns: { ...columns, State: "unsigned" },
      remediation: "Sign it, and name the key among the trusted ones (PLIMSOLL_TRUSTED_KEYS).",
    }),
  };
}

/** Of the reports the signed ones where any is, else all: an unsigned one never outweighs a signed one. */
export function countedReports(reports: readonly Attestation[]): readonly Attestation[] {
  const signed = reports.filter(({ trust }) => trust === "verified");
  return signed.length > 0 ? signed : reports;
}
