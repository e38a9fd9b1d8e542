/**
 * Bytes of a document to the JSON values that the formats read: JSON as it is, CycloneDX XML and SPDX tag-value as the JSON of
 * the same document. The syntax is told by the content.
 */
import { PlimsollError } from "../domain/error.ts";
import { cycloneDxFromXml, recognisesCycloneDxXml } from "./cyclonedx/read-xml.ts";
import { limitExceeded, parseDocument, type DocumentLimits } from "./json-document.ts";
import { recognisesSpdxTagValue, spdxFromTagValue } from "./spdx/read-tag-value.ts";

/** @throws PlimsollError SBOM_UNSUPPORTED for another kind of XML, JSON_INVALID, DOCUMENT_INVALID, LIMIT_EXCEEDED */
export function parseAnySyntax(bytes: Uint8Array, limits: DocumentLimits): unknown {
  if (bytes.length > limits.documentBytesMax)
    throw limitExceeded("documentBytesMax", limits.documentBytesMax);
  const start = new TextDecoder("utf-8").decode(bytes.subarray(0, START_BYTES));
  if (/^\ufeff?\s*</.test(start)) {
    if (!recognisesCycloneDxXml(start)) {
      throw new PlimsollError("SBOM_UNSUPPORTED", "the document is XML, but not of CycloneDX");
    }
    return cycloneDxFromXml(decode(bytes, "XML"));
  }
  return recognisesSpdxTagValue(start)
    ? spdxFromTagValue(decode(bytes, "text"))
    : parseDocument(bytes, limits);
}

/** What is looked at to tell the syntax; licence comments may stand first. */
const START_BYTES = 65_536;

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlimsollError("DOCUMENT_INVALID", `the SBOM document is ${what} that is not UTF-8`, { cause });
  }
}
