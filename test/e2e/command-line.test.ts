/**
 * The command line as a process. `docker plimsoll`: the plug-in as it is installed, called with the arguments that Docker's command line passes (recorded from
 * docker 20.10.24 of Debian 12 and docker 28.2.2), and by the real client where there is one. `watch`: told by a webhook, ended by
 * a signal.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startFakeRegistry } from "../helpers/fake-registry.ts";
import { buildImage } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { repositoryRoot, runCommand, runProcess } from "../helpers/run-plimsoll.ts";

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

test("watch hears of a push by a webhook, asks the registry, and ends at a signal", async () => {
  const registry = await startFakeRegistry();
  const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
  registry.addImage("acme/app", "1", image);
  const source = `type=harbor,registry=${registry.host},port=127.0.0.1:0`;
  const args = ["watch", "--dry-run", "--repository", "acme/app", "--interval", "3600", "--registry", source];
  const child = spawn(process.execPath, [join(repositoryRoot, "src/cli/main.ts"), ...args], {
    env: { PATH: process.env["PATH"], HOME: folder, PLIMSOLL_HARBOR_WEBHOOK_SECRET: "secret" },
  });
  let stdout = "";
  let stderr = "";
  const waiting: { pattern: RegExp; found: (match: RegExpExecArray) => void }[] = [];
  const look = (): void => {
    for (const [index, { pattern, found }] of waiting.entries()) {
      const match = pattern.exec(stdout + stderr);
      if (match === null) continue;
      waiting.splice(index, 1);
      found(match);
    }
  };
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
    look();
  });
  child.stderr.on("data", (text: Buffer) => {
    stderr += text.toString();
    look();
  });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    Promise.race([
      new Promise<RegExpExecArray>((found) => {
        waiting.push({ pattern, found });
        look();
      }),
      ended.then(() => assert.fail(`it ended: ${stderr}`)),
    ]);
  try {
    const [, port = ""] = await says(/listening for webhooks on port (\d+)/);
    assert.equal(stdout, "", "what is there already is not new");
    registry.addImage("acme/app", "2", image);
    const event_data = { resources: [{ tag: "2" }], repository: { repo_full_name: "acme/app" } };
    const post = (authorization: string) =>
      fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify({ type: "PUSH_ARTIFACT", event_data }),
      });
    assert.equal((await post("other")).status, 401);
    assert.equal((await post("secret")).status, 204);
    await says(/acme\/app:2@sha256:[0-9a-f]{64} {2}would be sent/);
    child.kill("SIGTERM");
    assert.equal(await ended, 0);
  } finally {
    child.kill("SIGKILL");
    await ended;
    await registry.close();
  }
});
