/** The cache on disk: bounded, and whole at any moment. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { boundCache, emptyCache, listCache } from "./cache-files.ts";
import { openCaches } from "./caches.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-cache-"));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const newFolder = (): string => join(root, String((count += 1)));
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const fail = (error: unknown): void => assert.fail(String(error));

function open(folder: string, more: { owner?: string; bytesMax?: number } = {}) {
  const { owner = null, bytesMax = 1_000_000 } = more;
  return openCaches({ folder, bytesMax, owner, onWriteFailure: fail });
}

test("a layer is found by its digest and the readers that read it, whatever their order", async () => {
  const folder = newFolder();
  await open(folder).layersFor({ deb: 1, npm: 2 }).put(digestOf("a"), Buffer.from("1"));
  const get = async (readers: Record<string, number>, owner?: string): Promise<string | null> => {
    const options = owner === undefined ? {} : { owner };
    const bytes = await open(folder, options).layersFor(readers).get(digestOf("a"));
    return bytes === null ? null : Buffer.from(bytes).toString();
  };
  assert.equal(await get({ npm: 2, deb: 1 }), "1");
  assert.equal(await get({ deb: 1, npm: 3 }), null);
  assert.equal(await get({ deb: 1, npm: 2 }, "acme"), null, "another owner has not fetched it");
});

test("what was not of use for longest goes first when the bound is passed", async () => {
  const folder = newFolder();
  const layers = open(folder, { bytesMax: 250 }).layersFor({ deb: 1 });
  for (const [age, digit] of ["a", "b"].entries()) {
    await layers.put(digestOf(digit), Buffer.alloc(100));
    const [path] = readdirSync(join(folder, "layers")).filter((name) => name.startsWith(digit));
    const then = new Date(Date.now() - (10 - age) * 1000);
    utimesSync(join(folder, "layers", path ?? ""), then, then);
  }
  await layers.get(digestOf("a"));
  await layers.put(digestOf("c"), Buffer.alloc(100));
  const left = (await listCache(folder)).map(({ digest }) => digest.slice(7, 8));
  assert.deepEqual(left, ["a", "c"]);
});

test("emptying takes the kinds asked for; a name that is none of ours is left alone", async () => {
  const folder = newFolder();
  await open(folder).layersFor({ deb: 1 }).put(digestOf("a"), Buffer.alloc(10));
  writeFileSync(join(folder, "layers", "mine.txt"), "");
  assert.deepEqual(await emptyCache(folder, ["sbom"]), []);
  assert.equal((await emptyCache(folder, ["sbom", "layer"])).length, 1);
  assert.deepEqual(readdirSync(join(folder, "layers")), ["mine.txt"]);
});

test("what a killed process left behind goes when it is old", async () => {
  const folder = newFolder();
  await open(folder).layersFor({ deb: 1 }).put(digestOf("a"), Buffer.alloc(10));
  const [old, young] = [join(folder, "layers", ".x.1.tmp"), join(folder, "layers", ".y.2.tmp")];
  for (const path of [old, young]) writeFileSync(path, "half");
  const then = new Date(Date.now() - 2 * 3_600_000);
  utimesSync(old, then, then);
  await boundCache(folder, 1_000_000);
  assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
});

test("a digest that is no sha256 is never a file name", async () => {
  const folder = newFolder();
  const layers = open(folder).layersFor({ deb: 1 });
  await layers.put("sha512:../../x", Buffer.alloc(1));
  assert.equal(await layers.get("sha512:../../x"), null);
  assert.equal(existsSync(folder), false);
});
