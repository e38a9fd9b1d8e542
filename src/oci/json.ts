/**
 * JSON documents of registries and layouts, read at the door: ceilings on size and depth, then strict readers for fields.
 */
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Deepest nesting of brackets that is read. Real documents stay under 20; in-toto predicates go deeper than manifests. */
const depthMax = 200;

/**
 * The document as an object. `what` names it in errors: `manifest`.
 * @throws OciError LIMIT_EXCEEDED past `bytesMax` or 200 levels; JSON_INVALID; DOCUMENT_INVALID when it is no object
 */
export function parseJsonObject(bytes: Uint8Array, what: string, bytesMax: number): JsonObject {
  if (bytes.byteLength > bytesMax) {
    throw new OciError("LIMIT_EXCEEDED", `The ${what} is larger than ${bytesMax} bytes.`, {
      details: { limit: "bytesMax", max: bytesMax },
    });
  }
  if (depthOf(bytes) > depthMax) {
    throw new OciError("LIMIT_EXCEEDED", `The ${what} is nested deeper than ${depthMax} levels.`, {
      details: { limit: "depthMax", max: depthMax },
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OciError("JSON_INVALID", `The ${what} is not valid JSON.`, { cause });
  }
  return asObject(value, what);
}

/** @throws OciError DOCUMENT_INVALID */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(what, "an object");
  return value as JsonObject;
}

/** An optional list: absent and null are empty, as Go's encoder writes them. @throws OciError DOCUMENT_INVALID */
export function asList(value: unknown, what: string, countMax: number): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(what, "a list");
  if (value.length > countMax) throw invalid(what, `a list of at most ${countMax}`);
  return value;
}

/** An optional list of texts. @throws OciError DOCUMENT_INVALID */
export function asTexts(value: unknown, what: string, countMax: number): readonly string[] {
  return asList(value, what, countMax).map((text) => asText(text, what));
}

/** @throws OciError DOCUMENT_INVALID */
export function asText(value: unknown, what: string): string {
  if (typeof value !== "string") throw invalid(what, "a text");
  return value;
}

/** An optional text: absent, null and empty are null. @throws OciError DOCUMENT_INVALID */
export function asOptionalText(value: unknown, what: string): string | null {
  if (value === undefined || value === null || value === "") return null;
  return asText(value, what);
}

/** A count of bytes. @throws OciError DOCUMENT_INVALID */
export function asSize(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(what, "a whole number of bytes");
  }
  return value;
}

/** An optional map of texts; a key `__proto__` is a key like others. @throws OciError DOCUMENT_INVALID */
export function asTextMap(value: unknown, what: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(asObject(value, what)).map(([key, text]) => [key, asText(text, what)]),
  );
}

/** DOCUMENT_INVALID: `what` is not `expected`, e.g. `index.mediaType`, `that of an index`. */
export function invalid(what: string, expected: string): OciError {
  return new OciError("DOCUMENT_INVALID", `${printable(what)} is not ${expected}.`, {
    details: { field: what },
  });
}

const quote = 0x22;
const backslash = 0x5c;

/** Deepest nesting, counted outside of strings; bytes of UTF-8 sequences never look like brackets or quotes. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
