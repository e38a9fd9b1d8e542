/** `plimsoll init`: a project file that is read as it was written, and none is lost. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseProjectFile } from "../src/config/project-file.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-init-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, ".plimsoll.yaml");
const init = (...args: readonly string[]) => runInProcess(["init", ...args], { cwd: folder });

test("what other scanners ignore is taken over, and what cannot be is named", async () => {
  writeFileSync(join(folder, ".trivyignore"), "# not reached\nCVE-2026-1 exp:2026-12-31\nAVD-DS-0002\n");
  writeFileSync(join(folder, ".grype.yaml"), "ignore:\n  - package: { name: qs }\nonly-fixed: true\n");
  const args = ["--import", ".trivyignore", "--import", ".grype.yaml", "--schema", "schema.json"];
  const { exitCode, stdout, stderr } = await init(...args);
  assert.deepEqual([exitCode, stdout], [0, ""], stderr);
  assert.match(stderr, /^2 ignore rules imported\nnot imported: AVD-DS-0002/m);
  const project = parseProjectFile(readFileSync(path, "utf8"), path);
  assert.deepEqual(project.ignore, [
    { vulnerability: "CVE-2026-1", reason: "not reached", expires: "2026-12-31" },
    { package: "qs" },
  ]);
  assert.deepEqual(project.settings, { onlyFixed: true });
  assert.match(readFileSync(path, "utf8"), /^# yaml-language-server: \$schema=schema\.json\n/);
  const schema = JSON.parse(readFileSync(join(folder, "schema.json"), "utf8")) as { title: string };
  assert.equal(schema.title, "Plimsoll project file");
});

test("a project file that is there is replaced only by --force", async () => {
  writeFileSync(path, "vex: [mine]\n");
  const refused = await init();
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /error USAGE/);
  assert.equal(readFileSync(path, "utf8"), "vex: [mine]\n");
  assert.equal((await init("--force")).exitCode, 0);
  assert.doesNotMatch(readFileSync(path, "utf8"), /mine/);
});

test("a file that is no ignore file changes nothing", async () => {
  rmSync(path, { force: true });
  writeFileSync(join(folder, "other.txt"), "CVE-2026-1\n");
  for (const [file, code] of [
    ["other.txt", "CONFIG_INVALID"],
    ["absent", "FILE_NOT_FOUND"],
  ] as const) {
    assert.match((await init("--import", file)).stderr, new RegExp(`error ${code}`));
  }
  assert.throws(() => readFileSync(path));
});
