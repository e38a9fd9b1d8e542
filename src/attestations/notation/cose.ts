/** Notation's envelope in COSE (RFC 9052, COSE_Sign1). */
import { invalid, documentBytesMax } from "../json.ts";
import { cborTag, readCbor, writeCbor, type Cbor } from "./cbor.ts";
import { certificatesMax, header, readCertificate, type NotationEnvelope } from "./envelope.ts";

/** Labels of RFC 9052 and RFC 9360. */
const label = { algorithm: 1, critical: 2, contentType: 3, certificates: 33 } as const;
/** Algorithms of RFC 9053 and RFC 8230, as JWS calls them. */
const algorithms: ReadonlyMap<Cbor, string> = new Map([
  [-7, "ES256"],
  [-35, "ES384"],
  [-36, "ES512"],
  [-37, "PS256"],
  [-38, "PS384"],
  [-39, "PS512"],
]);

/** @throws PlimsollError DOCUMENT_INVALID */
export function readCose(bytes: Uint8Array): NotationEnvelope {
  if (bytes.byteLength > documentBytesMax) throw invalid("signature", "small enough");
  const tagged = readCbor(bytes);
  const parts = isTag(tagged) && tagged.tag === cborTag.sign1 ? tagged.value : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw invalid("signature", "a COSE_Sign1");
  const [protectedBytes, unprotected, payload, signature] = parts as readonly Cbor[];
  const covered = asBytes(protectedBytes);
  const claims = asMap(readCbor(covered));
  const open = asMap(unprotected);
  const chain = open.get(label.certificates);
  const certificates = Array.isArray(chain) ? (chain as readonly Cbor[]) : [chain];
  if (certificates.length > certificatesMax) throw invalid("x5chain", `at most ${certificatesMax}`);
  return {
    covered: signatureStructure(covered, asBytes(payload)),
    signature: asBytes(signature),
    algorithm: algorithms.get(claims.get(label.algorithm) ?? null) ?? "unknown",
    payload: asBytes(payload),
    contentType: asText(claims.get(label.contentType)),
    scheme: asText(claims.get(header.scheme)),
    critical: asTexts(claims.get(label.critical)),
    expiry: timeOf(claims.get(header.expiry)),
    authenticTime: timeOf(claims.get(header.authenticTime)),
    chain: certificates.map((each) => readCertificate(asBytes(each))),
    hasTimestamp: open.has(header.timestamp),
  };
}

/** Sig_structure, RFC 9052 section 4.4: `["Signature1", protected, h'', payload]`. */
function signatureStructure(covered: Uint8Array, payload: Uint8Array): Uint8Array {
  return writeCbor(["Signature1", covered, new Uint8Array(0), payload]);
}

/** Seconds since 1970, with the tag that says so. */
function timeOf(value: Cbor | undefined): string | null {
  if (value === undefined) return null;
  const seconds = isTag(value) && value.tag === cborTag.epochTime ? value.value : null;
  if (typeof seconds !== "number" || seconds > 253_402_300_799) throw invalid("time", "one since 1970");
  return new Date(seconds * 1000).toISOString();
}

function isTag(value: Cbor): value is Extract<Cbor, { readonly tag: number }> {
  return typeof value === "object" && value !== null && "tag" in value;
}

function asBytes(value: Cbor | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalid("signature", "COSE: bytes are missing");
}

function asMap(value: Cbor | undefined): ReadonlyMap<Cbor, Cbor> {
  if (value instanceof Map) return value as ReadonlyMap<Cbor, Cbor>;
  throw invalid("signature", "COSE: a header is missing");
}

function asText(value: Cbor | undefined): string {
  if (typeof value === "string") return value;
  throw invalid("signature", "COSE: a text is missing");
}

/** Labels that are numbers are COSE's own, which are understood. */
function asTexts(value: Cbor | undefined): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid("crit", "a list");
  return (value as readonly Cbor[]).flatMap((each) =>
    each === label.contentType || each === label.algorithm ? [] : asText(each),
  );
}
