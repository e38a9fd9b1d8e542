/** JSON that somebody else wrote: parsed under ceilings and read field by field. Nothing that it says of itself is believed yet. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Bytes of one statement, envelope or bundle. SBOM predicates of large images reach some 20 MB. */
export const documentBytesMax = 32 * 1024 ** 2;

/** @throws PlimsollError LIMIT_EXCEEDED, JSON_INVALID, DOCUMENT_INVALID */
export function parseObject(bytes: Uint8Array, what: string, bytesMax = documentBytesMax): JsonObject {
  if (bytes.byteLength > bytesMax) {
    throw new PlimsollError("LIMIT_EXCEEDED", `The ${what} is larger than ${bytesMax} bytes.`, {
      details: { limit: "bytesMax", max: bytesMax },
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PlimsollError("JSON_INVALID", `The ${what} is not valid JSON.`, { cause });
  }
  return asObject(value, what);
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalid(what, "an object");
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function asText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw invalid(what, "a text");
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function asList(value: unknown, what: string, countMax: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(what, "a list");
  if (value.length <= countMax) return value;
  throw invalid(what, `a list of at most ${countMax}`);
}

const base64Text = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Standard or URL alphabet, strictly: Node alone would skip what it does not know. @throws PlimsollError DOCUMENT_INVALID */
export function asBase64(value: unknown, what: string): Buffer {
  const text = asText(value, what);
  if (!base64Text.test(text)) throw invalid(what, "base64");
  return Buffer.from(text, "base64");
}

/** DOCUMENT_INVALID: `what` is not `expected`. */
export function invalid(what: string, expected: string): PlimsollError {
  return new PlimsollError("DOCUMENT_INVALID", `${printable(what)} is not ${expected}.`, {
    details: { field: what },
  });
}
