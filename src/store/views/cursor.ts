/**
 * Cursors of lists: where the next page begins, as opaque text. A cursor holds the sort key of the last row that was shown, so that
 * rows which come or go in between move nothing, and the list and order it belongs to, so that it fits no other. It is no secret
 * and gives no rights: what a page shows is decided anew each time.
 */
import { PlimsollError } from "../../domain/error.ts";

/** What rows are sorted by, the id last. Times as PostgreSQL prints them: a Date would lose their microseconds. */
export type SortKey = readonly (string | number | null)[];

/** Of each part of a sort key. */
export type SortKeyPart = "text" | "text or null" | "number" | "uuid" | "time";

/** `list`: list and order, e.g. `images by pushed`. */
export function writeCursor(list: string, key: SortKey): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString("base64url");
}

/** The sort key in a cursor; null without one: the first page. @throws PlimsollError REQUEST_INVALID when it is not of this list */
export function readCursor<Key extends SortKey>(
  list: string,
  parts: readonly SortKeyPart[],
  cursor: string | undefined,
): Key | null {
  if (cursor === undefined) return null;
  const read = parse(cursor);
  const isOfList =
    Array.isArray(read) &&
    read[0] === list &&
    read.length === parts.length + 1 &&
    parts.every((part, index) => fits[part](read[index + 1]));
  if (isOfList) return (read as unknown[]).slice(1) as unknown as Key;
  throw new PlimsollError("REQUEST_INVALID", "The cursor is not one of this list.", {
    details: { field: "cursor" },
  });
}

/** The rows of a page, of which one more was asked for than is shown, and the cursor of the next. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  list: string,
  keyOf: (row: Row) => SortKey,
): { readonly rows: readonly Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > limit && last !== undefined ? writeCursor(list, keyOf(last)) : null,
  };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // Not a cursor of ours; the caller says so.
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^[12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;

/** What PostgreSQL would refuse never gets there: text has no NUL, numbers are whole. */
const fits: Readonly<Record<SortKeyPart, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string" && !value.includes("\u0000"),
  "text or null": (value) => value === null || fits.text(value),
  number: (value) => Number.isSafeInteger(value),
  uuid: (value) => typeof value === "string" && UUID.test(value),
  time: (value) => typeof value === "string" && TIME.test(value) && isReal(value),
};

/** 30 February becomes 2 March in a Date, and an error in PostgreSQL. */
function isReal(time: string): boolean {
  const ms = Date.parse(time);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(time.slice(0, 10));
}
