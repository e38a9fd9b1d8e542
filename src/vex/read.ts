/**
 * Reads a VEX document of any known format.
 */
import { Buffer } from "node:buffer";
import { recordOf } from "../domain/json-record.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import { VexError } from "./error.ts";
import type { VexFormat, VexReading } from "./types.ts";

/** Every VEX format. */
export const vexFormats: readonly VexFormat[] = Object.values(all);

/** Largest document, in bytes; the largest that is known to be published has 12 million. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Deepest nesting of arrays and objects; OpenVEX needs 8, CSAF and CycloneDX more. */
export const DOCUMENT_DEPTH_MAX = 32;

/**
 * The statements of one document, JSON or XML; `location` is the file or address, for people.
 * @throws VexError LIMIT_EXCEEDED when it is too large or nested too deeply; VEX_INVALID when it is neither JSON nor XML, in no
 * known format, or unusable as a whole
 */
export function readVexDocument(bytes: Uint8Array, location: string): VexReading {
  const where = printable(location);
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    throw new VexError("LIMIT_EXCEEDED", `${where}: a VEX document may have ${DOCUMENT_BYTES_MAX} bytes`);
  }
  if (isTooDeep(bytes)) {
    throw new VexError("LIMIT_EXCEEDED", `${where}: a VEX document may be nested ${DOCUMENT_DEPTH_MAX} deep`);
  }
  return readVexValue(parseDocument(bytes, where), location);
}

/**
 * The same of a document that is parsed already: the predicate of an attestation.
 * @throws VexError as `readVexDocument`
 */
export function readVexValue(value: unknown, location: string): VexReading {
  const where = printable(location);
  const document = unwrap(value, where);
  const format = vexFormats.find((candidate) => candidate.recognises(document));
  if (format === undefined) {
    const known = vexFormats.map(({ title }) => title).join(", ");
    throw new VexError("VEX_INVALID", `${where}: not a VEX document in a known format (${known})`, {
      details: { isRecognised: false },
    });
  }
  return format.read(document, location);
}

/** JSON, or what an XML document says as JSON. */
function parseDocument(bytes: Uint8Array, where: string): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!/^\s*</.test(text)) return JSON.parse(text);
  } catch (cause) {
    throw new VexError("VEX_INVALID", `${where}: not valid JSON`, { cause });
  }
  const document = vexFormats.map((format) => format.fromXml?.(text) ?? null).find((each) => each !== null);
  if (document !== undefined) return document;
  throw new VexError("VEX_INVALID", `${where}: not a VEX document in XML of a known format`, {
    details: { isRecognised: false },
  });
}

/** An in-toto statement and a DSSE envelope are opened; whoever signed them is asked elsewhere. */
function unwrap(value: unknown, where: string): unknown {
  const record = recordOf(value);
  if (record === null) return value;
  if (typeof record["payload"] === "string" && record["payloadType"] === "application/vnd.in-toto+json") {
    const payload = Buffer.from(record["payload"], "base64");
    if (isTooDeep(payload)) {
      throw new VexError(
        "LIMIT_EXCEEDED",
        `${where}: a VEX document may be nested ${DOCUMENT_DEPTH_MAX} deep`,
      );
    }
    return unwrap(parseDocument(payload, where), where);
  }
  return record["predicateType"] === undefined ? value : (record["predicate"] ?? null);
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** Counted on the bytes before anything is built from them. Text that is no JSON may be judged wrongly; it fails later. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth++;
      if (depth > DOCUMENT_DEPTH_MAX) return true;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
  }
  return false;
}
