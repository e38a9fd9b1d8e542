/**
 * Reading parsed JSON of unknown shape: each function answers what is there, or that it is not.
 */

import { recordOf, type JsonRecord } from "../../domain/json-record.ts";

/** The value as text, or null when it is empty or no text. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The value as a list; empty when it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; other members are left out. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return listOf(value)
    .map(recordOf)
    .filter((record) => record !== null);
}

/** A whole number of at least 0, or null. */
export function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Parsed JSON of a text that stands inside a document, or null when it is none. */
export function embeddedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
