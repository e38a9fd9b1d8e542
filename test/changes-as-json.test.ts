/** Commands that change something on this machine say what they changed, as JSON too. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { filesReport, integrationsReport } from "../src/api/command-reports.ts";
import { basesReport } from "../src/api/known-image-reports.ts";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-changes-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const env = {
  PLIMSOLL_HOME: join(folder, "home"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
  DOCKER_CONFIG: join(folder, "docker"),
};

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess([...args, "--format", "json"], { cwd: folder, env });
}

test("init and plugin name the files they wrote or removed", async () => {
  mkdirSync(join(folder, "docker"), { recursive: true });
  const plugin = join(folder, "docker/cli-plugins/docker-plimsoll");
  const cases = [
    [
      ["init", "--schema", "schema.json"],
      ["schema.json written", ".plimsoll.yaml written"],
    ],
    [["plugin", "install"], ["docker-plimsoll written"]],
    [["plugin", "remove"], ["docker-plimsoll removed"]],
    [["plugin", "remove"], ["docker-plimsoll none"]],
  ] as const;
  for (const [args, expected] of cases) {
    const { stdout, stderr } = await run(...args);
    const { files } = filesReport.parse(JSON.parse(stdout || stderr));
    assert.deepEqual(
      files.map(({ path, change }) => `${path.split("/").at(-1)} ${change}`),
      expected,
    );
    assert.ok(files.every(({ path }) => path.startsWith("/")));
  }
  assert.equal(existsSync(plugin), false);
});

test("integration configure and delete tell of the one that they changed, without its secrets", async () => {
  const listed = async (...filter: readonly string[]) =>
    integrationsReport
      .parse(JSON.parse((await run("integration", "list", ...filter)).stdout))
      .integrations.map(({ name }) => name);
  await run("integration", "configure", "oci", "--parameter", "registry=r.example.com");
  await run("integration", "configure", "oci", "--name", "two", "--parameter", "registry=t.example.com");
  assert.deepEqual(await listed("oci"), ["oci", "two"]);
  assert.deepEqual(await listed("oci", "--name", "two"), ["two"]);
  assert.deepEqual(await listed("harbor"), []);
  assert.equal((await run("integration", "delete", "harbor", "--name", "two")).exitCode, 1);
  assert.equal((await run("integration", "delete", "oci", "--name", "two")).exitCode, 0);
  assert.deepEqual(await listed(), ["oci"]);
  const args = ["--parameter", "registry=h.example.com", "--parameter", "webhook-secret=hush"];
  for (const step of [
    ["configure", "harbor", "--name", "prod", ...args],
    ["delete", "prod"],
  ]) {
    const { stdout } = await run("integration", ...step);
    const { integrations } = integrationsReport.parse(JSON.parse(stdout));
    assert.deepEqual(integrations, [
      {
        name: "prod",
        type: "harbor",
        parameters: { registry: "h.example.com" },
        secrets: ["webhook-secret"],
      },
    ]);
    assert.doesNotMatch(stdout, /hush/);
  }
});

test("base add and remove list the images; what was added before a failure is told", async () => {
  const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
  writeLayout(join(folder, "layout"), image, "registry.example.com/base/alpine:3");
  const names = ({ stdout }: Run): readonly string[] =>
    basesReport.parse(JSON.parse(stdout)).images.map(({ repository, tag }) => `${repository}:${tag}`);
  const added = await run("base", "add", `oci-dir://${folder}/layout`, `oci-dir://${folder}/none`);
  assert.equal(added.exitCode, 1);
  assert.deepEqual(names(added), ["registry.example.com/base/alpine:3"]);
  const removed = await run("base", "remove", "registry.example.com/base/alpine:3");
  assert.deepEqual(names(removed), ["registry.example.com/base/alpine:3"]);
});
