/**
 * Envelopes of DSSE 1.0 (github.com/secure-systems-lab/dsse, protocol.md and envelope.md).
 * The payload is read from the very bytes that were signed, and from nowhere else.
 */
import type { KeyObject } from "node:crypto";
import { asBase64, asList, asObject, asText, parseObject, type JsonObject } from "./json.ts";
import { verifyBytes, type SigningKey } from "./keys.ts";

/** Payload type of in-toto statements. */
export const statementPayloadType = "application/vnd.in-toto+json";

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  /** A hint by whoever made it, never proof; empty: none. */
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Signatures of one envelope that are looked at: each costs a verification by every trusted key. */
export const signaturesMax = 32;

/** @throws PlimsollError LIMIT_EXCEEDED, JSON_INVALID, DOCUMENT_INVALID */
export function readEnvelope(bytes: Uint8Array): Envelope {
  return envelopeOf(parseObject(bytes, "envelope"));
}

/** The envelope of a Sigstore bundle, or the document itself where it is in none. @throws PlimsollError DOCUMENT_INVALID */
export function unwrapped(document: JsonObject): JsonObject {
  const { dsseEnvelope } = document;
  return dsseEnvelope === undefined ? document : asObject(dsseEnvelope, "bundle.dsseEnvelope");
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function envelopeOf(document: JsonObject): Envelope {
  return {
    payloadType: asText(document["payloadType"], "envelope.payloadType"),
    payload: asBase64(document["payload"], "envelope.payload"),
    signatures: asList(document["signatures"] ?? [], "envelope.signatures", signaturesMax).map(readSignature),
  };
}

function readSignature(value: unknown, at: number): EnvelopeSignature {
  const what = `envelope.signatures[${at}]`;
  const signature = asObject(value, what);
  return {
    keyId: asText(signature["keyid"] ?? "", `${what}.keyid`),
    bytes: asBase64(signature["sig"], `${what}.sig`),
  };
}

/** What is signed: the type too, so that a payload of one kind can never be passed off as one of another. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, "utf8"), payload]);
}

/** Whether any of its signatures is this key's. */
export function isSignedBy({ payloadType, payload, signatures }: Envelope, key: KeyObject): boolean {
  const signed = preAuthEncoding(payloadType, payload);
  return signatures.some(({ bytes }) => verifyBytes(key, signed, bytes));
}

/**
 * Text of an envelope around `payload`, ending in a line feed. Without the hint of a key: verifiers of Go skip a signature whose hint
 * is not the one that they would have made. @throws what the key throws
 */
export async function sealEnvelope(
  payloadType: string,
  payload: Uint8Array,
  key: SigningKey,
): Promise<string> {
  const signature = await key.sign(preAuthEncoding(payloadType, payload));
  const envelope = {
    payloadType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: [{ sig: Buffer.from(signature).toString("base64") }],
  };
  return `${JSON.stringify(envelope)}\n`;
}
