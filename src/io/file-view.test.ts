import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createReadingRoom, viewRange } from "./file-view.ts";

test("a view of a range reads what stands there, in pieces of any size", () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-view-"));
  const bytes = Buffer.from(
    Uint8Array.from({ length: 400_000 }, (_, index) => (index * 31 + (index >> 8)) % 251),
  );
  const path = join(folder, "file");
  writeFileSync(path, bytes);
  const descriptor = openSync(path, "r");
  try {
    const room = createReadingRoom();
    const start = 1000;
    const file = bytes.subarray(start, 390_000);
    // Each larger than all before, so that the room grows; then small ones, and one past the end.
    const reads = [10, 20_000, 40_000, 90_000, 300_000, 16_384, 5, file.length, file.length + 1];
    for (const head of [bytes.subarray(0, 0), bytes.subarray(start, start + 30_000), bytes.subarray(start)]) {
      const view = viewRange(descriptor, start, file.length, room, head);
      for (const length of reads)
        for (const offset of [0, 7, 17_000, file.length - 3, file.length + 1]) {
          const expected = file.subarray(offset, offset + length);
          assert.ok(expected.equals(view.read(offset, length)), `${length} bytes at ${offset}`);
        }
    }
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
});
