/**
 * Writes the inventory as an SBOM document and reads documents of any known format.
 */
import { PlimsollError } from "../domain/error.ts";
import * as all from "./all.ts";
import { defaultDocumentLimits, parseDocument, type DocumentLimits } from "./json-document.ts";
import type { SbomDocument, SbomFormat, SbomSubject } from "./types.ts";
import { unwrap } from "./unwrap.ts";

/** Every SBOM format, by id. */
export const sbomFormats: readonly SbomFormat[] = Object.values(all).sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The document of a format, with a final newline. Same subject, same bytes.
 * @throws PlimsollError USAGE when there is no such format, or it is only read
 */
export function writeSbom(formatId: string, subject: SbomSubject): string {
  const format = sbomFormats.find(({ id }) => id === formatId);
  if (format?.write === null || format === undefined) {
    const known = sbomFormats.filter(({ write }) => write !== null).map(({ id }) => id);
    throw new PlimsollError("USAGE", `SBOMs are written as ${known.join(", ")}`, {
      details: { format: formatId },
    });
  }
  return format.write(subject);
}

/**
 * Reads a document of any format, also inside an in-toto statement or a DSSE envelope.
 * @throws PlimsollError SBOM_UNSUPPORTED, JSON_INVALID, DOCUMENT_INVALID, LIMIT_EXCEEDED
 */
export function readSbom(
  bytes: Uint8Array,
  limits: DocumentLimits = defaultDocumentLimits,
): SbomDocument & { readonly format: string } {
  const { document, subjectName, subjectDigest } = unwrap(parseDocument(bytes, limits), limits);
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
  throw new PlimsollError("SBOM_UNSUPPORTED", "the document is JSON, but no known SBOM format");
}
