/** Inspectors and the cache of layers: the same findings however a layer is stored, and no layer read twice. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  buildImage,
  streamBlobs,
  writeLayout,
  type BuiltImage,
  type LayerCompression,
} from "../../test/helpers/oci-image.ts";
import { directory, file, hardLink, opaque, whiteout, type TarEntry } from "../../test/helpers/oci-tar.ts";
import { defaultUnpackLimits, type ImageFiles, type Inspector } from "../domain/files.ts";
import type { LayerCache } from "../domain/ports.ts";
import { isIncomplete } from "../domain/problem.ts";
import { openImage } from "./open.ts";
import type { LayerBlob } from "./types.ts";
import { unpack, unpackSteps, type UnpackOptions } from "./unpack.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-inspect-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Tells the first and the last three bytes of programs, read from the end first. */
const ends: Inspector = {
  id: "ends",
  version: 1,
  wants: ({ path, mode }) => path.startsWith("bin/") && (mode & 0o111) !== 0,
  inspect(_head, view) {
    const tail = Buffer.from(view.read(view.sizeBytes - 3, 10)).toString("latin1");
    const head = Buffer.from(view.read(0, 3)).toString("latin1");
    return { head, tail, past: view.read(view.sizeBytes, 5).length };
  },
};

const program = (path: string, content: string | Uint8Array): TarEntry =>
  file(path, content, { mode: 0o755 });
const large = Buffer.concat([Buffer.from("abc"), Buffer.alloc(3 * 1024 * 1024, "x"), Buffer.from("xyz")]);
const layers = [
  [directory("bin"), program("bin/a", large), file("bin/text", "no program"), program("bin/gone", "gone!")],
  [program("bin/b", "short"), hardLink("bin/0", "bin/b"), whiteout("bin/gone"), file("d/want", "1")],
];

const options: UnpackOptions = {
  wants: (path) => path.endsWith("want"),
  inspectors: [ends],
  limits: defaultUnpackLimits,
  verify: false,
  signal: null,
  now: () => performance.now(),
};

function build(compression: LayerCompression, of: readonly (readonly TarEntry[])[] = layers): BuiltImage {
  return buildImage({ layers: of.map((entries) => ({ entries, compression })) });
}

async function layoutBlobs(image: BuiltImage): Promise<readonly LayerBlob[]> {
  const path = mkdtempSync(join(folder, "layout-"));
  writeLayout(path, image);
  const none = { platform: null, ref: null, insecureRegistries: [], signal: null };
  return (await openImage(`oci-dir://${path}`, none)).blobs;
}

function told({ inspected }: ImageFiles): unknown[] {
  return inspected.map(({ path, value, layerIndex }) => [path, value, layerIndex]);
}

const expected = [
  ["bin/0", { head: "sho", tail: "ort", past: 0 }, 1],
  ["bin/a", { head: "abc", tail: "xyz", past: 0 }, 0],
];

