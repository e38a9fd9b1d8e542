/**
 * SBOMs travel inside attestations: an in-toto statement (https://github.com/in-toto/attestation), alone or in a DSSE
 * envelope (https://github.com/secure-systems-lab/dsse), alone or in a Sigstore bundle. Signatures are not looked at here.
 */
import { recordOf, type JsonRecord } from "../domain/json-record.ts";
import { Buffer } from "node:buffer";
import { PlimsollError } from "../domain/error.ts";
import { predicateTypes } from "../domain/predicate-types.ts";
import { parseDocument, type DocumentLimits } from "./json-document.ts";
import { listOf, recordsOf, textOf } from "./shared/fields.ts";

/** The document inside, and what the statement says it is about. */
export interface Unwrapped {
  readonly document: unknown;
  readonly subjectName: string | null;
  /** `sha256:…`, when the statement has exactly one subject; else null. */
  readonly subjectDigest: string | null;
}

/** Predicate types whose predicate is an SBOM document; a version may follow. */
const SBOM_PREDICATES = [
  predicateTypes.spdx,
  predicateTypes.cyclonedx,
  predicateTypes.syft,
  predicateTypes.scoutSbom,
];

/** Whether statements of this predicate type hold an SBOM: `https://spdx.dev/Document`, `https://spdx.dev/Document/v2.3`. */
export function isSbomPredicate(predicateType: string): boolean {
  return SBOM_PREDICATES.some((type) => predicateType === type || predicateType.startsWith(`${type}/`));
}

/**
 * Takes wrappers off; a document without any comes back as it is.
 * @throws PlimsollError SBOM_UNSUPPORTED for a statement about something else, DOCUMENT_INVALID for an envelope without payload
 */
export function unwrap(document: unknown, limits: DocumentLimits): Unwrapped {
  const root = recordOf(document);
  if (root === null) return bare(document);
  const envelope = recordOf(root["dsseEnvelope"]) ?? root;
  if (textOf(envelope["payloadType"]) !== null && envelope["payload"] !== undefined) {
    return unwrapStatement(openEnvelope(envelope, limits));
  }
  return unwrapStatement(document);
}

function openEnvelope(envelope: JsonRecord, limits: DocumentLimits): unknown {
  const payload = textOf(envelope["payload"]);
  if (envelope["payloadType"] !== "application/vnd.in-toto+json" || payload === null) {
    throw new PlimsollError("DOCUMENT_INVALID", "the envelope holds no in-toto statement");
  }
  return parseDocument(Buffer.from(payload, "base64"), limits);
}

function unwrapStatement(document: unknown): Unwrapped {
  const statement = recordOf(document);
  const predicateType = textOf(statement?.["predicateType"]);
  if (statement === null || predicateType === null) return bare(document);
  if (!isSbomPredicate(predicateType)) {
    throw new PlimsollError("SBOM_UNSUPPORTED", "the in-toto statement is not about an SBOM", {
      details: { predicateType: predicateType.slice(0, 200) },
    });
  }
  const predicate = recordOf(statement["predicate"]);
  const subjects = recordsOf(statement["subject"]);
  const hex = subjects.length === 1 ? textOf(recordOf(subjects[0]?.["digest"])?.["sha256"]) : null;
  return {
    // Older cosign puts the document below `Data`.
    document: recordOf(predicate?.["Data"]) ?? predicate,
    subjectName: listOf(statement["subject"]).length === 1 ? textOf(subjects[0]?.["name"]) : null,
    subjectDigest: hex === null ? null : `sha256:${hex}`,
  };
}

function bare(document: unknown): Unwrapped {
  return { document, subjectName: null, subjectDigest: null };
}
