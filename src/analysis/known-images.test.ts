/** Known images as files: many processes at once, damaged files, and what is removed with what. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sampleImage, sampleSbom } from "../../test/golden/sample-analysis.ts";
import { chainIds } from "../domain/chain-id.ts";
import type { KnownImage, StoredInventory } from "../domain/known-image.ts";
import { baseByLayers, findKnownBases } from "./known-bases.ts";
import { openKnownImages } from "./known-images.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-known-"));
after(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
function newFolder(): string {
  folders += 1;
  return join(root, String(folders));
}

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const layers = ["1", "2", "3"].map(digest);
const chain = chainIds(layers);

function known(more: Partial<KnownImage> = {}): KnownImage {
  return {
    repository: "registry.example.com/base",
    tag: "1",
    digest: digest("a"),
    indexDigest: null,
    platform: "linux/amd64",
    chainId: chain[0] ?? "",
    historyId: null,
    layerCount: 1,
    sizeBytes: 1,
    createdAt: null,
    recordedAt: "2030-01-01T00:00:00.000Z",
    proved: true,
    by: "analysis",
    ...more,
  };
}

const inventoryOf = (of: string, contentProved = false): StoredInventory => ({
  image: { ...sampleImage, digest: of },
  sbom: sampleSbom,
  contentProved,
});

const image = {
  ...sampleImage,
  digest: digest("f"),
  repository: "registry.example.com/app",
  layers: layers.map((diffId, index) => ({ ...sampleImage.layers[0], index, diffId })) as never,
};

test("an image is found by the chain of its layers, by each of its names, and with its inventory", async () => {
  const store = openKnownImages(newFolder());
  assert.deepEqual(await store.list(), []);
  await store.put(known(), inventoryOf(digest("a")));
  await store.put(known({ tag: "latest" }), inventoryOf(digest("a")));
  await store.put(known({ digest: digest("b"), chainId: digest("9") }), null);
  const found = await store.findByChain(chain);
  assert.deepEqual(found.map(({ tag }) => tag).toSorted(), ["1", "latest"]);
  assert.deepEqual((await store.inventory(digest("a")))?.sbom, JSON.parse(JSON.stringify(sampleSbom)));
  assert.equal(await store.inventory(digest("b")), null);
  assert.equal(await store.has(known()), true);
  assert.equal(await store.has(known({ tag: "2" })), false);
});

test("a name keeps the time at which it was recorded first, and a proof that it had", async () => {
  const store = openKnownImages(newFolder());
  await store.put(known({ proved: false }), inventoryOf(digest("a")));
  assert.equal(await store.has(known({ proved: true })), false);
  await store.put(known({ recordedAt: "2031-01-01T00:00:00.000Z" }), inventoryOf(digest("a"), true));
  await store.put(known({ proved: false }), inventoryOf(digest("a")));
  const [only] = await store.list();
  assert.deepEqual([only?.recordedAt, only?.proved], ["2030-01-01T00:00:00.000Z", true]);
  assert.equal((await store.inventory(digest("a")))?.contentProved, true);
});

test("many that record at once lose nothing", async () => {
  const folder = newFolder();
  const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
  await Promise.all(tags.map((tag) => openKnownImages(folder).put(known({ tag }), inventoryOf(digest("a")))));
  const listed = await openKnownImages(folder).list();
  assert.deepEqual(listed.map(({ tag }) => tag ?? "").toSorted(), tags.toSorted());
  assert.ok(readdirSync(join(folder, "names")).every((name) => name.endsWith(".json")));
});

test("what is damaged or foreign is not there", async () => {
  const folder = newFolder();
  const store = openKnownImages(folder);
  await store.put(known(), inventoryOf(digest("a")));
  const [name = ""] = readdirSync(join(folder, "names"));
  writeFileSync(join(folder, "names", name), "{");
  writeFileSync(join(folder, "names", "other.json"), "{}");
  writeFileSync(join(folder, "inventories", `${"a".repeat(64)}.json.gz`), "not packed");
  assert.deepEqual(await store.list(), []);
  assert.equal(await store.inventory(digest("a")), null);
  await assert.rejects(store.findByChain(["sha256:../../x"]), TypeError);
});

test("an inventory goes with the last name and environment that need it", async () => {
  const store = openKnownImages(newFolder());
  const image1 = { ...known(), environment: "production" };
  await store.put(known(), inventoryOf(digest("a")));
  await store.putInEnvironment(image1, inventoryOf(digest("a")));
  await store.remove([known()]);
  assert.notEqual(await store.inventory(digest("a")), null);
  assert.deepEqual(
    (await store.listEnvironments()).map(({ environment }) => environment),
    ["production"],
  );
  await store.removeFromEnvironment([image1]);
  assert.equal(await store.inventory(digest("a")), null);
});

/** Each: what is known, and the bases that are found, the lowest first. */
const cases: readonly (readonly [string, readonly Partial<KnownImage>[], readonly string[]])[] = [
  [
    "one for each number of layers",
    [{ tag: "low" }, { tag: "high", digest: digest("b"), chainId: chain[1] ?? "", layerCount: 2 }],
    ["low", "high"],
  ],
  ["not the image itself", [{ digest: digest("f") }], []],
  ["not another build of the same repository", [{ repository: "registry.example.com/app" }], []],
  [
    "not a sibling with all of the layers",
    [{ digest: digest("b"), chainId: chain[2] ?? "", layerCount: 3, historyId: digest("8") }],
    [],
  ],
  [
    "what was proved before what a person named",
    [
      { tag: "named", by: "person", proved: false },
      { tag: "proved", digest: digest("b") },
    ],
    ["proved"],
  ],
  [
    "what a person named before what was analysed later",
    [
      { tag: "named", by: "person" },
      { tag: "later", digest: digest("b"), recordedAt: "2031-01-01T00:00:00.000Z" },
    ],
    ["named"],
  ],
];

for (const [name, images, expected] of cases) {
  test(`bases: ${name}`, async () => {
    const store = openKnownImages(newFolder());
    for (const each of images) await store.put(known(each), null);
    const bases = await findKnownBases(image, [store]);
    assert.deepEqual(
      bases.map(({ tag }) => tag),
      expected,
    );
    const base = await baseByLayers(image, [store])(chain, { digest: image.digest, historyIds: [] });
    assert.equal(base?.tag ?? null, expected.at(-1) ?? null);
  });
}
