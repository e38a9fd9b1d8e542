/**
 * in-toto statements as fetched: bare, inside a DSSE envelope, or inside a Sigstore bundle
 * (https://github.com/in-toto/attestation, spec v0.1 and v1; https://github.com/secure-systems-lab/dsse).
 * No signature is verified here: every statement is `unsigned` until something does.
 */
import type { Attestation } from "../domain/image.ts";
import { isDigest } from "./digest.ts";
import { asList, asObject, asText, invalid, type JsonObject, parseJsonObject } from "./json.ts";

/** Bytes of one statement or envelope. SBOM predicates of large images reach some 20 MB. */
export const statementBytesMax = 32 * 1024 ** 2;

const subjectsMax = 10_000;

/** A statement as it was stored, and whether somebody signed it. */
export interface StoredStatement {
  readonly attestation: Attestation;
  /** It came in an envelope with a signature, which nobody has looked at. */
  readonly isSigned: boolean;
}

/** Reads a statement in any of its wrappings. @throws OciError DOCUMENT_INVALID, JSON_INVALID, LIMIT_EXCEEDED */
export function readStoredStatement(bytes: Uint8Array, storage: Attestation["storage"]): StoredStatement {
  const document = parseJsonObject(bytes, "attestation", statementBytesMax);
  const envelope = document["dsseEnvelope"] ?? document;
  const signatures = asObject(envelope, "envelope")["signatures"];
  const isEnvelope = asObject(envelope, "envelope")["payloadType"] !== undefined;
  return {
    attestation: statementOf(document, storage),
    isSigned: isEnvelope && Array.isArray(signatures) && signatures.length > 0,
  };
}

/** Reads a statement in any of its wrappings. @throws OciError DOCUMENT_INVALID, JSON_INVALID, LIMIT_EXCEEDED */
export function readStatement(bytes: Uint8Array, storage: Attestation["storage"]): Attestation {
  return statementOf(parseJsonObject(bytes, "attestation", statementBytesMax), storage);
}

function statementOf(document: JsonObject, storage: Attestation["storage"]): Attestation {
  const statement = unwrap(document);
  const type = asText(statement["_type"], "statement._type");
  if (!/^https:\/\/in-toto\.io\/Statement\/v(0\.1|1)$/.test(type)) {
    throw invalid("statement._type", "that of an in-toto statement");
  }
  const subjects = asList(statement["subject"], "statement.subject", subjectsMax);
  if (subjects.length === 0) throw invalid("statement.subject", "a list with a subject");
  const digests = subjects.flatMap((subject, at) => subjectDigest(subject, at));
  return {
    predicateType: asText(statement["predicateType"], "statement.predicateType"),
    predicate: statement["predicate"] ?? null,
    subjectDigests: [...new Set(digests)].toSorted(),
    storage,
    trust: "unsigned",
  };
}

function unwrap(document: JsonObject): JsonObject {
  const bundled = document["dsseEnvelope"];
  const envelope = bundled === undefined ? document : asObject(bundled, "bundle.dsseEnvelope");
  if (envelope["payloadType"] === undefined) return document;
  if (envelope["payloadType"] !== "application/vnd.in-toto+json") {
    throw invalid("envelope.payloadType", "application/vnd.in-toto+json");
  }
  const payload = Buffer.from(asText(envelope["payload"], "envelope.payload"), "base64");
  return parseJsonObject(payload, "attestation", statementBytesMax);
}

/** The sha256 of a subject; other hashes cannot be compared with an image's digest. */
function subjectDigest(value: unknown, at: number): readonly string[] {
  const what = `statement.subject[${at}]`;
  const hex = asObject(asObject(value, what)["digest"] ?? {}, `${what}.digest`)["sha256"];
  const digest = typeof hex === "string" ? `sha256:${hex.toLowerCase()}` : "";
  return isDigest(digest) ? [digest] : [];
}
