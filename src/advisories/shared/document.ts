/**
 * One document of a feed: a file on disk, a member of an archive, or the body of a download, with lazy parsing.
 * YAML is read with the failsafe schema, so that dates and versions such as `1.10` stay the text that was written.
 */
import { gunzipSync } from "node:zlib";
import { parse as parseYaml } from "yaml";

export interface FeedDocument {
  /** File name or path inside its archive, `/`-separated. Data only, never opened. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** UTF-8 text, without byte order mark; a `.gz` body is inflated. */
  text(): string;
  /** The parsed JSON or YAML, or undefined when it is neither. Never throws. */
  value(): unknown;
}

/** Bytes of one document, inflated. Whole feeds such as EPSS are one document of about 10 MB. */
export const documentBytesMax = 256 * 1024 * 1024;

export function feedDocument(name: string, bytes: Uint8Array): FeedDocument {
  let text: string | null = null;
  let parsed: { value: unknown } | null = null;
  const readText = (): string => {
    text ??= new TextDecoder("utf-8").decode(inflated(bytes));
    return text;
  };
  return {
    name,
    bytes,
    text: readText,
    value() {
      parsed ??= { value: parseValue(name, readText) };
      return parsed.value;
    },
  };
}

function inflated(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return gunzipSync(bytes, { maxOutputLength: documentBytesMax });
}

function parseValue(name: string, readText: () => string): unknown {
  try {
    if (/\.ya?ml$/i.test(name)) {
      return parseYaml(readText(), { schema: "failsafe", logLevel: "silent", prettyErrors: false });
    }
    const text = readText();
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : undefined;
  } catch {
    // Not a document of ours, or a broken one: the caller says so with the name of the file.
    return undefined;
  }
}
