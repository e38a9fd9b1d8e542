/**
 * Reads SBOM documents of any known format, recognised by their content. Apart from writing, so that who only writes does not
 * load a parser of XML.
 */
import { PlimsollError } from "../domain/error.ts";
import { sbomFormats } from "./documents.ts";
import { defaultDocumentLimits, type DocumentLimits } from "./json-document.ts";
import { parseAnySyntax } from "./syntax.ts";
import type { SbomDocument } from "./types.ts";
import { unwrap } from "./unwrap.ts";

/**
 * Reads a document of any format, also inside an in-toto statement or a DSSE envelope.
 * @throws PlimsollError SBOM_UNSUPPORTED, JSON_INVALID, DOCUMENT_INVALID, LIMIT_EXCEEDED
 */
export function readSbom(
  bytes: Uint8Array,
  limits: DocumentLimits = defaultDocumentLimits,
): SbomDocument & { readonly format: string } {
  return readSbomValue(parseAnySyntax(bytes, limits), limits);
}

/** As `readSbom`, of JSON that was parsed already. */
export function readSbomValue(
  value: unknown,
  limits: DocumentLimits = defaultDocumentLimits,
): SbomDocument & { readonly format: string } {
  const { document, subjectName, subjectDigest } = unwrap(value, limits);
  for (const format of sbomFormats) {
    if (format.read === null || !format.read.recognises(document)) continue;
    const result = format.read.read(document);
    return {
      ...result,
      // What the attestation is about outweighs what the document says of itself.
      subjectName: subjectName ?? result.subjectName,
      subjectDigest: subjectDigest ?? result.subjectDigest,
      format: format.id,
    };
  }
  throw new PlimsollError("SBOM_UNSUPPORTED", "the document is of no known SBOM format");
}
