/** `fixes`: the smallest upgrades, tried against the whole database. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fixesReport } from "../src/api/fixes-report.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-fixes-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const now = new Date("2030-02-01T00:00:00Z");

before(async () => {
  mkdirSync(join(folder, "source"));
  const packages = Object.fromEntries(
    ["mended", "trap", "hopeless"].map((name) => [`node_modules/${name}`, { version: "1.0.0" }]),
  );
  const lock = { name: "app", lockfileVersion: 3, packages: { "": { name: "app" }, ...packages } };
  writeFileSync(join(folder, "source/package-lock.json"), JSON.stringify(lock));
  mkdirSync(join(folder, "feed"));
  const records: readonly (readonly [string, string, readonly Readonly<Record<string, string>>[]])[] = [
    ["CVE-2030-0001", "mended", [{ introduced: "0" }, { fixed: "1.0.1" }]],
    ["CVE-2030-0002", "mended", [{ introduced: "0" }, { fixed: "1.2.0" }]],
    // What mends the first brings the second, which nothing of the image has now.
    ["CVE-2030-0003", "trap", [{ introduced: "0" }, { fixed: "2.0.0" }]],
    ["CVE-2030-0004", "trap", [{ introduced: "2.0.0" }, { fixed: "2.0.1" }]],
    ["CVE-2030-0005", "hopeless", [{ introduced: "0" }]],
  ];
  for (const [id, name, events] of records) {
    const affected = [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }];
    const record = { id, modified: "2030-01-01T00:00:00Z", affected };
    writeFileSync(join(folder, "feed", `${id}.json`), JSON.stringify(record));
  }
  const built = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(built.exitCode, 0, built.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("fixes tells the smallest upgrade of each finding, each package and the whole image", async () => {
  const source = `fs://${join(folder, "source")}`;
  const { stdout, stderr } = await runInProcess(["fixes", "--format", "json", source], { env, now });
  const report = fixesReport.parse(JSON.parse(stdout === "" ? "null" : stdout), { error: () => stderr });
  const by = new Map(report.packages.map((fix) => [fix.name, fix]));
  assert.equal(by.get("mended")?.upgradeTo, "1.2.0");
  assert.equal(by.get("mended")?.step, "minor");
  assert.equal(by.get("mended")?.command, "npm install mended@1.2.0");
  assert.deepEqual(
    by.get("mended")?.findings.map(({ vulnerability, fixedBy }) => [vulnerability, fixedBy]),
    [
      ["CVE-2030-0001", "1.0.1"],
      ["CVE-2030-0002", "1.2.0"],
    ],
  );
  assert.equal(by.get("trap")?.upgradeTo, "2.0.0");
  assert.deepEqual(report.introduced, ["CVE-2030-0004"]);
  assert.equal(by.get("hopeless")?.upgradeTo, null);
  assert.equal(report.after.total, 1);
  const text = await runInProcess(["fixes", source], { env, now });
  assert.match(text.stdout, /mended +1\.0\.0 +1\.2\.0 +minor +2 +0/);
  assert.match(text.stdout, /The upgrade brings CVE-2030-0004/);
});
