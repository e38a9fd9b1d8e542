import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bunzip2, Bunzip2Error, createBunzip2 } from "./bunzip2.ts";

/** Made by Python's bz2: words, a long run, every byte. */
const packed = Buffer.from(
  "QlpoMTFBWSZTWUl+2pUAAOJ/////////////////////////////////////////////sAGZIlSX/+qqRo0NDEyMQ0yaaYJpgTQGRhMjIyaYmRpgAE0ABgQ0aGQyNDTE0AaZGBGBNAAyDIaMJoNDRiaMEaGRiMSYACYAAmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2qpJiYJkaBpkDQADQAA0GjQGjQAGRk0yA0yBppkaAADRoaBoaaAAAAaAGmJpoAyaaGg00ANAMjScBJxYkkKeTBIWuYJkGUn4zDONA0jUUAaxsKCUIbShlEKKUYo43FIG8cCklKKWUwpo4lOISoDABKnlRKkVMqgqCqZMVjKCuLAsi0LYuGVF0yxlzMGZM0ZsXhfM4Z0YBhGIYzPDIMpnzQDMM5oTRDQNJoxqNINY2DaaUbhvNMaccDAmCMGPA8mEMKPQ9mGLUAk/YcfSBxBPkkJjH7EmKMWYwg0kJ/McQBAjNjxrIJJCyJkjJjEkhNCSFBDIZQbUkKDGwyoypIUIYAhTLGXIYzBmTNGbM4Z0zxnzQGhN+cAiiLOCcIjDhnEOKRpxiOI8kCO45IEicg5JyjlnMOac455JHQJMlDonSJUliXJgmSaOmdQmycJ0nifKA6pQnWOYc05xGnPOgdE6R0zqHVOsdcjjsEeSBInZJI7RJnbO4d0qCpKo9RVnrPYe09xWHvPgfErT5HzK4rywPoWJ9T7FkWZ8D4nyPmfQ+pNn2Pufg/J+j9n8JwewSnSdP6f4nj/i7kinChIJL9tSoA==",
  "base64",
);
/** 400 MB of zeros. */
const zeros = Buffer.from(
  "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1kOCeLfAV+OQADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1kOCeLfAV+OQADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1kiuZEFAPtFwQDAAAAAgAggADDMCappiVIg2qipEHi7kinChIbAXcMg",
  "base64",
);
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const content = Buffer.concat([
  Buffer.from("advisory ".repeat(40)),
  Buffer.alloc(5_000),
  everyByte,
  everyByte,
  everyByte,
  Buffer.from("end"),
]);
const empty = Buffer.from("QlpoORdyRThQkAAAAAA=", "base64");

describe("bzip2", () => {
  const rows: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ["one stream", packed, content],
    ["an empty one", empty, Buffer.alloc(0)],
    ["two streams", Buffer.concat([packed, packed]), Buffer.concat([content, content])],
    ["an empty one between", Buffer.concat([packed, empty, packed]), Buffer.concat([content, content])],
  ];
  for (const [name, input, expected] of rows) {
    it(`reads ${name}`, () => assert.deepEqual(Buffer.from(bunzip2(input, 100_000)), Buffer.from(expected)));
  }

  it("reads pieces of any size, of memory that is used again", () => {
    const pieces: Uint8Array[] = [];
    const decoder = createBunzip2((piece) => pieces.push(piece.slice()));
    const memory = new Uint8Array(7);
    for (let at = 0; at < packed.length; at += memory.length) {
      const piece = packed.subarray(at, at + memory.length);
      memory.set(piece);
      decoder.write(memory.subarray(0, piece.length));
    }
    decoder.end();
    assert.deepEqual(Buffer.concat(pieces), content);
  });

  it("refuses what is cut off, at any byte", () => {
    for (let length = 0; length < packed.length; length += 1) {
      assert.throws(() => bunzip2(packed.subarray(0, length), 100_000), Bunzip2Error, String(length));
    }
  });

  it("never takes a damaged byte for content", () => {
    for (let at = 0; at < packed.length; at += 1) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      try {
        // Damage may be where nothing is said: in the sum over all blocks, each of which has one of its own.
        assert.deepEqual(Buffer.from(bunzip2(damaged, 100_000)), content, String(at));
      } catch (error) {
        assert.ok(error instanceof Bunzip2Error, String(error));
      }
    }
  });

  it("refuses other formats, and bytes after the end", () => {
    assert.throws(() => bunzip2(Buffer.from("PK\u0003\u0004 and so on"), 1_000), Bunzip2Error);
    assert.throws(() => bunzip2(Buffer.concat([packed, Buffer.from("more")]), 100_000), Bunzip2Error);
  });

  it("hands a run of any length on block by block", () => {
    const sizes: number[] = [];
    const decoder = createBunzip2((piece) => sizes.push(piece.length));
    decoder.write(zeros);
    decoder.end();
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      400_000_000,
    );
    assert.ok(Math.max(...sizes) <= 900_000 * 52, String(sizes));
  });

  it("stops at the ceiling", () => {
    assert.throws(() => bunzip2(packed, content.length - 1), /more than/);
    assert.equal(bunzip2(packed, content.length).length, content.length);
    assert.throws(() => bunzip2(zeros, 1_000_000), /more than/);
  });
});
