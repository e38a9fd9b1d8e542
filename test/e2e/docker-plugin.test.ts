/**
 * `docker plimsoll`: the plug-in as it is installed, called with the arguments that Docker's command line passes (recorded from
 * docker 20.10.24 of Debian 12 and docker 28.2.2), and by the real client where there is one.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCommand, runProcess } from "../helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll docker "));
const pluginPath = join(folder, "cli-plugins/docker-plimsoll");
const env = { HOME: folder, DOCKER_CONFIG: folder };
after(() => rmSync(folder, { recursive: true, force: true }));

before(async () => {
  const { exitCode, stderr } = await runProcess(["plugin", "install"], { env });
  assert.equal(exitCode, 0, stderr);
});

test("it is a program that tells Docker what it is", async () => {
  assert.equal(statSync(pluginPath).mode & 0o111, 0o111);
  const { stdout } = await runCommand(pluginPath, ["docker-cli-plugin-metadata"], { env });
  assert.equal((JSON.parse(stdout) as { SchemaVersion: string }).SchemaVersion, "0.1.0");
});

test("Docker's own options come before the name of the plug-in", async () => {
  const args = ["--config", folder, "plimsoll", "versions", "compare", "--scheme", "deb", "1", "2"];
  assert.equal((await runCommand(pluginPath, args, { env })).stdout, "-1\n");
});

test("a file of somebody else is neither replaced nor removed", async () => {
  const others = join(folder, "others");
  await runProcess(["plugin", "install", "--folder", others], { env });
  writeFileSync(join(others, "docker-plimsoll"), "#!/bin/sh\n");
  for (const verb of ["install", "remove"]) {
    const { exitCode, stderr } = await runProcess(["plugin", verb, "--folder", others], { env });
    assert.equal(exitCode, 1);
    assert.match(stderr, /error USAGE/);
  }
});

const version = spawnSync("docker", ["--version"], { encoding: "utf8" }).stdout ?? "";
const skip = version.startsWith("Docker version")
  ? false
  : "needs Docker's client, which is not on this machine";

test("the real client finds it, runs it and passes its exit code on", { skip }, async () => {
  const docker = (...args: readonly string[]) => runCommand("docker", args, { env });
  const listed = await docker("--help");
  assert.match(listed.stdout, /^ +plimsoll\*/m, listed.stderr);
  const compared = await docker("plimsoll", "versions", "compare", "--scheme", "apk", "1.2_alpha1", "1.2");
  assert.deepEqual([compared.exitCode, compared.stdout], [0, "-1\n"], compared.stderr);
  const help = await docker("plimsoll", "cves", "--help");
  assert.match(help.stdout, /^Usage: plimsoll cves/);
  const wrong = await docker("plimsoll", "versions", "compare", "--scheme", "apk", "x", "1");
  assert.deepEqual([wrong.exitCode, wrong.stdout], [1, ""]);
  assert.match(wrong.stderr, /error VERSION_INVALID/);
});
