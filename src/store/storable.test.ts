import assert from "node:assert/strict";
import { test } from "node:test";
import { storableJson, storableText } from "./storable.ts";

test("text keeps everything but what PostgreSQL refuses", () => {
  assert.equal(storableText("<script>\u0007\u202e 💣"), "<script>\u0007\u202e 💣");
  assert.equal(storableText("a\0b\ud800c"), "a\ufffdb\ufffdc");
  assert.equal(storableText("abcdef", 3), "abc…");
});

const values: readonly (readonly [name: string, value: unknown, stored: unknown])[] = [
  ["plain values are left alone", { a: [1, null, "x\\u0000"] }, { a: [1, null, "x\\u0000"] }],
  ["U+0000 in text", { a: ["b\0"] }, { a: ["b\ufffd"] }],
  ["U+0000 in a name", { "k\0": 1 }, { "k\ufffd": 1 }],
  ["half a pair", ["\udc00!"], ["\ufffd!"]],
  ["a whole pair stays", ["💣"], ["💣"]],
];
for (const [name, value, stored] of values) {
  test(`JSON: ${name}`, () => {
    assert.deepEqual(JSON.parse(storableJson(value)), stored);
  });
}
