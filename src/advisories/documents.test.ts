/** Documents in every compression and archive. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { readFeedSamples, samplesArchive } from "../../test/helpers/feed-samples.ts";
import { skipWithout } from "../../test/helpers/shared.ts";
import { readDocuments } from "./documents.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-documents-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** `[1]` by Python's bz2. */
const bzipped = Buffer.from("QlpoOTFBWSZTWYQnu8MAAACKACAAAAogACGYGYFhdyRThQkIQnu8MA==", "base64");

async function valuesOf(path: string): Promise<[name: string, value: unknown][]> {
  const values: [string, unknown][] = [];
  await readDocuments(path, {
    signal: null,
    onDocument: (document) => values.push([document.name, document.value()]),
  });
  return values;
}

describe("a document", () => {
  const rows: readonly (readonly [string, Buffer])[] = [
    ["plain.json", Buffer.from("[1]")],
    ["gzip.json.gz", gzipSync("[1]")],
    ["zstd.json.zst", zstdCompressSync("[1]")],
    // Frames that the decoder alone would stop after.
    ["frames.json.zst", Buffer.concat([zstdCompressSync("["), zstdCompressSync("1]")])],
    ["bzip2.json.bz2", bzipped],
  ];
  for (const [name, bytes] of rows) {
    it(`is read from ${name}`, async () => {
      const path = join(root, name);
      writeFileSync(path, bytes);
      assert.deepEqual(await valuesOf(path), [[name, [1]]]);
    });
  }

  it("of several megabytes is given in pieces, or as a whole", async () => {
    const path = join(root, "large.json");
    const value = Array.from({ length: 300_000 }, (_, at) => at);
    writeFileSync(path, JSON.stringify(value));
    let isRead = false;
    await readDocuments(path, {
      signal: null,
      onDocument(document) {
        const pieces = [...document.pieces()].map((piece) => piece.length);
        assert.ok(pieces.length > 1);
        assert.equal(
          pieces.reduce((sum, length) => sum + length, 0),
          document.bytes.length,
        );
        // What is at hand is not read again.
        assert.equal([...document.pieces()].length, 1);
        assert.deepEqual(document.value(), value);
        isRead = true;
      },
    });
    assert.ok(isRead);
  });

  it("that cannot be inflated has no value", async () => {
    const path = join(root, "broken.json.bz2");
    writeFileSync(path, bzipped.subarray(0, 20));
    assert.deepEqual(await valuesOf(path), [["broken.json.bz2", undefined]]);
  });
});

describe("an archive compressed with bzip2", { skip: skipWithout(samplesArchive) }, () => {
  const path = join(root, "csaf-vex.tar.bz2");
  it("is read, and refused when it is cut off", async () => {
    const sample = "suse/csaf_vex/testdata/fixtures/csaf-vex.tar.bz2";
    const packed = (await readFeedSamples([sample])).get(sample) ?? assert.fail(sample);
    writeFileSync(path, packed);
    assert.deepEqual((await valuesOf(path)).map(([name]) => name).sort(), [
      "csaf-vex/changes.csv",
      "csaf-vex/cve-1999-0003.json",
      "csaf-vex/cve-2023-5568.json",
    ]);
    writeFileSync(path, packed.subarray(0, packed.length - 10));
    await assert.rejects(valuesOf(path), { code: "FEED_INVALID", message: /ends early/ });
  });
});
