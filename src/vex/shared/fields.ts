/** Fields of parsed JSON that anybody may have written. */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";

/** Text without blanks around it; null for anything else and for the empty text. */
export function text(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const trimmed = value.trim();
  return trimmed === "" ? null : trimmed;
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The objects in a list; anything else in it is left out. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return listOf(value)
    .map(recordOf)
    .filter((each) => each !== null);
}

/** The texts in a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((each) => text(each) ?? []);
}

/** A date and time by RFC 3339: `2026-11-21T12:00:00Z`, `2023-01-08T18:02:03.647787998-06:00`. */
export function isTimestamp(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= 64 &&
    RFC_3339.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
