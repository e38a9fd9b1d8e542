/**
 * Names, links and digests that lie. Unpacking writes nothing: the working folder and the one above it stay as they were.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { LayerBlob } from "../../src/image/types.ts";
import { buildImage, streamBlobs, type BuiltImage } from "../helpers/oci-image.ts";
import { file, hardLink, symlink, writeTar } from "../helpers/oci-tar.ts";
import { codes, contents, unpackBlobs, unpackLayers } from "./run.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-hostile-"));
  mkdirSync(join(folder, "blobs"));
});
after(() => rmSync(folder, { recursive: true }));

/** The image's layers as files, with what `proof` they have. */
function fileBlobs(image: BuiltImage, of: "blob" | "content", pick: "blob" | "tar"): LayerBlob[] {
  return streamBlobs(image).map((blob, index) => {
    const built = image.layers[index] as BuiltImage["layers"][number];
    const path = join(folder, "blobs", `${built.digest.slice(7)}.${pick}`);
    writeFileSync(path, Buffer.concat([Buffer.alloc(100, 7), built[pick], Buffer.alloc(100, 7)]));
    const content = { kind: "file", path, offset: 100, sizeBytes: built[pick].length } as const;
    return { ...blob, content, proof: { of, digest: of === "blob" ? built.digest : built.diffId } };
  });
}

describe("hostile: names and links", () => {
  const entries = [
    file("../../escaped", "1"),
    file("/absolute", "in the root"),
    file("a/../../escaped", "1"),
    symlink("out", "/"),
    file("out/etc/escaped", "through a link"),
    symlink("up", "../../../.."),
    file("up/escaped", "through a link"),
    hardLink("passwd", "/etc/passwd"),
    hardLink("shadow", "../../etc/shadow"),
    symlink("loop", "loop"),
    file("loop/x", "1"),
    file("line\nbreak\u001b[2Jname\u202e", "odd"),
    file("\u0000nul", "1", { pax: { path: "nul\u0000byte" } }),
  ];

  it("stay inside, and nothing is written anywhere", async () => {
    const around = [process.cwd(), join(process.cwd(), ".."), tmpdir(), "/"];
    const listed = around.map((one) =>
      readdirSync(one).filter((name) => /escaped|absolute|shadow|line/.test(name)),
    );
    const files = await unpackLayers([{ entries }]);
    assert.deepEqual(contents(files), [
      "absolute=in the root",
      "escaped=through a link",
      "etc/escaped=through a link",
      "line\nbreak\u001b[2Jname\u202e=odd",
    ]);
    assert.deepEqual(codes(files).sort(), [
      "LINK_UNRESOLVED",
      "LINK_UNRESOLVED",
      "LINK_UNRESOLVED",
      "TAR_ENTRY_REFUSED",
      "TAR_ENTRY_REFUSED",
      "TAR_ENTRY_REFUSED",
      "TAR_ENTRY_REFUSED",
    ]);
    for (const problem of files.problems)
      assert.doesNotMatch(problem.message + problem.path, /[\u0000-\u001f\u202e]/);
    const now = around.map((one) =>
      readdirSync(one).filter((name) => /escaped|absolute|shadow|line/.test(name)),
    );
    assert.deepEqual(now, listed);
  });
});

