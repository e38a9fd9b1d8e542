import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { PlimsollError } from "../domain/error.ts";
import { bodyOf } from "./row-text.ts";
import { blockBytesMax, footerBytes, indexHeadBytes, type Row } from "./segment-format.ts";
import { openSegment, type SegmentReader } from "./segment-reader.ts";
import { packSegments, type PackedSegment } from "./segment-writer.ts";

const dir = mkdtempSync(join(tmpdir(), "plimsoll-segment-"));
after(() => rmSync(dir, { recursive: true, force: true }));

function open(bytes: Uint8Array, { digest, bytes: whole }: PackedSegment): SegmentReader {
  const path = join(dir, "segment");
  writeFileSync(path, bytes);
  return openSegment(path, digest, whole.length);
}

function pack(rows: readonly Row[]): PackedSegment {
  const segments = [...packSegments(rows)];
  assert.equal(segments.length, 1);
  return segments[0] ?? assert.fail();
}

function bodyIn(reader: SegmentReader, key: string): string | null {
  const row = reader.find(key);
  return row === null ? null : bodyOf(row);
}

function manyRows(count: number, bodyBytes: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `npm\npackage-${String(index).padStart(6, "0")}`,
    body: JSON.stringify(["x".repeat(bodyBytes), index * 7919]),
  }));
}

describe("a segment", () => {
  it("finds exactly the rows it was given", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.array(fc.constantFrom("a", "\n", "\r", "é"), { maxLength: 8 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(
        fc.dictionary(text, text, { maxKeys: 60 }),
        fc.array(text, { maxLength: 20 }),
        (entries, others) => {
          const rows = new Map(
            Object.entries(entries)
              .filter(([key]) => key.isWellFormed())
              .map(([key, body]) => [key, body.toWellFormed()]),
          );
          const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, body]) => ({ key, body }));
          if (sorted.length === 0) return;
          const packed = pack(sorted);
          const reader = open(packed.bytes, packed);
          for (const key of [...rows.keys(), ...others])
            assert.equal(bodyIn(reader, key), rows.get(key) ?? null);
          reader.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  it("spreads rows over blocks and segments, sorted, and finds each", () => {
    const rows = manyRows(3_000, 40);
    const packed = pack(rows);
    const reader = open(packed.bytes, packed);
    for (const row of rows) assert.equal(bodyIn(reader, row.key), row.body);
    assert.equal(reader.find("npm\npackage-9"), null);
    assert.deepEqual(
      [packed.firstKey, packed.lastKey, packed.keyCount],
      [rows[0]?.key, rows.at(-1)?.key, 3_000],
    );
    reader.verify();
    reader.close();
  });

  it("closes a segment at about 2 MB", () => {
    // Bodies that do not compress.
    const rows = Array.from({ length: 60 }, (_, index) => ({
      key: `k${String(index).padStart(3, "0")}`,
      body: Array.from({ length: 20_000 }, (_, at) =>
        String.fromCharCode(33 + ((index * 7919 + at * at * 31 + (at >> 3) * 17) % 5000)),
      ).join(""),
    }));
    const segments = [...packSegments(rows)];
    for (const segment of segments) assert.ok(segment.bytes.length < 4 * 1024 * 1024);
    for (const [index, segment] of segments.slice(1).entries()) {
      assert.ok((segments[index]?.lastKey ?? "") < segment.firstKey);
    }
    assert.equal(
      segments.reduce((sum, segment) => sum + segment.keyCount, 0),
      60,
    );
  });

  it("same rows, same bytes", () => {
    const rows = manyRows(500, 30);
    assert.deepEqual(pack(rows), pack(rows.map((row) => ({ ...row }))));
  });

  it("never misses a row silently: each flipped bit is an error or changes no answer", () => {
    const rows = manyRows(40, 100);
    const packed = pack(rows);
    let errors = 0;
    for (let at = 0; at < packed.bytes.length; at += 1) {
      const damaged = Buffer.from(packed.bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const reader = open(damaged, packed);
      try {
        for (const row of rows) assert.equal(bodyIn(reader, row.key), row.body);
        // Only the magic at the start is not needed to answer.
        assert.ok(at < 8, `byte ${at}`);
      } catch (error) {
        assert.ok(
          error instanceof PlimsollError && error.code === "DATABASE_INVALID",
          `byte ${at}: ${error}`,
        );
        errors += 1;
      }
      assert.throws(() => reader.verify(), { code: "DATABASE_INVALID" });
      reader.close();
    }
    assert.equal(errors, packed.bytes.length - 8);
  });

  it("refuses a file that was cut or that grew", () => {
    const packed = pack(manyRows(100, 50));
    for (const bytes of [
      packed.bytes.subarray(0, -1),
      Buffer.alloc(0),
      Buffer.concat([packed.bytes, Buffer.from("x")]),
    ]) {
      assert.throws(() => open(bytes, packed), { code: "DATABASE_INVALID" });
    }
  });

  it("refuses a block that claims to unpack to more than any writer packs, before it makes room for it", () => {
    const packed = pack(manyRows(100, 50));
    const forged = Buffer.from(packed.bytes);
    const footer = forged.length - footerBytes;
    const index = forged.subarray(forged.readUInt32LE(footer), footer);
    index.writeUInt32LE(blockBytesMax + 1, indexHeadBytes + 4);
    forged.writeUInt32LE(crc32(index), footer + 8);
    const reader = open(forged, packed);
    assert.throws(() => reader.find("npm\npackage-000000"), {
      code: "DATABASE_INVALID",
      message: /names a block that it does not have/u,
    });
    reader.close();
  });
});
