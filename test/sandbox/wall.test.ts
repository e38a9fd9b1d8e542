/** The wall around unpacking and parsing: nothing gets out of it, and what comes back is what reading here gives. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, describe, it } from "node:test";
import { takeInventory } from "../../src/analysis/inventory.ts";
import { startStopwatch } from "../../src/analysis/stopwatch.ts";
import { readBehindWall } from "../../src/analysis/walled.ts";
import { defaultUnpackLimits } from "../../src/domain/files.ts";
import { openImage } from "../../src/image/open.ts";
import type { LayerBlob } from "../../src/image/types.ts";
import {
  possibleFolderWalls,
  possibleWalls,
  startWalled,
  type WallKind,
} from "../../src/io/walled-process.ts";
import { buildImage, dockerArchive, streamBlobs, writeLayout } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";

// Below a folder that anybody may enter: nobody must be refused by the wall, not by the folder.
const folder = mkdtempSync(join(tmpdir(), "plimsoll-wall-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function probe(kind: WallKind): Promise<Record<string, string>> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const secret = join(folder, "secret");
  const writable = join(folder, `written-${kind}`);
  writeFileSync(secret, "secret");
  const words = join(folder, "words");
  writeFileSync(words, JSON.stringify([(server.address() as AddressInfo).port, secret, writable]));
  const descriptor = openSync(words, "r");
  const script = fileURLToPath(new URL("./probe.mjs", import.meta.url));
  const limits = { memoryMibMax: 256, cpuSecondsMax: 60 };
  const { child } = startWalled(kind, {
    script,
    readable: [dirname(script)],
    descriptors: [descriptor],
    ...limits,
  });
  let [said, complained] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  closeSync(descriptor);
  server.close();
  assert.notEqual(said, "", complained);
  const tried = JSON.parse(said) as Record<string, string>;
  assert.equal(existsSync(writable), false, "a file was written");
  return tried;
}

/** Names of variables: what the allocator is told, and nothing that this process has. */
const ONLY_ALLOCATOR = /^(?:MALLOC_[A-Z_]+[, ]?)*$/;

describe("the wall", () => {
  const isRoot = process.getuid?.() === 0;
  const kinds = [...new Set([...possibleWalls(isRoot), ...possibleFolderWalls(isRoot)])];
  for (const kind of kinds.filter((each) => each !== "none")) {
    it(`keeps everything inside (${kind})`, async (context) => {
      let tried: Record<string, string>;
      try {
        tried = await probe(kind);
      } catch (error) {
        if (process.env["CI"] === undefined && kind !== kinds[0])
          return context.skip(`no such wall here: ${String(error)}`);
        throw error;
      }
      assert.match(tried["network"] ?? "", /^refused/);
      assert.equal(tried["read"], "refused ERR_ACCESS_DENIED");
      assert.equal(tried["write"], "refused ERR_ACCESS_DENIED");
      assert.match(tried["sqlite"] ?? "", /^refused/);
      assert.equal(tried["child"], "refused ERR_ACCESS_DENIED");
      assert.equal(tried["worker"], "refused ERR_ACCESS_DENIED");
      assert.match(tried["environment"] ?? "none", ONLY_ALLOCATOR);
      if (kind === "other-user") assert.equal(tried["uid"], "65534");
    });
  }

  it("is partial where the system gives none: no files, no programs, nothing of this environment", async () => {
    const tried = await probe("none");
    assert.equal(tried["read"], "refused ERR_ACCESS_DENIED");
    assert.equal(tried["child"], "refused ERR_ACCESS_DENIED");
    assert.match(tried["environment"] ?? "none", ONLY_ALLOCATOR);
  });
});

const status = "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n";
const image = buildImage({
  layers: [
    { entries: [file("var/lib/dpkg/status", status), file("etc/os-release", "ID=debian\nVERSION_ID=13\n")] },
    {
      entries: [file("app/node_modules/b/package.json", '{"name":"b","version":"2.0.0"}')],
      compression: "none",
    },
  ],
});

async function take(reference: string, walled: boolean) {
  const opened = await openImage(reference, {
    platform: null,
    ref: null,
    insecureRegistries: [],
    signal: null,
  });
  const clock = (): number => 0;
  const options = {
    cache: null,
    limits: defaultUnpackLimits,
    verify: true,
    walled,
    monotonicMs: clock,
    signal: null,
  };
  try {
    const { sbom, sandbox } = await takeInventory(opened, options, startStopwatch(clock));
    return { sbom, sandbox };
  } finally {
    await opened.close();
  }
}

function lockOf(name: string): string {
  const packages = { "": {}, [`node_modules/${name}`]: { version: "1.0.0" } };
  return JSON.stringify({ lockfileVersion: 3, packages });
}

const request = {
  mode: "installed",
  limits: defaultUnpackLimits,
  verify: false,
  checksFiles: false,
  listsRemoved: false,
} as const;
const alone = { cache: null, signal: null };

