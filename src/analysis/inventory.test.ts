/** When the content of layers counts as proved: what a base by layers rests on. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  buildImage,
  descriptor,
  sha256,
  writeLayout,
  type BuiltImage,
} from "../../test/helpers/oci-image.ts";
import { file } from "../../test/helpers/oci-tar.ts";
import { defaultUnpackLimits, type UnpackLimits } from "../domain/files.ts";
import type { SbomCache } from "../domain/ports.ts";
import { openImage } from "../image/open.ts";
import { takeInventory, type InventoryResult } from "./inventory.ts";
import { openSbomCache } from "./sbom-cache.ts";
import { startStopwatch } from "./stopwatch.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-inventory-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// A whole inventory, so that it may enter a cache.
const status = "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n";
const rootFiles = [
  file("var/lib/dpkg/status", status),
  file("etc/os-release", 'ID=debian\nVERSION_ID="13"\n'),
];
const base = buildImage({ layers: [{ entries: [file("base", "1")] }] });
const image = buildImage({ layers: [{ entries: [file("base", "other")] }, { entries: rootFiles }] });

async function inventory(
  built: BuiltImage,
  options: { verify?: boolean; cache?: SbomCache | null; limits?: UnpackLimits } = {},
): Promise<InventoryResult> {
  const path = mkdtempSync(join(folder, "layout-"));
  writeLayout(path, built);
  const opened = await openImage(`oci-dir://${path}`, {
    platform: null,
    ref: null,
    insecureRegistries: [],
    signal: null,
  });
  const { verify = false, cache = null, limits = defaultUnpackLimits } = options;
  const taking = { cache, limits, verify, monotonicMs: () => 0, signal: null };
  try {
    return await takeInventory(
      opened,
      taking,
      startStopwatch(() => 0),
    );
  } finally {
    await opened.close();
  }
}

/** The image with a config that names other diff IDs, everything else as it should be. */
function withDiffIds(built: BuiltImage, diffIds: readonly string[]): BuiltImage {
  const config = JSON.parse(built.config.toString()) as { rootfs: { diff_ids: readonly string[] } };
  config.rootfs.diff_ids = diffIds;
  const configBytes = Buffer.from(JSON.stringify(config));
  const manifest = JSON.parse(built.manifest.toString()) as { config: { mediaType: string } };
  manifest.config = descriptor(configBytes, manifest.config.mediaType) as never;
  const bytes = Buffer.from(JSON.stringify(manifest));
  const blobs = new Map([...built.blobs, [sha256(configBytes), configBytes], [sha256(bytes), bytes]]);
  return { ...built, config: configBytes, manifest: bytes, manifestDigest: sha256(bytes), blobs };
}

test("inventory: the content is proved when everything is verified, and only then", async () => {
  assert.equal((await inventory(image, { verify: true })).contentProved, true);
  const quick = await inventory(image);
  assert.deepEqual([quick.contentProved, quick.sbom.verification], [false, "verified"]);
});

test("inventory: diff IDs borrowed from a base are refused when everything is verified", async () => {
  const forged = withDiffIds(image, [base.layers[0]!.diffId, image.layers[1]!.diffId]);
  assert.equal((await inventory(forged)).contentProved, false);
  await assert.rejects(inventory(forged, { verify: true }), { code: "DIGEST_MISMATCH" });
});

test("inventory: the cache keeps the proof, and gives nothing without to who asks for it", async () => {
  const cache = openSbomCache(join(folder, "cache"), (error) => assert.fail(String(error)));
  const take = async (verify: boolean) => {
    const { fromCache, contentProved } = await inventory(image, { verify, cache });
    return [fromCache, contentProved];
  };
  assert.deepEqual(await take(false), [false, false], "read and kept without proof");
  assert.deepEqual(await take(false), [true, false]);
  assert.deepEqual(await take(true), [false, true], "read again for the proof");
  assert.deepEqual(await take(true), [true, true]);
  assert.deepEqual(await take(false), [true, true]);
});

test("inventory: an entry of before the proof was kept proves nothing", async () => {
  const cacheFolder = join(folder, "old-cache");
  const cache = openSbomCache(cacheFolder, (error) => assert.fail(String(error)));
  await inventory(image, { verify: true, cache });
  const [name = ""] = readdirSync(join(cacheFolder, "sbom"));
  const path = join(cacheFolder, "sbom", name);
  const { contentProved, ...old } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  assert.equal(contentProved, true);
  writeFileSync(path, JSON.stringify(old));
  assert.equal((await inventory(image, { cache })).contentProved, false);
  assert.equal((await inventory(image, { verify: true, cache })).fromCache, false);
});

test("inventory: a layer that is not there proves nothing", async () => {
  const blobs = new Map([...image.blobs].filter(([digest]) => digest !== image.layers[0]?.digest));
  const { sbom, contentProved } = await inventory({ ...image, blobs }, { verify: true });
  assert.deepEqual([sbom.completeness, contentProved], ["incomplete", false]);
});

test("inventory: what is missing because of the image alone is kept, and said again", async () => {
  const bare = buildImage({ layers: [{ entries: [file("app/node_modules/a/package.json", "{")] }] });
  const cache = openSbomCache(join(folder, "bare-cache"), (error) => assert.fail(String(error)));
  const first = await inventory(bare, { cache });
  const second = await inventory(bare, { cache });
  assert.deepEqual([first.fromCache, second.fromCache], [false, true]);
  assert.equal(second.sbom.completeness, "incomplete");
  assert.deepEqual(second.sbom.problems, first.sbom.problems);
  const codes = new Set(second.sbom.problems.map(({ code }) => code));
  assert.deepEqual(
    ["PARSE_FAILED", "NO_PACKAGE_DATABASE", "NOTHING_FOUND"].filter((code) => !codes.has(code as never)),
    [],
  );
});

test("inventory: what a limit has cut is not kept", async () => {
  const cache = openSbomCache(join(folder, "cut-cache"), (error) => assert.fail(String(error)));
  const limits = { ...defaultUnpackLimits, wantedFileBytesMax: 10 };
  const cut = await inventory(image, { cache, limits });
  assert.ok(cut.sbom.problems.some(({ code }) => code === "LIMIT_WANTED_FILE_BYTES"));
  assert.equal((await inventory(image, { cache })).fromCache, false);
});
