import assert from "node:assert/strict";
import { test } from "node:test";
import { cutPage, readCursor, writeCursor, type SortKeyPart } from "./cursor.ts";

const id = "5f1d3c58-6f0e-4f3e-9b63-0d9f3a1b2c4d";
const time = "2026-11-21 12:00:00.123456+00";
const parts: SortKeyPart[] = ["time", "text or null", "number", "uuid"];
const key = [time, null, 7, id];

test("cursor: what was written is read", () => {
  assert.deepEqual(readCursor("images by pushed", parts, writeCursor("images by pushed", key)), key);
  assert.equal(readCursor("images by pushed", parts, undefined), null);
});

const refused: [name: string, cursor: string][] = [
  ["empty", ""],
  ["no base64url", "!!"],
  ["no JSON", Buffer.from("[1").toString("base64url")],
  ["no list", Buffer.from("{}").toString("base64url")],
  ["another list", writeCursor("images by name", key)],
  ["too few", writeCursor("images by pushed", key.slice(1))],
  ["too many", writeCursor("images by pushed", [...key, 1])],
  ["a number for a text", writeCursor("images by pushed", [time, 1, 7, id])],
  ["a text for a number", writeCursor("images by pushed", [time, null, "7", id])],
  ["a fraction", writeCursor("images by pushed", [time, null, 7.5, id])],
  ["no uuid", writeCursor("images by pushed", [time, null, 7, "x"])],
  ["no time", writeCursor("images by pushed", ["now", null, 7, id])],
  ["a time that does not exist", writeCursor("images by pushed", ["2026-13-01 12:00:00+00", null, 7, id])],
  ["a day that does not exist", writeCursor("images by pushed", ["2026-02-30 12:00:00+00", null, 7, id])],
  ["text that PostgreSQL refuses", writeCursor("images by pushed", [time, "\u0000", 7, id])],
];

for (const [name, cursor] of refused) {
  test(`cursor: refuses ${name}`, () => {
    assert.throws(() => readCursor("images by pushed", parts, cursor), { code: "REQUEST_INVALID" });
  });
}

test("cursor: a page ends at its limit, and the last page has no next", () => {
  const rows = [3, 2, 1];
  const page = cutPage(rows, 2, "numbers", (row) => [row]);
  assert.deepEqual(page.rows, [3, 2]);
  assert.deepEqual(readCursor("numbers", ["number"], page.next ?? ""), [2]);
  assert.deepEqual(
    cutPage(rows, 3, "numbers", (row) => [row]),
    { rows, next: null },
  );
  assert.deepEqual(
    cutPage([], 3, "numbers", () => [0]),
    { rows: [], next: null },
  );
});