describe("inspectors", () => {
  for (const compression of ["none", "gzip", "zstd", "gzip-members"] as const) {
    it(`see the same in a layout stored as ${compression}`, async () => {
      assert.deepEqual(told(await unpack(await layoutBlobs(build(compression)), options)), expected);
    });
  }

  it("see the same in a stream of small chunks", async () => {
    assert.deepEqual(told(await unpack(streamBlobs(build("gzip"), 700), options)), expected);
  });

  it("see a wanted file too, which is kept", async () => {
    const all = { ...options, wants: () => true };
    const files = await unpack(streamBlobs(build("gzip")), all);
    assert.deepEqual(told(files), expected);
    assert.equal(files.wanted.find(({ path }) => path === "bin/a")?.bytes.length, large.length);
  });

  it("are not handed a file past the limit, and the result says so", async () => {
    const limits = { ...defaultUnpackLimits, inspectedFileBytesMax: 1000 };
    for (const compression of ["none", "gzip"] as const) {
      const files = await unpack(await layoutBlobs(build(compression)), { ...options, limits });
      assert.deepEqual(told(files), expected.slice(0, 1));
      assert.deepEqual(
        files.problems.map(({ code, path }) => [code, path]),
        [["LIMIT_WANTED_FILE_BYTES", "bin/a"]],
      );
    }
  });

  it("lose what they would have said of a file that they throw on, and nothing else", async () => {
    const failing: Inspector = {
      ...ends,
      id: "failing",
      inspect: ({ path }) => {
        if (path === "bin/a") throw new RangeError("past the end");
        return "said";
      },
    };
    const failsToo = { ...options, inspectors: [failing, ends] };
    for (const compression of ["none", "gzip"] as const) {
      const files = await unpack(await layoutBlobs(build(compression)), failsToo);
      assert.deepEqual(
        files.inspected.map(({ by, path }) => `${by} ${path}`),
        ["ends bin/0", "failing bin/0", "ends bin/a"],
      );
      assert.deepEqual(
        files.problems.map(({ code, path }) => [code, path]),
        [["PARSE_FAILED", "bin/a"]],
      );
      assert.ok(files.problems.every(isIncomplete));
    }
    const root = mkdtempSync(join(folder, "root-"));
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/a"), "abc and xyz", { mode: 0o755 });
    const none = { platform: null, ref: null, insecureRegistries: [], signal: null };
    const opened = await openImage(`fs://${root}`, none);
    const files = await opened.readFolder?.(() => false, [failing, ends]);
    assert.deepEqual(
      [files?.inspected.map(({ by }) => by), files?.problems.map(({ code }) => code)],
      [["ends"], ["PARSE_FAILED"]],
    );
  });

  it("look into a folder on disk", async () => {
    const root = mkdtempSync(join(folder, "root-"));
    writeFileSync(join(root, "bin"), "short", { mode: 0o755 });
    const opened = await openImage(`fs://${root}`, {
      platform: null,
      ref: null,
      insecureRegistries: [],
      signal: null,
    });
    const anywhere = { ...ends, wants: () => true };
    const files = await opened.readFolder?.(() => false, [anywhere]);
    assert.deepEqual(
      files?.inspected.map(({ path, value }) => [path, value]),
      [["bin", { head: "sho", tail: "ort", past: 0 }]],
    );
  });
});

describe("the merged tree", () => {
  it("tells kind, size, mode and owner of every path, and follows links of folders", async () => {
    const files = await unpack(
      streamBlobs(
        build("gzip", [
          [directory("usr/bin", { uid: 5 }), { path: "bin", type: "2", target: "usr/bin" }],
          [file("usr/bin/su", "12345", { mode: 0o4755, uid: 0, gid: 7 })],
        ]),
      ),
      options,
    );
    const fact = {
      path: "usr/bin/su",
      kind: "file",
      sizeBytes: 5,
      mode: 0o4755,
      uid: 0,
      gid: 7,
      target: "",
      layerIndex: 1,
    };
    const ids: number[] = [];
    for (const path of ["bin/su", "usr/bin/su"]) {
      const { id = -1, ...found } = files.tree?.find(path) ?? {};
      assert.deepEqual(found, fact);
      ids.push(id);
    }
    const seen: unknown[] = [];
    files.tree?.eachFile((each) => seen.push([each.id, each.path(), each.sizeBytes, each.mode]));
    assert.deepEqual(seen, [[ids[0], "usr/bin/su", 5, 0o4755]]);
    assert.equal(ids[0], ids[1]);
    assert.equal(files.tree?.find("bin/none"), null);
    assert.deepEqual([...(files.tree?.walk() ?? [])].map(({ path, kind, uid }) => [path, kind, uid]).sort(), [
      ["bin", "symlink", 0],
      ["usr", "directory", 0],
      ["usr/bin", "directory", 5],
      ["usr/bin/su", "file", 0],
    ]);
  });

  it("can be had as it was below each layer that took something away", async () => {
    const blobs = streamBlobs(
      build("gzip", [
        [file("a/want", "1"), file("b/want", "1")],
        [file("c", "1")],
        [opaque("a"), file("b/want", "2")],
      ]),
    );
    const steps = await unpackSteps(blobs, options);
    assert.deepEqual(
      steps.map(({ layerCount, files }) => [
        layerCount,
        files.wanted.map(({ path, bytes }) => `${path}=${Buffer.from(bytes).toString()}`),
      ]),
      [
        [2, ["a/want=1", "b/want=1"]],
        [3, ["b/want=2"]],
      ],
    );
  });
});

