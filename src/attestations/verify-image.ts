/**
 * An image with its signatures verified: which attestations a trusted signer made, and who signed the image itself.
 * A signature counts only for the digest it names. Signed bytes go with the verification: nothing later needs them.
 */
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import type { ImageSignature, SignedBytes } from "../domain/signature.ts";
import { notationMediaTypes } from "./notation/verify.ts";
import { isAbout, type Statement } from "./statement.ts";
import { trustsAnybody, type Trust } from "./trust.ts";
import { notSigned, type SignedContent, verifySigned, type Verification } from "./verify.ts";

/** Predicate type by which cosign 3 signs an image in a statement. */
export const imageSignatureType = "https://sigstore.dev/cosign/sign/v1";

/** @throws PlimsollError TRUST_INVALID */
export async function verifyImage(image: ResolvedImage, trust: Trust): Promise<ResolvedImage> {
  const { signed, ...rest } = image;
  const digests = digestsOf(image);
  const attestations: Attestation[] = [];
  const signatures: ImageSignature[] = [];
  for (const attestation of image.attestations ?? []) {
    const { signed: bytes, ...bare } = attestation;
    if (bare.predicateType === imageSignatureType) {
      if (bytes !== undefined) signatures.push(signatureOf(bytes, await verifySigned(bytes, trust), digests));
    } else if (bytes === undefined || !trustsAnybody(trust)) attestations.push(bare);
    else {
      const { signers, statement } = await judgeStatement(attestation, trust, digests);
      attestations.push(
        statement === null ? bare : { ...bare, ...toldBy(statement), trust: "verified", signers },
      );
    }
  }
  for (const bytes of signed ?? []) {
    const verification = await verifySigned(bytes, trust, image.repository);
    signatures.push(signatureOf(bytes, verification, digests));
  }
  // Some lie where every scan looks; whether there are others nobody knows who did not search for them.
  const isKnown = signed !== undefined || (signatures.length > 0 && trustsAnybody(trust));
  return {
    ...rest,
    attestations: image.attestations === null ? null : attestations,
    ...(isKnown ? { signatures } : {}),
  };
}

/** Of the manifest and of the index that lists it: who signs a tag signs its index. */
export function digestsOf({ digest, indexDigest }: ResolvedImage): readonly string[] {
  return [digest, indexDigest].filter((each) => each !== null);
}

/** What an attestation says, from the bytes that were verified and not from those that somebody read before. */
export function toldBy({
  predicate,
  subjects,
}: Statement): Pick<Attestation, "predicate" | "subjectDigests"> {
  const digests = subjects.flatMap(({ digest }) => (digest === null ? [] : [digest]));
  return { predicate, subjectDigests: [...new Set(digests)].toSorted() };
}

export interface StatementJudgement extends Pick<Verification, "signers" | "reason"> {
  /** What was signed; null where nobody who is trusted did. */
  readonly statement: Statement | null;
}

/** Who is trusted and signed that this image, one of `digests`, is what the attestation says; and why nobody, if nobody did. */
export async function judgeStatement(
  { signed, predicateType }: Attestation,
  trust: Trust,
  digests: readonly string[],
): Promise<StatementJudgement> {
  if (signed === undefined) return nobody(notSigned);
  const { content, signers, reason } = await verifySigned(signed, trust);
  if (signers.length === 0) return nobody(reason ?? notSigned);
  // What the signature covers decides, so the statement that counts is the one that was verified.
  if (content?.kind !== "statement" || content.statement.predicateType !== predicateType)
    return nobody("what was signed is of another type");
  const { statement } = content;
  if (!digests.some((digest) => isAbout(statement, digest))) return nobody("it was made for another image");
  return { signers, reason: null, statement };
}

function nobody(reason: string): StatementJudgement {
  return { signers: [], reason, statement: null };
}

function signatureOf(
  { storage, mediaType, repository }: SignedBytes,
  { content, signers, reason }: Verification,
  digests: readonly string[],
): ImageSignature {
  const [signer = null] = signers;
  const form = {
    ...(mediaType.includes("sigstore.bundle") ? { isBundle: true as const } : {}),
    ...(notationMediaTypes.includes(mediaType) ? { isNotation: true as const } : {}),
    ...(repository === undefined ? {} : { repository }),
  };
  if (signer === null || content === null) {
    return { signer: null, verified: false, reason: reason ?? "it cannot be read", storage, ...form };
  }
  const subject = digests.find((digest) => isSignatureOf(content, digest));
  if (subject !== undefined) return { signer, verified: true, reason: null, storage, ...form, subject };
  return { signer: null, verified: false, reason: "it was made for another image", storage, ...form };
}

/** Whether it is a signature over the manifest of this digest. */
export function isSignatureOf(content: SignedContent, digest: string): boolean {
  if (content.kind === "image") return content.digest === digest;
  return content.statement.predicateType === imageSignatureType && isAbout(content.statement, digest);
}