describe("reading behind the wall", () => {
  const layout = join(folder, "layout");
  const archive = join(folder, "image.tar");
  writeLayout(layout, image);
  writeFileSync(archive, dockerArchive([{ image, tags: ["local/x:1"] }]));

  for (const reference of [`oci-dir://${layout}`, `archive://${archive}`]) {
    it(`gives what reading here gives: ${reference.slice(0, reference.indexOf(":"))}`, async () => {
      const behind = await take(reference, true);
      const here = await take(reference, false);
      assert.deepEqual(behind.sbom, here.sbom);
      assert.deepEqual(
        behind.sbom.packages.map(({ name }) => name),
        ["a", "b"],
      );
      assert.notEqual(behind.sandbox, null);
    });
  }

  it("gives what reading here gives: a folder, a file", async () => {
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "var/lib/dpkg"), { recursive: true });
    writeFileSync(join(tree, "var/lib/dpkg/status"), status);
    writeFileSync(
      join(tree, "package-lock.json"),
      '{"lockfileVersion":3,"packages":{"node_modules/c":{"version":"3.0.0"}}}',
    );
    for (const [reference, name] of [
      [`fs://${tree}`, "a"],
      [`fs://${tree}/package-lock.json`, "c"],
    ]) {
      const behind = await take(reference ?? "", true);
      assert.deepEqual(behind.sbom, (await take(reference ?? "", false)).sbom);
      assert.deepEqual(
        behind.sbom.packages.map((pkg) => pkg.name),
        [name],
      );
      assert.notEqual(behind.sandbox, null);
    }
  });

  it("reads what another user's folder holds, as root", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root may read it");
    const root = join(folder, "root");
    mkdirSync(join(root, "srv/app"), { recursive: true });
    writeFileSync(join(root, "srv/app/package-lock.json"), lockOf("c"));
    chownSync(join(root, "srv/app"), 1234, 1234);
    chmodSync(join(root, "srv/app"), 0o700);
    const { sbom, sandbox } = await take(`fs://${root}`, true);
    assert.equal(sandbox, "full");
    assert.deepEqual(sbom.problems, []);
    assert.deepEqual(
      sbom.packages.map(({ name }) => name),
      ["c"],
    );
  });

  it("takes streams, chunk by chunk, and what the cache has", async () => {
    const stored = new Map<string, Uint8Array>();
    const cache = {
      get: (digest: string) => Promise.resolve(stored.get(digest) ?? null),
      put: (digest: string, bytes: Uint8Array) =>
        Promise.resolve(void stored.set(digest, Uint8Array.from(bytes))),
    };
    const first = await readBehindWall(streamBlobs(image, 100), request, { cache, signal: null });
    assert.equal(first.sbom.packages.length, 2);
    assert.equal(stored.size, 2);
    const closed = streamBlobs(image).map((blob): LayerBlob => ({
      ...blob,
      content: { kind: "stream", open: () => assert.fail("opened") },
    }));
    const again = await readBehindWall(closed, request, { cache, signal: null });
    assert.deepEqual(again.sbom, first.sbom);
  });

  it("misses a layer that is not there, and reads the others", async () => {
    const [lowest, ...others] = image.layers;
    assert.ok(lowest !== undefined && others.length > 0);
    const gapped = join(folder, "gapped");
    writeLayout(gapped, image);
    rmSync(join(gapped, "blobs", lowest.digest.replace(":", "/")));
    const { sbom, sandbox } = await take(`oci-dir://${gapped}`, true);
    assert.notEqual(sandbox, null);
    assert.deepEqual(
      sbom.problems.filter(({ code }) => code === "BLOB_MISSING").map(({ layer }) => layer),
      [lowest.diffId],
    );
    assert.deepEqual(
      sbom.packages.map(({ name }) => name),
      ["b"],
    );
  });

  it("throws what the other side found wrong, and what happened to a stream on this one", async () => {
    const wrong = streamBlobs(image).map((blob): LayerBlob => ({
      ...blob,
      proof: { of: "blob", digest: `sha256:${"0".repeat(64)}` },
    }));
    await assert.rejects(readBehindWall(wrong, request, alone), {
      name: "PlimsollError",
      code: "DIGEST_MISMATCH",
    });
    const lost = new Error("the registry is gone");
    const broken = streamBlobs(image).map((blob): LayerBlob => ({
      ...blob,
      content: { kind: "stream", open: () => Promise.reject(lost) },
    }));
    await assert.rejects(readBehindWall(broken, request, alone), (error) => error === lost);
  });

  it("ends at once when it is given up", async () => {
    const stop = new AbortController();
    const endless = streamBlobs(image).map((blob): LayerBlob => ({
      ...blob,
      content: {
        kind: "stream",
        open: () => {
          stop.abort(new Error("enough"));
          return new Promise(() => undefined);
        },
      },
    }));
    await assert.rejects(readBehindWall(endless, request, { cache: null, signal: stop.signal }), /enough/);
  });

  it("says so when the process is killed", async () => {
    const limits = { ...defaultUnpackLimits, timeMsMax: -59_900 };
    const endless = streamBlobs(image).map((blob): LayerBlob => ({
      ...blob,
      content: { kind: "stream", open: () => new Promise(() => undefined) },
    }));
    await assert.rejects(readBehindWall(endless, { ...request, limits }, alone), {
      code: "READER_ENDED",
      message: /took too long/,
    });
  });
});
