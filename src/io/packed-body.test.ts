import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { PackedBody } from "./packed-body.ts";

const MIB = 1024 * 1024;

/** Text that gets smaller, noise that does not, and a short block of each at the end. */
function bodyOf(end: "text" | "noise"): Buffer {
  const text = Buffer.alloc(2 * MIB, "a line of a program\n");
  const noise = Buffer.alloc(MIB);
  for (let at = 0; at < noise.length; at += 32) createHash("sha256").update(`${at}`).digest().copy(noise, at);
  return Buffer.concat([text, noise, text, (end === "text" ? text : noise).subarray(0, 1000)]);
}

for (const end of ["text", "noise"] as const) {
  test(`a packed body that ends in ${end} reads as the bytes that were added`, () => {
    const bytes = bodyOf(end);
    const body = new PackedBody(bytes.length);
    // Pieces that end inside of blocks and at their edges.
    const pieces = [1, 511, MIB - 512, MIB + 1, 7, 3 * MIB];
    for (let at = 0, i = 0; at < bytes.length; i += 1) {
      const piece = bytes.subarray(at, at + (pieces[i % pieces.length] ?? 1));
      body.add(piece);
      at += piece.length;
    }
    const view = body.view();
    assert.equal(view.sizeBytes, bytes.length);
    const offsets = [0, 1, MIB - 3, MIB, 2 * MIB + 5, 3 * MIB - 1, 5 * MIB - 2, 5 * MIB + 999];
    for (const offset of [...offsets, ...offsets.toReversed(), bytes.length, bytes.length + 5])
      for (const length of [1, 10, 5000, MIB, 2 * MIB + 9, bytes.length]) {
        const expected = bytes.subarray(offset, offset + length);
        assert.ok(expected.equals(view.read(offset, length)), `${length} bytes at ${offset}`);
      }
  });
}
