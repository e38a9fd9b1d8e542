/** Notation's envelope in JWS (RFC 7515, flattened JSON). */
import { asBase64, asList, asObject, asText, parseObject } from "../json.ts";
import { certificatesMax, header, readCertificate, type NotationEnvelope } from "./envelope.ts";

/** @throws PlimsollError LIMIT_EXCEEDED, JSON_INVALID, DOCUMENT_INVALID */
export function readJws(bytes: Uint8Array): NotationEnvelope {
  const document = parseObject(bytes, "signature", BYTES_MAX);
  const protectedText = asText(document["protected"], "signature.protected");
  const payloadText = asText(document["payload"], "signature.payload");
  const unprotected = asObject(document["header"], "signature.header");
  const claims = parseObject(asBase64(protectedText, "signature.protected"), "protected header", BYTES_MAX);
  const optional = (name: string): string | null =>
    claims[name] === undefined ? null : asText(claims[name], name);
  return {
    covered: Buffer.from(`${protectedText}.${payloadText}`, "ascii"),
    signature: asBase64(document["signature"], "signature.signature"),
    algorithm: asText(claims["alg"], "alg"),
    payload: asBase64(payloadText, "signature.payload"),
    contentType: asText(claims["cty"], "cty"),
    scheme: asText(claims[header.scheme], header.scheme),
    critical: asList(claims["crit"] ?? [], "crit", 20).map((each) => asText(each, "crit")),
    expiry: optional(header.expiry),
    authenticTime: optional(header.authenticTime),
    chain: asList(unprotected["x5c"], "x5c", certificatesMax).map((each) =>
      readCertificate(asBase64(each, "x5c")),
    ),
    hasTimestamp: unprotected[header.timestamp] !== undefined,
  };
}

const BYTES_MAX = 4 * 1024 ** 2;
