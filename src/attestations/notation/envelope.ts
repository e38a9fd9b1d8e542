/**
 * Signatures of Notation (github.com/notaryproject/specifications, signature-specification.md 1.1): what both envelopes, JWS and COSE, say,
 * in one form. Nothing of it is believed before the signature was verified.
 */
import { X509Certificate } from "node:crypto";
import { invalid } from "../json.ts";

export interface NotationEnvelope {
  /** The bytes that the signature covers. */
  readonly covered: Uint8Array;
  readonly signature: Uint8Array;
  /** As JWS calls it: `ES256`, `PS384`. */
  readonly algorithm: string;
  /** JSON with `targetArtifact`. */
  readonly payload: Uint8Array;
  readonly contentType: string;
  /** `notary.x509`: the time is the signer's word; `notary.x509.signingAuthority`: the authority's. */
  readonly scheme: string;
  /** Names of headers that a reader has to understand. */
  readonly critical: readonly string[];
  /** RFC 3339; null: it does not expire. */
  readonly expiry: string | null;
  /** RFC 3339, of a signing authority; null: none. */
  readonly authenticTime: string | null;
  /** The signer's certificate, then its issuer's, and so on. */
  readonly chain: readonly X509Certificate[];
  /** It carries a countersignature of a timestamp authority. */
  readonly hasTimestamp: boolean;
}

export const header = {
  scheme: "io.cncf.notary.signingScheme",
  expiry: "io.cncf.notary.expiry",
  authenticTime: "io.cncf.notary.authenticSigningTime",
  timestamp: "io.cncf.notary.timestampSignature",
} as const;

export const payloadContentType = "application/vnd.cncf.notary.payload.v1+json";
export const certificatesMax = 10;

/** @throws PlimsollError DOCUMENT_INVALID */
export function readCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw invalid("certificate", "one in DER");
  }
}
