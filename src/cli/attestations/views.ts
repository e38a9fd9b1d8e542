/** Attestations and signatures as JSON and as rows of text. */
import { findPredicateKind } from "../../attestations/predicate-types.ts";
import { notSigned } from "../../attestations/verify.ts";
import type { AttestationsReport } from "../../api/attestation-reports.ts";
import { printable } from "../../domain/problem.ts";
import { formatSigner, type ImageSignature } from "../../domain/signature.ts";
import type { ListedAttestation, NamedImage } from "./open.ts";

type AttestationView = AttestationsReport["attestations"][number];

export function toAttestationView({ attestation, signers, reason }: ListedAttestation): AttestationView {
  const { predicateType, storage, subjectDigests } = attestation;
  return {
    predicateType,
    title: findPredicateKind(predicateType)?.title ?? null,
    digest: attestation.digest ?? null,
    storage,
    signed: reason !== notSigned,
    verified: signers.length > 0,
    signers: [...signers],
    reason,
    subjects: [...subjectDigests],
  };
}

export function toSignatureView({ verified, signer, reason, storage }: ImageSignature) {
  return { verified, signer, reason, storage };
}

export function toImageView({ reference, digest, indexDigest }: NamedImage) {
  return { reference, digest, indexDigest };
}

/** `SPDX SBOM  verified: release.pub (SHA256:…)` and, below it, type and digest. */
export function attestationLines(listed: ListedAttestation): readonly string[] {
  const { attestation, signers } = listed;
  const { predicateType, digest, storage } = attestation;
  const title = findPredicateKind(predicateType)?.title ?? "Attestation";
  return [
    `${title}  ${trustText(listed)}`,
    `  ${printable(predicateType)}`,
    `  ${digest ?? "digest unknown"}  ${storageWords[storage]}`,
    ...signers.map((signer) => `  signed by ${printable(formatSigner(signer))}`),
  ];
}

function trustText({ signers, reason }: ListedAttestation): string {
  return signers.length > 0 ? "verified" : `not verified: ${printable(reason ?? "")}`;
}

export function signatureLines({ verified, signer, reason, storage }: ImageSignature): readonly string[] {
  const state = verified ? "verified" : `not verified: ${printable(reason ?? "")}`;
  return [
    `Signature of the image  ${state}`,
    `  ${storageWords[storage]}`,
    ...(signer === null ? [] : [`  signed by ${printable(formatSigner(signer))}`]),
  ];
}

const storageWords = {
  "in-index": "in the image's index",
  referrer: "referrer",
  tag: "under a tag of cosign",
  file: "in a file",
} as const;
