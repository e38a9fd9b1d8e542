/**
 * Whether somebody who is trusted signed what lies beside an image, and what exactly was signed.
 * Whatever is told of the content comes from the bytes that the signature covers, never from what stands around them: file names,
 * annotations and the registry's word are anybody's.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { SignedBytes, Signer } from "../domain/signature.ts";
import { envelopeOf, isSignedBy, statementPayloadType, type Envelope } from "./dsse.ts";
import { asBase64, asObject, invalid, parseObject, type JsonObject } from "./json.ts";
import { verifyBytes } from "./keys.ts";
import { bundleOfAnnotations, verifyBundle } from "./keyless.ts";
import { notationMediaTypes, verifyNotation } from "./notation/verify.ts";
import { signatureAnnotation, signedDigest, simpleSigningMediaType } from "./simple-signing.ts";
import { readStatement, type Statement } from "./statement.ts";
import type { Trust } from "./trust.ts";

/** What was signed: a statement, or the digest of an image (cosign's simple signing). */
export type SignedContent =
  | { readonly kind: "statement"; readonly statement: Statement; readonly envelope: Envelope }
  | { readonly kind: "image"; readonly digest: string };

export interface Verification {
  /** Null when it cannot be read at all. */
  readonly content: SignedContent | null;
  /** Trusted signers whose signature over the content was verified. */
  readonly signers: readonly Signer[];
  /** Why there is none; null when there is one. */
  readonly reason: string | null;
}

/**
 * Verifies one signature file; `repository` is where the image lies, which trust policies of Notation go by. Never throws for its
 * content, however broken.
 * @throws PlimsollError TRUST_INVALID when the trust root itself cannot be used
 */
export async function verifySigned(
  signed: SignedBytes,
  trust: Trust,
  repository: string | null = null,
): Promise<Verification> {
  try {
    if (notationMediaTypes.includes(signed.mediaType)) return byNotation(signed, trust, repository);
    if (signed.mediaType === simpleSigningMediaType) return await verifySimple(signed, trust);
    return await verifyDocument(signed, trust);
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code === "TRUST_INVALID") throw error;
    return unread(printable(error.message, 300));
  }
}

/** The reason of what nobody signed. */
export const notSigned = "it carries no signature";

function byNotation(signed: SignedBytes, trust: Trust, repository: string | null): Verification {
  const { digest, signer, reason } = verifyNotation(signed, trust.notation, repository);
  if (digest === null || signer === null) return unread(reason ?? "it names no artifact");
  return { content: { kind: "image", digest }, signers: [signer], reason: null };
}

function unread(reason: string): Verification {
  return { content: null, signers: [], reason };
}

/** cosign's payload, its signature in an annotation. */
async function verifySimple({ bytes, annotations }: SignedBytes, trust: Trust): Promise<Verification> {
  const payload = Buffer.from(bytes);
  const content: SignedContent = { kind: "image", digest: signedDigest(payload) };
  const text = annotations[signatureAnnotation];
  const signature = asBase64(text, "signature");
  const byKey = trust.keys.filter(({ key }) => verifyBytes(key, payload, signature));
  if (byKey.length > 0) return verified(content, byKey);
  const bundle = bundleOfAnnotations(annotations, { signature: text ?? "", artifact: payload });
  if (bundle === null) return unverified(content, byNobody(trust));
  return byIdentity(content, await verifyBundle(bundle, { artifact: payload }, trust));
}

/** A DSSE envelope, bare or in a Sigstore bundle. */
async function verifyDocument({ bytes, annotations }: SignedBytes, trust: Trust): Promise<Verification> {
  const document = parseObject(bytes, "signature");
  if (document["_type"] !== undefined) return unread(notSigned);
  const isBundle = document["dsseEnvelope"] !== undefined || document["messageSignature"] !== undefined;
  if (isBundle && document["messageSignature"] !== undefined) {
    throw invalid("bundle", "one of an envelope: a signature over another file says nothing of the image");
  }
  const wrapped = isBundle ? asObject(document["dsseEnvelope"], "bundle.dsseEnvelope") : document;
  const envelope = envelopeOf(wrapped);
  // Signed bytes of another type were meant for another reader.
  if (envelope.payloadType !== statementPayloadType)
    throw invalid("envelope.payloadType", statementPayloadType);
  const content: SignedContent = {
    kind: "statement",
    statement: readStatement(envelope.payload),
    envelope,
  };
  const byKey = trust.keys.filter(({ key }) => isSignedBy(envelope, key));
  if (byKey.length > 0) return verified(content, byKey);
  if (envelope.signatures.length === 0) return unverified(content, notSigned);
  const bundle: JsonObject | null = isBundle
    ? hasCertificate(document)
      ? document
      : null
    : bundleOfAnnotations(annotations, { envelope: wrapped });
  if (bundle === null) return unverified(content, byNobody(trust));
  return byIdentity(content, await verifyBundle(bundle, { artifact: null }, trust));
}

/** A bundle by a key holds a hint of it in place of a certificate. */
function hasCertificate(bundle: JsonObject): boolean {
  const material = asObject(bundle["verificationMaterial"] ?? {}, "bundle.verificationMaterial");
  return material["publicKey"] === undefined;
}

function verified(content: SignedContent, keys: Trust["keys"]): Verification {
  return { content, signers: keys.map(({ signer }) => signer), reason: null };
}

function unverified(content: SignedContent, reason: string): Verification {
  return { content, signers: [], reason };
}

function byIdentity(content: SignedContent, answer: readonly Signer[] | string): Verification {
  if (typeof answer === "string") return unverified(content, answer);
  return { content, signers: answer, reason: null };
}

function byNobody({ keys }: Trust): string {
  return keys.length === 0
    ? "no key is trusted that could have signed it"
    : "none of the trusted keys signed it";
}
