/**
 * Layers that are too much of something: the result is incomplete with the reason, soon, and nothing crashes.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGzip, gzipSync } from "node:zlib";
import { isIncomplete } from "../../src/domain/problem.ts";
import type { LayerBlob } from "../../src/image/types.ts";
import { directory, file, symlink, writeEntry, writeTar, type TarEntry } from "../helpers/oci-tar.ts";
import { codes, contents, unpackBlobs, unpackLayers, type HostileOptions } from "./run.ts";

const small: readonly TarEntry[] = [file("a", "1"), file("b", "2".repeat(3000)), file("c", "3")];

const rows: { name: string; entries: readonly TarEntry[]; options: HostileOptions; expected: string[] }[] = [
  {
    name: "bytes of a layer",
    entries: small,
    options: { limits: { layerBytesMax: 2000 } },
    expected: ["LIMIT_LAYER_BYTES"],
  },
  {
    name: "bytes of all layers",
    entries: small,
    options: { limits: { totalBytesMax: 2000 } },
    expected: ["LIMIT_TOTAL_BYTES"],
  },
  { name: "entries", entries: small, options: { limits: { entriesMax: 2 } }, expected: ["LIMIT_ENTRIES"] },
  {
    name: "length of a path",
    entries: [file("x".repeat(99)), ...small],
    options: { limits: { pathLengthMax: 90 } },
    expected: ["LIMIT_PATH_LENGTH"],
  },
  {
    name: "length of a target",
    entries: [symlink("l", "x".repeat(99)), ...small],
    options: { limits: { pathLengthMax: 90 } },
    expected: ["LIMIT_PATH_LENGTH"],
  },
  {
    name: "a wanted file",
    entries: small,
    options: { limits: { wantedFileBytesMax: 2000 } },
    expected: ["LIMIT_WANTED_FILE_BYTES"],
  },
  {
    name: "all wanted files",
    entries: small,
    options: { limits: { wantedTotalBytesMax: 2000 } },
    expected: ["LIMIT_WANTED_TOTAL_BYTES"],
  },
];

describe("hostile: limits", () => {
  for (const { name, entries, options, expected } of rows) {
    it(`${name}: incomplete`, async () => {
      for (const compression of ["gzip", "zstd", "none"] as const) {
        const files = await unpackLayers([{ entries, compression }], options);
        assert.deepEqual(codes(files), expected);
        assert.ok(files.problems.every(isIncomplete));
      }
    });
    it(`${name}: the same without limits is complete`, async () => {
      assert.deepEqual(
        codes(await unpackLayers([{ entries }])),
        entries[0]?.type === "2" ? ["LINK_UNRESOLVED"] : [],
      );
    });
  }

  it("a file too large is not missed when a later layer removes it", async () => {
    const limits = { wantedFileBytesMax: 2000 };
    const files = await unpackLayers([{ entries: small }, { entries: [file("b", "new")] }], { limits });
    assert.deepEqual(codes(files), []);
    assert.deepEqual(contents(files), ["a=1", "b=new", "c=3"]);
  });

  it("time", async () => {
    let now = 0;
    const files = await unpackLayers([{ entries: small }, { entries: small }], {
      limits: { timeMsMax: 1000 },
      now: () => (now += 600),
    });
    assert.deepEqual(codes(files), ["LIMIT_TIME"]);
    assert.equal(files.verification, "unverified");
  });

  it("a bomb is left at its ratio", async () => {
    // 140 MB of zeros in 140 KB; the tar says so, so nothing but the ratio is wrong.
    const tar = Buffer.concat([
      writeEntry(file("zeros", "", { sizeField: 140_000_000 }))[0] as Buffer,
      Buffer.alloc(140_000_000),
    ]);
    const blob = gzipSync(tar, { level: 9 });
    const files = await unpackLayers([{ tar: Buffer.alloc(0), blob }], { wants: () => false });
    assert.deepEqual(codes(files), ["LIMIT_RATIO"]);
    assert.ok(files.contentBytes < 120_000_000);
  });

  it("a header that promises 8 exabytes", async () => {
    const entries = [file("a", "1", { base256: true, sizeField: Number.MAX_SAFE_INTEGER }), file("b", "2")];
    const files = await unpackLayers([{ entries }]);
    assert.deepEqual(codes(files), ["BLOB_TRUNCATED", "LIMIT_WANTED_FILE_BYTES"]);
  });

  it("a million entries, and a name of a thousand folders", { timeout: 120_000 }, async () => {
    const blob = { kind: "stream", open: () => Promise.resolve(million()) } as const;
    const layer = { index: 0, diffId: "sha256:0", digest: null, mediaType: "", sizeBytes: 0, command: null };
    const blobs: LayerBlob[] = [{ layer, content: blob, proof: { of: "blob", digest: "none:0" } }];
    const before = process.memoryUsage().rss;
    const files = await unpackBlobs(blobs, { wants: (path) => path.endsWith("/wanted") });
    const grownBytes = process.memoryUsage().rss - before;
    assert.deepEqual(codes(files), []);
    assert.equal(files.fileCount, 1_000_001);
    assert.equal(files.wanted.length, 1);
    // 150 bytes a file for the table, as much again for its log, and what the collector has not taken back yet.
    assert.ok(grownBytes < 900_000_000, `${grownBytes} bytes`);
  });

  it("folders that no layer lists count too", async () => {
    const deep = Array.from({ length: 50 }, (_, i) => file(`${i}/${"d/".repeat(100)}f`));
    const files = await unpackLayers([{ entries: deep }], { limits: { entriesMax: 1000 } });
    assert.deepEqual(codes(files), ["LIMIT_ENTRIES"]);
  });

  it("links that multiply", { timeout: 60_000 }, async () => {
    // Each folder holds ten links to the next: ten to the power of twelve paths.
    const entries = Array.from({ length: 12 }, (_, level) => [
      directory(`${level}`),
      ...Array.from({ length: 10 }, (_, i) => symlink(`${level}/${i}`, `../${level + 1}`)),
    ]).flat();
    const files = await unpackLayers([{ entries: [...entries, file("12/x", "1")] }], {
      wants: (path) => path === "12/x",
    });
    assert.deepEqual(contents(files), ["12/x=1"]);
  });

  it("one folder emptied again and again", { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => file(`d/${i}`));
    const marks = Array.from({ length: 20_000 }, () => file("d/.wh..wh..opq"));
    const files = await unpackLayers([{ entries: many }, { entries: [...many, ...marks] }]);
    assert.equal(files.fileCount, 20_000);
  });

  it("problems of one kind are counted, not heaped up", async () => {
    const entries = Array.from({ length: 5000 }, () => file("../x"));
    const files = await unpackLayers([{ entries }]);
    assert.equal(files.problems.length, 21);
  });
});

/** A gzip tar of a million small files, made as it is read: the headers of one folder, renamed a thousand times. */
async function* million(): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 1, chunkSize: 1 << 20 });
  const names = Array.from({ length: 1000 }, (_, i) => `srv/data/folder-000/file-number-${i}.txt`);
  const headers = writeTar(
    names.map((name) => file(name)),
    { closed: false },
  );
  const written = (async () => {
    for (let folder = 0; folder < 1000; folder += 1) {
      if (!gzip.write(renamed(headers, folder))) await new Promise((done) => gzip.once("drain", done));
    }
    gzip.end(writeTar([file(`${"d/".repeat(1000)}wanted`, "1")]));
  })();
  for await (const chunk of gzip) yield chunk as Buffer;
  await written;
}

/** A copy with `folder-000` replaced, and each checksum raised by as much as the digits are. */
function renamed(headers: Buffer, folder: number): Buffer {
  const copy = Buffer.from(headers);
  const digits = String(folder).padStart(3, "0");
  const raised = [...digits].reduce((sum, digit) => sum + Number(digit), 0);
  for (let at = 0; at < copy.length; at += 512) {
    copy.write(digits, at + "srv/data/folder-".length, "latin1");
    const sum = Number.parseInt(copy.toString("latin1", at + 148, at + 154), 8) + raised;
    copy.write(sum.toString(8).padStart(6, "0"), at + 148, "latin1");
  }
  return copy;
}
