/** `outdated`: libraries with a newer version; what nobody can tell is no data, and no gate takes it for current. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { outdatedReport } from "../src/api/outdated-report.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-outdated-"));
const env = { PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const run = (...args: readonly string[]): Promise<Run> =>
  runInProcess(["outdated", ...args, `fs://${join(folder, "source")}`], { env });

before(() => {
  mkdirSync(join(folder, "source"));
  const versions = { old: "1.0.0", fresh: "2.0.0", odd: "1.0.0", private: "1.0.0" };
  const packages = Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]),
  );
  const lock = { name: "app", lockfileVersion: 3, packages: { "": { name: "app" }, ...packages } };
  writeFileSync(join(folder, "source/package-lock.json"), JSON.stringify(lock));
  const newest = { old: { version: "2.1.0" }, fresh: { version: "2.0.0" }, odd: { version: "one" } };
  writeFileSync(join(folder, "bundle.json"), JSON.stringify({ newest: { npm: newest } }));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("outdated names what is newer, and says of what it does not know that it does not", async () => {
  const bundle = join(folder, "bundle.json");
  const { stdout } = await run("--all", "--bundle", bundle, "--format", "json");
  const report = outdatedReport.parse(JSON.parse(stdout));
  assert.deepEqual(
    report.packages.map(({ name, status, newest, step }) => [name, status, newest, step]),
    [
      ["old", "outdated", "2.1.0", "major"],
      ["odd", "no_data", "one", null],
      ["private", "no_data", null, null],
      ["fresh", "current", "2.0.0", null],
    ],
  );
  const text = await run("--bundle", bundle);
  assert.match(text.stdout, /1 outdated, 1 current, 2 without data/);
  assert.match(text.stdout, /npm +old +1\.0\.0 +2\.1\.0 +major/);
  assert.match(text.stdout, /PLIMSOLL_PACKAGE_MIRRORS/);
  assert.equal(text.exitCode, 0);
});

test("--exit-code stops for outdated ones, and for those without data", async () => {
  assert.equal((await run("--exit-code", "--bundle", join(folder, "bundle.json"))).exitCode, 2);
  assert.equal((await run("--exit-code")).exitCode, 2);
  assert.equal((await run("--exit-code", "--only-package-type", "pypi")).exitCode, 0);
});

test("a bundle that is none and a type that is not known are errors", async () => {
  assert.match((await run("--bundle", join(folder, "none.json"))).stderr, /^error FILE_NOT_FOUND: /m);
  assert.match((await run("--only-package-type", "gem")).stderr, /^error USAGE: /m);
});
