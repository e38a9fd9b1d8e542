import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { halfSipHash, NameTable } from "./name-table.ts";

test("a name keeps its id and its text", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 300 }), (names) => {
      const table = new NameTable();
      const ids = new Map<string, number>();
      for (const name of names) {
        const id = table.add(name);
        assert.equal(ids.get(name) ?? id, id);
        ids.set(name, id);
      }
      for (const [name, id] of ids) {
        assert.equal(table.find(name), id);
        assert.equal(table.text(id), name);
      }
      assert.equal(new Set(ids.values()).size, ids.size);
      assert.equal(table.find("\u{10fffe} never added"), -1);
    }),
    { seed: 7, numRuns: 100 },
  );
});

test("names longer than a piece, and more of them than fit the first tables", () => {
  const table = new NameTable();
  const long = "x".repeat(300_000);
  assert.equal(table.add(long), 0);
  for (let index = 0; index < 20_000; index += 1) assert.equal(table.add(`name-${index}`), index + 1);
  assert.equal(table.text(0), long);
  for (let index = 0; index < 20_000; index += 1) assert.equal(table.find(`name-${index}`), index + 1);
});

// By the published description: the key is the bytes 0 to 7, the input the bytes 0 to length - 1, two rounds a word and four at
// the end there; here one and three, so the values are of this form and only pin it. What matters is that the key changes them.
test("the hash depends on every byte and on the key", () => {
  const bytes = Uint8Array.from({ length: 9 }, (_, index) => index);
  const base = halfSipHash(bytes, 0, 9, 1, 2);
  for (let index = 0; index < 9; index += 1) {
    const changed = bytes.slice();
    changed[index] = 0xff;
    assert.notEqual(halfSipHash(changed, 0, 9, 1, 2), base, `byte ${index}`);
  }
  assert.notEqual(halfSipHash(bytes, 0, 8, 1, 2), base);
  assert.notEqual(halfSipHash(bytes, 0, 9, 3, 2), base);
  assert.notEqual(halfSipHash(bytes, 0, 9, 1, 3), base);
  assert.equal(halfSipHash(bytes, 1, 8, 1, 2), halfSipHash(bytes.slice(1), 0, 8, 1, 2));
});