describe("the cache of layers", () => {
  /** In memory, counting what is stored. */
  function memory(): LayerCache & { readonly stored: Map<string, Uint8Array>; readonly asked: string[] } {
    const stored = new Map<string, Uint8Array>();
    const asked: string[] = [];
    return {
      stored,
      asked,
      get: (digest) => {
        asked.push(digest);
        return Promise.resolve(stored.get(digest) ?? null);
      },
      put: (digest, bytes) => {
        stored.set(digest, bytes);
        return Promise.resolve();
      },
    };
  }

  /** Blobs that must not be opened. */
  function closed(blobs: readonly LayerBlob[]): LayerBlob[] {
    return blobs.map((blob) => ({
      ...blob,
      content: {
        kind: "stream",
        open: () => Promise.reject(new Error(`layer ${blob.layer.index} was read again`)),
      },
    }));
  }

  it("gives the same result without opening a blob", async () => {
    const cache = memory();
    const blobs = streamBlobs(build("gzip"));
    const first = await unpack(blobs, { ...options, cache });
    const second = await unpack(closed(blobs), { ...options, cache });
    assert.deepEqual(plain(second), plain(first));
    assert.deepEqual(told(second), expected);
  });

  it("lets a second image on the same base cost only its own layers", async () => {
    const cache = memory();
    const [base] = layers;
    assert.ok(base !== undefined);
    await unpack(streamBlobs(build("gzip")), { ...options, cache });
    const other = streamBlobs(build("gzip", [base, [file("mine/want", "2")]]));
    const [shared, own] = other;
    assert.ok(shared !== undefined && own !== undefined);
    const files = await unpack([...closed([shared]), own], { ...options, cache });
    assert.deepEqual(
      files.wanted.map(({ path }) => path),
      ["mine/want"],
    );
    assert.equal(files.verification, "verified");
    assert.equal(cache.stored.size, 3);
  });

  it("is not asked to prove content that it never proved, nor for another diff ID", async () => {
    const cache = memory();
    const blobs = streamBlobs(build("gzip"));
    await unpack(blobs, { ...options, cache });
    await assert.rejects(unpack(closed(blobs), { ...options, cache, verify: true }), /was read again/);
    await unpack(blobs, { ...options, cache, verify: true });
    await unpack(closed(blobs), { ...options, cache, verify: true });
    const forged = closed(blobs).map((blob) => ({
      ...blob,
      layer: { ...blob.layer, diffId: `sha256:${"0".repeat(64)}` },
    }));
    await assert.rejects(unpack(forged, { ...options, cache, verify: true }), /was read again/);
  });

  it("takes nothing that is damaged, and keeps nothing that is not whole", async () => {
    const cache = memory();
    const image = build("gzip");
    const blobs = streamBlobs(image);
    await unpack(blobs, { ...options, cache });
    for (const [digest, bytes] of cache.stored) {
      const damaged = Buffer.from(bytes);
      damaged[damaged.length >> 1]! ^= 1;
      cache.stored.set(digest, damaged);
    }
    assert.deepEqual(told(await unpack(blobs, { ...options, cache })), expected);
    const limited = memory();
    const limits = { ...defaultUnpackLimits, inspectedFileBytesMax: 1000 };
    await unpack(blobs, { ...options, cache: limited, limits });
    assert.equal(limited.stored.size, 1, "only the layer without a problem");
  });

  function plain({
    wanted,
    inspected,
    fileCount,
    contentBytes,
    verification,
    problems,
  }: ImageFiles): unknown {
    const files = wanted.map((each) => ({ ...each, bytes: Buffer.from(each.bytes).toString("hex") }));
    return { files, inspected, fileCount, contentBytes, verification, problems };
  }
});
