/** Complaints of Docker Scout's users about how it runs: disk, locks, crashes and nagging. */
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { programVersion } from "../../src/cli/context.ts";
import { file } from "../helpers/oci-tar.ts";
import { makeScene, npmPackage, osRelease, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-scans");
before(() => scene.advisories([osvRecord("CVE-2030-0001", "npm", "lib")]));
after(() => scene.close());

/** Names and sizes of the files below a folder. */
function filesOf(folder: string): readonly (readonly [name: string, bytes: number])[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => [name, statSync(join(folder, name))] as const)
    .filter(([, stat]) => stat.isFile())
    .map(([name, { size }]) => [name, size] as const);
}

test("complaint 21: a scan leaves no copy of the image, and the cache has a bound", async () => {
  const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919 + (at >> 9)) & 0xff));
  const image = scene.image("large", [npmPackage("lib", "1.0.0"), file("srv/large.bin", noise)]);
  const cache = join(scene.folder, "bounded");
  const { exitCode, stderr } = await scene.run(["cves", image], { env: { PLIMSOLL_CACHE_DIR: cache } });
  assert.equal(exitCode, 0, stderr);
  const kept = filesOf(cache).reduce((sum, [, bytes]) => sum + bytes, 0);
  assert.ok(kept > 0 && kept < 100_000, `${kept} bytes of an image of 3 MB are kept`);
  const none = join(scene.folder, "none");
  const env = { PLIMSOLL_CACHE_DIR: none, PLIMSOLL_NO_CACHE: "1" };
  assert.equal((await scene.run(["cves", image], { env })).exitCode, 0);
  assert.throws(() => readdirSync(none), { code: "ENOENT" });
  const small = { PLIMSOLL_CACHE_DIR: cache, PLIMSOLL_CACHE_MAX: "1KB" };
  const other = scene.image("other", [npmPackage("lib", "1.0.1")]);
  assert.equal((await scene.run(["cves", other], { env: small })).exitCode, 0);
  const left = filesOf(cache).reduce((sum, [, bytes]) => sum + bytes, 0);
  assert.ok(left <= 1024, `${left} bytes are left of a bound of 1 KB`);
});

test("complaint 22: scans at the same time share the cache", async () => {
  const image = scene.image("shared", [osRelease("alpine", "3.22.1"), npmPackage("lib", "1.0.0")]);
  const runs = await Promise.all(Array.from({ length: 3 }, () => scene.run(["cves", "--only-id", image])));
  assert.deepEqual(
    runs.map(({ exitCode, stdout }) => `${exitCode} ${stdout}`),
    Array.from({ length: 3 }, () => "0 CVE-2030-0001\n"),
  );
});

test("complaint 32: what is damaged is an error or a problem, never a crash, and nobody nags about versions", async () => {
  scene.write("broken/index.json", "{");
  scene.write("broken/oci-layout", { imageLayoutVersion: "1.0.0" });
  scene.write("noise.tar", "\u0000\u0001\u0002 nothing of an archive");
  scene.write("noise.json", "[".repeat(5000));
  for (const reference of [
    "oci-dir://broken",
    "archive://noise.tar",
    "sbom://noise.json",
    "oci-dir://nowhere",
  ]) {
    const { exitCode, stdout, stderr } = await scene.run(["cves", reference]);
    assert.equal(exitCode, 1, reference);
    assert.equal(stdout, "");
    assert.match(stderr, /^error [A-Z_]+: /m);
    assert.doesNotMatch(stderr, /INTERNAL|\n {4}at |\.ts:\d/, reference);
  }
  const fine = scene.write("fine.cdx.json", { bomFormat: "CycloneDX", specVersion: "1.6", components: [] });
  const { stderr, exitCode } = await scene.run(["quickview", `sbom://${fine}`]);
  assert.equal(exitCode, 0, stderr);
  assert.doesNotMatch(stderr, /new version|upgrade|update available/i);
  assert.match((await scene.run(["version"])).stdout, new RegExp(programVersion.replaceAll(".", "\\.")));
});
