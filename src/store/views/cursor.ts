/**
 * Cursors of lists: where the next page begins, as the sort key of the last row of this one. They are opaque to callers and bound to
 * one list in one order; a page after them holds what comes next by the key, whatever was added or removed in between.
 */
import { PlimsollError } from "../../domain/error.ts";

/** A text, a whole number of at most 2^53, or null, as the list's key has it. */
export type CursorPart = string | number | null;

/** What one part of a key must be: anything else was not written by us. `null` behind it: or null. */
export type CursorPartKind = "text" | "number" | "uuid" | "text or null" | "number or null";

/** `list`: name of the list with its order, e.g. `images/pushed/desc`. */
export function writeCursor(list: string, key: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString("base64url");
}

/**
 * The key that a cursor holds; null without one, for the first page.
 * @throws PlimsollError REQUEST_INVALID when it is of another list or order, or was not written by `writeCursor`
 */
export function readCursor(
  list: string,
  cursor: string | undefined,
  kinds: readonly CursorPartKind[],
): readonly CursorPart[] | null {
  if (cursor === undefined) return null;
  const parsed = parse(cursor);
  if (!Array.isArray(parsed) || parsed.length !== kinds.length + 1 || parsed[0] !== list) throw invalid();
  const key = parsed.slice(1) as unknown[];
  if (!kinds.every((kind, index) => isOfKind(key[index], kind))) throw invalid();
  return key as CursorPart[];
}

/**
 * One page out of one row more than it holds: `limit + 1` rows were asked for, so that the last page is known as such.
 */
export function toPage<Row, Entry>(
  rows: readonly Row[],
  limit: number,
  { entry, cursor }: { readonly entry: (row: Row) => Entry; readonly cursor: (row: Row) => string },
): { entries: Entry[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map(entry),
    next: rows.length > limit && last !== undefined ? cursor(last) : null,
  };
}

function parse(cursor: string): unknown {
  if (!/^[\w-]+$/.test(cursor)) throw invalid();
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw invalid();
  }
}

function isOfKind(value: unknown, kind: CursorPartKind): boolean {
  switch (kind) {
    case "text":
      return isText(value);
    case "text or null":
      return value === null || isText(value);
    case "number":
      return Number.isSafeInteger(value);
    case "number or null":
      return value === null || Number.isSafeInteger(value);
    case "uuid":
      return typeof value === "string" && UUID.test(value);
  }
}

/** PostgreSQL has no text with NUL in it, and no half of a surrogate pair. */
function isText(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\u0000") && value.isWellFormed();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function invalid(): PlimsollError {
  return new PlimsollError(
    "REQUEST_INVALID",
    "The cursor is not one of this list in this order; start again without it.",
  );
}
