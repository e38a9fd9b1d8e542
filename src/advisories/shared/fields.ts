/** Careful access to parsed documents of unknown shape. */
import { remember } from "../../versions/shared/remember.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The value when it is a JSON object or YAML map, else null. */
export function asFields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The value when it is a list; anything else (null, absent, a word) is an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, trimmed, or null when it is no text or empty. */
export function asText(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** Whether the text can name a package: keys of rows are cut at control characters, so a name must have none. */
export function isPackageName(text: string | null): text is string {
  return text !== null && text.length <= nameLengthMax && !/[\u0000-\u001f]/.test(text);
}

const nameLengthMax = 512;

/** Every non-empty text of a list; other members are left out. */
export function asTexts(value: unknown): string[] {
  return asList(value).flatMap((member) => asText(member) ?? []);
}

/**
 * The instant as RFC 3339 in UTC, or null when it is no date or a zero date (`0001-01-01T00:00:00Z` and `1970-01-01` stand for
 * "unknown" in several feeds). `2020-08-05` becomes midnight, and a time without a zone is one of UTC; digits past milliseconds are kept out so that text order is time order.
 */
export function asInstant(value: unknown): string | null {
  const text = asText(value);
  if (text === null) return null;
  return canonicalInstant(text) ?? readInstant(text);
}

/** The instant of `2020-08-05T01:02:03Z`, which most are, without asking the calendar; null for any other and for what is no date. */
function canonicalInstant(text: string): string | null {
  if (text.length !== 20 || !CANONICAL.test(text)) return null;
  // Every month has these.
  return ZERO.test(text) ? null : `${text.slice(0, 19)}.000Z`;
}

const CANONICAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** The first day of the calendar, or of computers. */
const ZERO = /^(?:0001|1970-01-01)/;

// One record says the same instant for each of its packages.
const readInstant = remember((text): string | null => {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || ZERO.test(text)) return null;
  const written = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(" ", "T");
  // Without a zone it would be read in the one of this machine.
  const time = Date.parse(/T[\d:.]{1,30}$/.test(written) ? `${written}Z` : written);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
});

/** Unique members in code-unit order. */
export function sortedUnique(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}
