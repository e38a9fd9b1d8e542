/**
 * Policy type `signed-by`: trusted signers have signed the image itself. A signature counts only when it was verified against a key
 * or an identity that is configured; what a signature says of itself is never looked at.
 */
import { z } from "zod";
import type { ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { formatSigner, type ImageSignature, type Signer } from "../../domain/signature.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { matchesGlob } from "../shared/glob.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const options = z.strictObject({
  signers: z
    .array(z.string().trim().min(1).max(500))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Signers",
      description:
        "Names or ids of trusted keys (`release.pub`, `SHA256:…`), or subjects of identities with stars; none given: any trusted signer.",
      examples: [["release.pub", "https://github.com/acme/*"]],
    }),
  issuers: z
    .array(z.string().trim().min(1).max(500))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Issuers",
      description:
        "Issuers whose identities count; none given: every trusted one. Keys have none and always count.",
      examples: [["https://token.actions.githubusercontent.com"]],
    }),
  signatures_min: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(1)
    .meta({
      title: "Number of signers",
      description: "So many different signers must have signed.",
      examples: [2],
    }),
});
type Options = z.output<typeof options>;

export const signedBy: PolicyType<Options> = Object.freeze({
  id: "signed-by",
  title: "Signed image",
  description: "Trusted keys or identities have signed the image.",
  specs: ["https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md"],
  version: 1,
  needs: ["signatures"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const signatures = facts.signatures ?? [];
  for (const signature of signatures) debug(lineOf(signature));
  const signers = signatures.flatMap(({ verified, signer }) => (verified && signer !== null ? [signer] : []));
  const counted = [...new Set(signers.filter((signer) => isWanted(signer, config)).map(formatSigner))];
  if (counted.length >= config.signatures_min) {
    return { status: "met", note: `signed by ${counted.join(", ")}` };
  }
  const wanted = config.signers.join(", ") || "a trusted signer";
  const message =
    signatures.length === 0
      ? "The image is not signed"
      : `${counted.length} of ${config.signatures_min} signers have signed the image`;
  const others = signers.map(formatSigner).filter((name) => !counted.includes(name));
  const unverified = signatures.find(({ verified }) => !verified);
  return notMet([
    deviation({
      message: unverified === undefined ? message : `${message}: ${unverified.reason ?? "not verified"}`,
      columns: {
        Wanted: wanted,
        "Signed by": [...counted, ...new Set(others)].join(", ") || "nobody who is trusted",
      },
      remediation: `Sign the image by its digest as ${wanted}: cosign sign --key KEY IMAGE@${facts.imageDigest ?? "DIGEST"}`,
    }),
  ]);
}

function isWanted(signer: Signer, { signers, issuers }: Options): boolean {
  if (signer.issuer !== null && issuers.length > 0 && !issuers.includes(signer.issuer)) return false;
  return (
    signers.length === 0 ||
    signers.some((wanted) => wanted === signer.keyId || matchesGlob(wanted, signer.name))
  );
}

function lineOf({ verified, signer, reason, storage }: ImageSignature): string {
  const by = signer === null ? "nobody known" : formatSigner(signer);
  return `${storage}: ${verified ? `verified, by ${by}` : `not verified: ${reason ?? "no reason given"}`}`;
}