describe("hostile: digests", () => {
  const image = buildImage({ layers: [{ entries: [file("a", "1")] }, { entries: [file("b", "2")] }] });
  const other = buildImage({ layers: [{ entries: [file("a", "1")] }, { entries: [file("b", "tampered")] }] });

  const kinds: [string, (of: BuiltImage) => LayerBlob[], boolean][] = [
    ["from the network", streamBlobs, false],
    ["of a layout", (of) => fileBlobs(of, "blob", "blob"), false],
    ["of an archive, compressed", (of) => fileBlobs(of, "content", "blob"), false],
    ["of an archive, uncompressed, with verify", (of) => fileBlobs(of, "content", "tar"), true],
  ];
  for (const [name, blobsOf, verify] of kinds) {
    it(`${name}: right ones are verified`, async () => {
      const files = await unpackBlobs(blobsOf(image), { verify });
      assert.equal(files.verification, "verified");
      assert.deepEqual(contents(files), ["a=1", "b=2"]);
    });
    it(`${name}: a wrong one is an error`, async () => {
      const named = blobsOf(image);
      const tampered = blobsOf(other).map((blob, index) => ({ ...blob, proof: named[index]!.proof }));
      await assert.rejects(unpackBlobs(tampered, { verify }), { code: "DIGEST_MISMATCH" });
    });
  }

  const plain = buildImage({
    layers: [
      { entries: [file("a", "1")], compression: "none" },
      { entries: [file("b", "2")], compression: "none" },
    ],
  });
  const borrowed: [string, BuiltImage, (of: BuiltImage) => LayerBlob[]][] = [
    ["from the network", image, streamBlobs],
    ["from the network, uncompressed", plain, streamBlobs],
    ["of a layout", image, (of) => fileBlobs(of, "blob", "blob")],
    ["of a layout, uncompressed", plain, (of) => fileBlobs(of, "blob", "blob")],
  ];
  for (const [name, of, blobsOf] of borrowed) {
    it(`${name}: diff IDs of another image are an error when everything is verified`, async () => {
      const blobs = blobsOf(of);
      assert.equal((await unpackBlobs(blobs, { verify: true })).verification, "verified");
      const forged = blobs.map((blob, index) => ({
        ...blob,
        layer: { ...blob.layer, diffId: other.layers[index]!.diffId },
      }));
      assert.equal((await unpackBlobs(forged)).verification, "verified", "the blobs themselves are right");
      await assert.rejects(unpackBlobs(forged, { verify: true }), { code: "DIGEST_MISMATCH" });
    });
  }

  it("a layer that cannot be inflated to its end proves no diff ID", async () => {
    const [first] = image.layers;
    const blob = first!.blob.subarray(0, first!.blob.length - 4);
    const cut = buildImage({ layers: [{ tar: first!.tar, blob }] });
    for (const blobs of [streamBlobs(cut), fileBlobs(cut, "blob", "blob")]) {
      const files = await unpackBlobs(blobs, { verify: true });
      assert.deepEqual([files.verification, codes(files)], ["unverified", ["BLOB_TRUNCATED"]]);
    }
  });

  it("of an archive read by seeking: unverified", async () => {
    const files = await unpackBlobs(fileBlobs(image, "content", "tar"));
    assert.equal(files.verification, "unverified");
    assert.deepEqual(contents(files), ["a=1", "b=2"]);
  });

  it("of an unknown algorithm: unverified", async () => {
    const blobs = streamBlobs(image).map((blob) => ({
      ...blob,
      proof: { of: "blob", digest: "md5:1" } as const,
    }));
    assert.equal((await unpackBlobs(blobs)).verification, "unverified");
  });

  it("a blob that is not there is incomplete", async () => {
    const blobs = fileBlobs(image, "blob", "blob");
    rmSync((blobs[1]!.content as { path: string }).path);
    const files = await unpackBlobs(blobs);
    assert.deepEqual(codes(files), ["BLOB_MISSING"]);
    assert.deepEqual(contents(files), ["a=1"]);
  });

  it("a file wanted through a link is read again, and checked again", async () => {
    const entries = [file("x/hidden", "1"), symlink("wanted", "x/hidden")];
    const linked = buildImage({
      layers: [{ entries }, { tar: writeTar([file("y", "2")]), compression: "zstd" }],
    });
    for (const blobs of [
      streamBlobs(linked),
      fileBlobs(linked, "blob", "blob"),
      fileBlobs(linked, "content", "tar"),
    ]) {
      const files = await unpackBlobs(blobs, { wants: (path) => path === "wanted" });
      assert.deepEqual(contents(files), ["wanted=1"]);
      assert.deepEqual(codes(files), []);
    }
  });
});
