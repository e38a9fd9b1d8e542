/** `plimsoll watch` on a registry of loopback: the list of repositories, patterns, and a line for each image. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { integrationsReport } from "../src/api/command-reports.ts";
import { pushReport } from "../src/api/push-reports.ts";
import { startFakeRegistry } from "./helpers/fake-registry.ts";
import { buildImage } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

test("one round with --all-images names every tag that is wanted, and sends nothing with --dry-run", async () => {
  const registry = await startFakeRegistry();
  try {
    const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
    for (const [path, tag] of [
      ["acme/app", "v1"],
      ["acme/app", "latest"],
      ["acme/old", "v1"],
      ["other/app", "v1"],
    ] as const) {
      registry.addImage(path, tag, image);
    }
    registry.faults.push((request, response) => {
      if (request.url?.startsWith("/v2/_catalog") !== true) return false;
      response.end(JSON.stringify({ repositories: ["acme/app", "acme/old", "other/app"] }));
      return true;
    });
    const source = `type=oci,registry=${registry.host},include=acme/*,exclude=*/old`;
    const args = ["--dry-run", "--once", "--all-images", "--tag", "^v", "--registry", source];
    const { exitCode, stdout, stderr } = await runInProcess(["watch", "--format", "json", ...args]);
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    const reports = lines.map((line) => pushReport.parse(JSON.parse(line)));
    assert.deepEqual(
      reports.map(({ repository, tag, queued, dryRun }) => [repository, tag, queued, dryRun]),
      [[`${registry.host}/acme/app`, "v1", null, true]],
    );
    const learnt = await runInProcess(["watch", "--dry-run", "--once", "--registry", source]);
    assert.deepEqual([learnt.exitCode, learnt.stdout], [0, ""]);
    assert.match(learnt.stderr, /asked 1 repository: 0 new images/);
  } finally {
    await registry.close();
  }
});

const refused: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["no registry", ["--dry-run"]],
  ["no organisation", ["--registry", "registry.example.com"]],
  ["webhooks without a secret", ["--dry-run", "--registry", "type=harbor,registry=h.example.com,port=0"]],
  ["a tag that is no pattern", ["--dry-run", "--registry", "r.example.com", "--tag", "("]],
  ["a repository that is none", ["--dry-run", "--registry", "r.example.com", "--repository", "../x"]],
];
for (const [name, args] of refused) {
  test(`watch is refused: ${name}`, async () => {
    const { exitCode, stderr } = await runInProcess(["watch", ...args]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /error USAGE/);
  });
}

const home = mkdtempSync(join(tmpdir(), "plimsoll-integrations-"));
after(() => rmSync(home, { recursive: true, force: true }));
const integration = (args: readonly string[], stdin = "") =>
  runInProcess(["integration", ...args], { env: { PLIMSOLL_HOME: home }, stdin });

test("watch: a pattern as --repository says where patterns go", async () => {
  const { stderr } = await runInProcess([
    "watch",
    "--dry-run",
    "--registry",
    "r.example.com",
    "--repository",
    "a/*",
  ]);
  assert.match(stderr, /include=acme/);
});

test("an integration is kept by name, its secrets are shown nowhere, and watch takes it", async () => {
  const made = ["configure", "harbor", "--name", "prod", "--parameter", "registry=h.example.com"];
  const more = ["--parameter", "include=acme/*", "--parameter", "port=0", "--parameter", "api-user=ada"];
  assert.equal((await integration([...made, ...more])).exitCode, 0);
  const watching = ["watch", "--dry-run", "--once", "--integration", "prod"];
  const without = await runInProcess(watching, { env: { PLIMSOLL_HOME: home } });
  assert.match(without.stderr, /error USAGE: Webhooks need/);
  const secret = await integration(
    ["configure", "harbor", "--name", "prod", "--secret-stdin", "webhook-secret"],
    "hunter2\n",
  );
  assert.equal(secret.exitCode, 0, secret.stderr);
  const path = join(home, "integrations.json");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(readFileSync(path, "utf8"), /hunter2/);
  const { stdout } = await integration(["list", "--format", "json"]);
  const report = integrationsReport.parse(JSON.parse(stdout));
  assert.deepEqual(report.integrations, [
    {
      name: "prod",
      type: "harbor",
      parameters: { registry: "h.example.com", include: "acme/*", port: "0", "api-user": "ada" },
      secrets: ["webhook-secret"],
    },
  ]);
  assert.doesNotMatch((await integration(["list"])).stdout + stdout, /hunter2/);
  assert.equal((await integration(["delete", "prod"])).exitCode, 0);
  assert.match((await integration(["delete", "prod"])).stderr, /error NOT_FOUND/);
});

test("a quality gate that is kept is as its variables, and those win", async () => {
  const made = [
    "configure",
    "sonarqube",
    "--parameter",
    "url=https://sonar.example.com",
    "--parameter",
    "projects=a",
  ];
  assert.equal((await integration([...made, "--parameter", "token=t"])).exitCode, 0);
  const path = join(home, "integrations.json");
  const text = readFileSync(path, "utf8");
  const ends = async (env: Readonly<Record<string, string>> = {}) =>
    (await runInProcess(["cache", "df"], { env: { PLIMSOLL_HOME: home, ...env } })).stderr;
  assert.equal(await ends(), "");
  // What is kept is read as the variables are: a wrong one is refused by the same check, unless the environment has its own.
  writeFileSync(path, text.replace("https://sonar", "ftp://sonar"));
  assert.match(await ends(), /error CONFIG_INVALID: PLIMSOLL_SONARQUBE_URL/);
  const others = { PLIMSOLL_SONARQUBE_URL: "https://other.example.com", PLIMSOLL_SONARQUBE_PROJECTS: "b" };
  assert.equal(await ends(others), "");
  writeFileSync(path, "{");
  assert.match(await ends(), /error CONFIG_INVALID: .*integrations\.json/);
  rmSync(path);
});

const wrongIntegrations: readonly (readonly string[])[] = [
  ["configure", "harbor"],
  ["configure", "nexus", "--parameter", "registry=h.example.com"],
  ["configure", "harbor", "--parameter", "registry=https://h"],
  ["configure", "harbor", "--parameter", "registry=h", "--parameter", "colour=red"],
  ["configure", "sonarqube", "--parameter", "url=https://u:p@s", "--parameter", "projects=a"],
  ["configure", "harbor", "--name", "A B", "--parameter", "registry=h"],
];
for (const args of wrongIntegrations) {
  test(`refused: integration ${args.join(" ")}`, async () => {
    assert.match((await integration(args)).stderr, /error USAGE/);
  });
}
