/**
 * An image with its signatures verified: which attestations a trusted signer made, and who signed the image itself.
 * A signature counts only for the digest it names. Signed bytes go with the verification: nothing later needs them.
 */
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import type { ImageSignature, SignedBytes } from "../domain/signature.ts";
import { isAbout } from "./statement.ts";
import { trustsAnybody, type Trust } from "./trust.ts";
import { verifySigned, type Verification } from "./verify.ts";

/** Predicate type by which cosign 3 signs an image in a statement. */
export const imageSignatureType = "https://sigstore.dev/cosign/sign/v1";

/** @throws PlimsollError TRUST_INVALID */
export async function verifyImage(image: ResolvedImage, trust: Trust): Promise<ResolvedImage> {
  const { signed, ...rest } = image;
  const digests = [image.digest, image.indexDigest].filter((digest) => digest !== null);
  const attestations: Attestation[] = [];
  const signatures: ImageSignature[] = [];
  for (const attestation of image.attestations ?? []) {
    const { signed: bytes, ...bare } = attestation;
    const isSignature = attestation.predicateType === imageSignatureType;
    if (bytes === undefined) {
      if (!isSignature) attestations.push(bare);
      continue;
    }
    const verification = trustsAnybody(trust) || isSignature ? await verifySigned(bytes, trust) : null;
    if (isSignature) {
      if (verification !== null) signatures.push(signatureOf(bytes, verification, digests));
    } else attestations.push(verification === null ? bare : judged(bare, verification, digests));
  }
  for (const bytes of signed ?? []) {
    signatures.push(signatureOf(bytes, await verifySigned(bytes, trust), digests));
  }
  const isKnown = signed !== undefined || signatures.length > 0;
  return {
    ...rest,
    attestations: image.attestations === null ? null : attestations,
    ...(isKnown ? { signatures } : {}),
  };
}

/** What the signature covers decides, so the statement that counts is the one that was verified. */
function judged(
  bare: Attestation,
  { content, signers }: Verification,
  digests: readonly string[],
): Attestation {
  if (signers.length === 0 || content?.kind !== "statement") return bare;
  const { statement } = content;
  const isOfType = statement.predicateType === bare.predicateType;
  if (!isOfType || !digests.some((digest) => isAbout(statement, digest))) return bare;
  return { ...bare, trust: "verified", signers };
}

function signatureOf(
  { storage }: SignedBytes,
  { content, signers, reason }: Verification,
  digests: readonly string[],
): ImageSignature {
  const [signer = null] = signers;
  if (signer === null || content === null) {
    return { signer: null, verified: false, reason: reason ?? "it cannot be read", storage };
  }
  const isOfImage =
    content.kind === "image"
      ? digests.includes(content.digest)
      : content.statement.predicateType === imageSignatureType &&
        digests.some((digest) => isAbout(content.statement, digest));
  if (isOfImage) return { signer, verified: true, reason: null, storage };
  return { signer: null, verified: false, reason: "it was made for another image", storage };
}
