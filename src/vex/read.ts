/**
 * Reads a VEX document of any known format.
 */
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import { VexError } from "./error.ts";
import type { VexFormat, VexReading } from "./types.ts";

const formats: readonly VexFormat[] = Object.values(all);

/** Largest document, in bytes; the largest that is known to be published has 12 million. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Deepest nesting of arrays and objects; OpenVEX needs 8. */
export const DOCUMENT_DEPTH_MAX = 32;

/**
 * The statements of one document; `location` is the file or address, for people.
 * @throws VexError LIMIT_EXCEEDED when it is too large or nested too deeply; VEX_INVALID when it is not JSON, in no
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
  const document = parseJson(bytes, where);
  const format = formats.find((candidate) => candidate.recognises(document));
  if (format === undefined) {
    const known = formats.map(({ title }) => title).join(", ");
    throw new VexError("VEX_INVALID", `${where}: not a VEX document in a known format (${known})`, {
      details: { isRecognised: false },
    });
  }
  return format.read(document, location);
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new VexError("VEX_INVALID", `${where}: not valid JSON`, { cause });
  }
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
