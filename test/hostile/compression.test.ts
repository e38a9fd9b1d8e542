/**
 * Blobs that are more, less or other than one gzip member or zstd frame: no package may vanish from a scan unseen.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { isIncomplete } from "../../src/domain/problem.ts";
import { file, writeTar } from "../helpers/oci-tar.ts";
import { codes, contents, unpackLayers } from "./run.ts";

// Content that does not compress away, so that each half holds some of it.
const filler = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff));
const tar = writeTar([file("first", "1"), file("filler", filler), file("last", "2")]);
const half = tar.length >> 1;
const skip = Buffer.concat([Buffer.from("502a4d18", "hex"), Buffer.from([4, 0, 0, 0]), Buffer.from("skip")]);
const zstd = (from: number, to: number): Buffer => zstdCompressSync(tar.subarray(from, to));
const gzip = (from: number, to: number): Buffer => gzipSync(tar.subarray(from, to));
const z = [zstd(0, half), zstd(half, tar.length)] as const;
const g = [gzip(0, half), gzip(half, tar.length)] as const;
const whole = { gzip: gzip(0, tar.length), zstd: zstd(0, tar.length) };
const wants = (path: string): boolean => path !== "filler";

const complete: [string, Buffer][] = [
  ["zstd, two frames", Buffer.concat([...z])],
  ["zstd, skippable frame first", Buffer.concat([skip, ...z])],
  ["zstd, skippable frame in the middle", Buffer.concat([z[0], skip, z[1]])],
  ["zstd, skippable frame last", Buffer.concat([...z, skip])],
  ["gzip, two members", Buffer.concat([...g])],
  ["gzip, zeros at the end", Buffer.concat([...g, Buffer.alloc(512)])],
  ["no compression", tar],
];

const incomplete: [string, Buffer, readonly string[]][] = [
  ["zstd, garbage at the end", Buffer.concat([...z, Buffer.from("garbage")]), ["COMPRESSION_TRAILING_DATA"]],
  ["gzip, garbage at the end", Buffer.concat([...g, Buffer.from("garbage")]), ["COMPRESSION_INVALID"]],
  [
    "gzip, a member behind zeros",
    Buffer.concat([g[0], Buffer.alloc(9), g[1]]),
    ["COMPRESSION_TRAILING_DATA"],
  ],
  ["gzip, truncated", whole.gzip.subarray(0, whole.gzip.length - 500), ["BLOB_TRUNCATED"]],
  ["zstd, truncated", whole.zstd.subarray(0, whole.zstd.length - 500), ["BLOB_TRUNCATED"]],
  ["tar, truncated", tar.subarray(0, half), ["BLOB_TRUNCATED"]],
  [
    "gzip, damaged",
    Buffer.concat([whole.gzip.subarray(0, 99), Buffer.alloc(200, 7)]),
    ["COMPRESSION_INVALID"],
  ],
  [
    "a tar cut inside, then zeros",
    Buffer.concat([tar.subarray(0, 1500), Buffer.alloc(9000, 1)]),
    ["TAR_INVALID"],
  ],
  ["text", Buffer.from("this is no layer".repeat(100)), ["TAR_INVALID"]],
  ["xz", Buffer.concat([Buffer.from("fd377a585a00", "hex"), tar]), ["COMPRESSION_INVALID"]],
  ["bzip2", Buffer.concat([Buffer.from("BZh9"), tar]), ["COMPRESSION_INVALID"]],
];

describe("hostile: compression", () => {
  for (const [name, blob] of complete) {
    for (const chunkBytes of [1_000_000, 500]) {
      it(`${name} is read as a whole, in chunks of ${chunkBytes}`, async () => {
        const files = await unpackLayers([{ tar, blob }], { wants, chunkBytes });
        assert.deepEqual(codes(files), []);
        assert.deepEqual(contents(files), ["first=1", "last=2"]);
        assert.equal(files.verification, "verified");
      });
    }
  }

  for (const [name, blob, expected] of incomplete) {
    it(`${name} is incomplete`, async () => {
      const files = await unpackLayers([{ tar, blob }], { wants });
      assert.deepEqual(codes(files), expected);
      assert.ok(files.problems.some(isIncomplete));
    });
  }

  it("a bad layer does not take the others with it", async () => {
    const good = { entries: [file("good", "1")] };
    const bad = { tar, blob: whole.gzip.subarray(0, 50) };
    const files = await unpackLayers([good, bad, { entries: [file("better", "2")] }], { wants });
    assert.deepEqual(contents(files), ["better=2", "good=1"]);
    assert.deepEqual(codes(files), ["BLOB_TRUNCATED"]);
  });

  it("a layer of an unknown type is left out, and said", async () => {
    for (const mediaType of [
      "application/vnd.example.wasm",
      "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
    ]) {
      const files = await unpackLayers([{ tar, mediaType }], { wants });
      assert.deepEqual(codes(files), ["LAYER_MEDIA_TYPE_UNKNOWN"]);
    }
  });
});
