import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../../domain/error.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

const id = "00000000-0000-4000-8000-000000000001";
const isRefused = (error: unknown): boolean =>
  error instanceof PlimsollError && error.code === "REQUEST_INVALID";

test("a cursor gives back its key", () => {
  const cursor = writeCursor("images/pushed/desc", ["ä <script>", 12, null, id]);
  assert.match(cursor, /^[\w-]+$/);
  assert.deepEqual(readCursor("images/pushed/desc", cursor, ["text", "number", "text or null", "uuid"]), [
    "ä <script>",
    12,
    null,
    id,
  ]);
  assert.equal(readCursor("images/pushed/desc", undefined, ["text"]), null);
});

test("a cursor of something else is refused", () => {
  const raw = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const rows: readonly (readonly [string, string])[] = [
    ["empty", ""],
    ["no base64url", "a b"],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["no list", raw({ 0: "l", length: 3 })],
    ["null", raw(null)],
    ["another list", writeCursor("m", ["a", 1])],
    ["too short", writeCursor("l", ["a"])],
    ["too long", writeCursor("l", ["a", 1, 2])],
    ["a number for a text", writeCursor("l", [1, 1])],
    ["a text for a number", writeCursor("l", ["a", "1"])],
    ["a fraction", raw(["l", "a", 1.5])],
    ["a number that is too large", raw(["l", "a", 2 ** 53])],
    ["null for a text", writeCursor("l", [null, 1])],
    ["NUL in a text", writeCursor("l", ["a\u0000", 1])],
    ["half of a surrogate pair", writeCursor("l", ["\ud800", 1])],
    ["an object", raw(["l", { toString: "x" }, 1])],
  ];
  for (const [name, cursor] of rows)
    assert.throws(() => readCursor("l", cursor, ["text", "number"]), isRefused, name);
  assert.throws(() => readCursor("l", writeCursor("l", ["x"]), ["uuid"]), isRefused);
});

test("a page has a next one only when there is more", () => {
  const shape = { entry: (row: number) => row * 10, cursor: (row: number) => `after ${row}` };
  assert.deepEqual(toPage([1, 2, 3], 2, shape), { entries: [10, 20], next: "after 2" });
  assert.deepEqual(toPage([1, 2], 2, shape), { entries: [10, 20], next: null });
  assert.deepEqual(toPage([], 2, shape), { entries: [], next: null });
});
