/**
 * Bytes of a document to parsed JSON, with ceilings on size and depth.
 */
import { PlimsollError } from "../domain/error.ts";

/** Ceilings for one SBOM document. */
export interface DocumentLimits {
  readonly documentBytesMax: number;
  /** Nesting of objects and lists. */
  readonly documentDepthMax: number;
}

export const defaultDocumentLimits: DocumentLimits = {
  documentBytesMax: 256 * 1024 ** 2,
  documentDepthMax: 128,
};

/**
 * The value of a JSON document in UTF-8, a byte order mark allowed.
 * @throws PlimsollError LIMIT_EXCEEDED past a ceiling, JSON_INVALID for anything that is no JSON
 */
export function parseDocument(bytes: Uint8Array, limits: DocumentLimits): unknown {
  if (bytes.length > limits.documentBytesMax)
    throw limitExceeded("documentBytesMax", limits.documentBytesMax);
  if (isDeeperThan(bytes, limits.documentDepthMax))
    throw limitExceeded("documentDepthMax", limits.documentDepthMax);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PlimsollError("JSON_INVALID", "the SBOM document is not valid JSON", { cause });
  }
}

/** Whether brackets outside strings nest deeper than `depthMax`. One pass; what is between them is not looked at. */
function isDeeperThan(bytes: Uint8Array, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The error of a document past a ceiling. */
export function limitExceeded(limit: string, value: number): PlimsollError {
  return new PlimsollError("LIMIT_EXCEEDED", `the SBOM document is past the limit ${limit} of ${value}`, {
    details: { limit, value },
  });
}
