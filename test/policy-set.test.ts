/** Policy sets: published and signed, taken and verified, kept for when their registry is away, and visibly too old. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { policyListReport, policyPublishReport } from "../src/api/policy-reports.ts";
import { policySetPublishReport, policySetsReport } from "../src/api/policy-set-reports.ts";
import { startPushRegistry, type PushRegistry } from "./helpers/push-registry.ts";
import { skipWithoutPrograms } from "./helpers/programs.ts";
import { runCommand, runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-policy-set-"));
const now = new Date("2030-01-10T00:00:00Z");
let registry: PushRegistry | null = null;
let reference = "";

const online = { PLIMSOLL_CACHE_DIR: join(folder, "cache"), PLIMSOLL_OFFLINE: "0" };
const offline = { ...online, PLIMSOLL_OFFLINE: "1" };

before(async () => {
  for (const name of ["gate", "other"]) {
    const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(
      join(folder, `${name}.key`),
      pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    );
    writeFileSync(
      join(folder, `${name}.pub`),
      pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    );
  }
  const policies = [{ name: "default-non-root-user", effect: "warn" }];
  writeFileSync(join(folder, "policies.json"), JSON.stringify({ policies }));
  registry = await startPushRegistry();
  reference = `${registry.host}/policies/hardened:1`;
  const run = await publish(["--sign-key", "gate.key", "--policy-config", "policies.json"]);
  assert.equal(run.exitCode, 0, run.stderr);
});

after(async () => {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

function publish(args: readonly string[], name = reference): Promise<Run> {
  const all = ["policy-set", "publish", "--name", "hardened", "--set-version", "2030.1", ...args, name];
  return runInProcess(all, { env: online, now, cwd: folder });
}

function pull(args: readonly string[], env: Record<string, string> = online, at = now): Promise<Run> {
  return runInProcess(["policy-set", "pull", ...args, reference], { env, now: at, cwd: folder });
}

test("publishing tells what was pushed, and signs it as cosign does", async () => {
  const run = await publish([
    "--sign-key",
    "gate.key",
    "--format",
    "json",
    "--policy-config",
    "policies.json",
  ]);
  const report = policySetPublishReport.parse(JSON.parse(run.stdout), { error: () => run.stderr });
  assert.equal(report.signed, true);
  const tag = `policies/hardened:${report.digest.replace(":", "-")}.sig`;
  assert.ok(registry?.manifests.has(tag), [...(registry?.manifests.keys() ?? [])].join(" "));
});

test("publishing names what is judged, however the configuration names it", async () => {
  writeFileSync(
    join(folder, "by-id.json"),
    JSON.stringify({
      policies: [
        { id: "default-non-root-user", weight: 1 },
        { id: "copyleft-license", enabled: false },
      ],
    }),
  );
  for (const [verb, more] of [
    ["policy-set", ["--name", "hardened", "--set-version", "1", "--sign-key", "gate.key"]],
    ["policy", []],
  ] as const) {
    const args = [verb, "publish", ...more, "--policy-config", "by-id.json", `${reference}-by-id`];
    const said = await runInProcess(args, { env: online, now, cwd: folder });
    assert.equal(said.exitCode, 0, said.stderr);
    assert.match(said.stdout, /^ {2}default-non-root-user {2}\(Default non-root user\)$/m);
    assert.doesNotMatch(said.stdout, /copyleft-license/);
    const { stdout } = await runInProcess([...args, "--format", "json"], { env: online, now, cwd: folder });
    const shape = verb === "policy" ? policyPublishReport : policySetPublishReport;
    const { policies } = shape.parse(JSON.parse(stdout));
    assert.equal(policies.length, 6);
  }
});

const module = `# METADATA
# title: No old packages
# custom:
#   name: no-old
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

violation contains {"message": name} if some name in data.config.names
`;
const bundled: readonly (readonly [name: string, entries: readonly unknown[], judged: readonly string[]])[] =
  [
    ["its module alone", [{ name: "no-old", config: { names: ["x"] } }], ["no-old"]],
    ["a module that is elsewhere", [{ name: "no-old" }, { name: "elsewhere" }], ["no-old"]],
    [
      "a built-in policy too",
      [{ name: "no-old" }, { name: "default-non-root-user", enabled: false }],
      [
        "no-old",
        "fixable-vulnerabilities",
        "high-profile-vulnerabilities",
        "supply-chain-attestations",
        "approved-base-images",
        "no-stale-base-images",
        "copyleft-license",
      ],
    ],
  ];
for (const [name, policies, judged] of bundled) {
  test(`a module that is published with a configuration of ${name} is judged by it`, async () => {
    writeFileSync(join(folder, "no-old.rego"), module);
    writeFileSync(join(folder, "module.json"), JSON.stringify({ policies }));
    const files = ["--policy-file", "no-old.rego", "--policy-config", "module.json"];
    const inFolder = { env: online, now, cwd: folder };
    const bundle = `${reference}-module`;
    const pushed = await runInProcess(["policy", "publish", ...files, bundle], inFolder);
    assert.equal(pushed.exitCode, 0, pushed.stderr);
    assert.equal(/elsewhere/.test(pushed.stderr), name.includes("elsewhere"), pushed.stderr);
    const listed = await runInProcess(
      ["policy", "--list", "--format", "json", "--policy-bundle", bundle],
      inFolder,
    );
    const report = policyListReport.parse(JSON.parse(listed.stdout), { error: () => listed.stderr });
    const enabled = report.policies.filter((policy) => policy.enabled);
    assert.deepEqual(
      enabled.map(({ id }) => id),
      judged,
    );
    assert.deepEqual(enabled[0]?.config, (policies[0] as { config?: unknown }).config ?? {});
    const set = `${reference}-module-set`;
    const published = await publish(["--sign-key", "gate.key", ...files], set);
    assert.equal(published.exitCode, 0, published.stderr);
    const pulled = await runInProcess(["policy-set", "pull", "--format", "json", set], inFolder);
    const [taken] = policySetsReport.parse(JSON.parse(pulled.stdout), { error: () => pulled.stderr }).sets;
    const ofSet = taken?.policies.filter((policy) => policy.enabled).map(({ id }) => id);
    assert.deepEqual(ofSet, judged);
  });
}

test("a set without a signature is published only when that is said", async () => {
  const run = await publish([], `${reference}-unsigned`);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /error USAGE: A policy set is signed/);
});

test("a set is taken with its version, its age and who signed it", async () => {
  const run = await pull(["--key", "gate.pub", "--format", "json"], online, new Date("2030-01-15T00:00:00Z"));
  const report = policySetsReport.parse(JSON.parse(run.stdout), { error: () => run.stderr });
  const [set] = report.sets;
  assert.deepEqual(
    [set?.name, set?.version, set?.ageDays, set?.tooOld, set?.signer?.name],
    ["hardened", "2030.1", 5, false, "gate.pub"],
  );
  const nonRoot = set?.policies.find(({ id }) => id === "default-non-root-user");
  assert.equal(nonRoot?.effect, "warn");
});

test("a set may be named as images are", async () => {
  const args = ["policy-set", "pull", "--key", "gate.pub", `registry://${reference}`];
  const run = await runInProcess(args, { env: online, now, cwd: folder });
  assert.equal(run.exitCode, 0, run.stderr);
});

test("a set that somebody else signed is not taken", async () => {
  const run = await pull(["--key", "other.pub"]);
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /error POLICY_SET_UNTRUSTED/);
});

test("where nobody is trusted the set is told to be unverified", async () => {
  const run = await pull([]);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /NOT VERIFIED/);
});

test("without its registry the kept set is used, verified again, and said to be kept", async () => {
  const taken = await pull(["--key", "gate.pub"]);
  assert.equal(taken.exitCode, 0, taken.stderr);
  const requests = registry?.requests.length;
  const kept = await pull(["--key", "gate.pub"], offline, new Date("2030-03-01T00:00:00Z"));
  assert.equal(kept.exitCode, 0, kept.stderr);
  assert.match(kept.stdout, /50 days old \(TOO OLD: good for 30 days\)/);
  assert.match(kept.stdout, /kept copy of 2030-01-10/);
  const untrusted = await pull(["--key", "other.pub"], offline);
  assert.match(untrusted.stderr, /error POLICY_SET_UNTRUSTED/);
  assert.equal(registry?.requests.length, requests);
  const list = await runInProcess(["policy-set", "list", "--key", "gate.pub"], {
    env: offline,
    now,
    cwd: folder,
  });
  assert.match(list.stdout, /Policy set {3}hardened 2030\.1, made today \(current\)/);
});

test("a set that was never fetched is missing without its registry", async () => {
  const env = { ...offline, PLIMSOLL_CACHE_DIR: join(folder, "empty") };
  const run = await pull([], env);
  assert.match(run.stderr, /error POLICY_SET_MISSING/);
});

test("a set older than the one taken before is said to be", async () => {
  const env = { ...online, PLIMSOLL_CACHE_DIR: join(folder, "rollback") };
  const name = `${reference}-rollback`;
  const at = (day: string) => ({ env, now: new Date(`2030-01-${day}T00:00:00Z`), cwd: folder });
  const args = ["--name", "hardened", "--set-version", "1", "--sign-key", "gate.key", name];
  for (const day of ["20", "10"]) {
    await runInProcess(["policy-set", "publish", ...args], at(day));
    const run = await runInProcess(["policy-set", "pull", "--key", "gate.pub", name], at("21"));
    assert.equal(/which is newer/.test(run.stderr), day === "10", run.stderr);
  }
});

test("a bundle of policies without the word of a gate is no set", async () => {
  const name = `${reference}-bundle`;
  const pushed = await runInProcess(["policy", "publish", name], { env: online, now, cwd: folder });
  assert.equal(pushed.exitCode, 0, pushed.stderr);
  const run = await runInProcess(["policy-set", "pull", name], { env: online, now, cwd: folder });
  assert.match(run.stderr, /error POLICY_SET_INVALID/);
});

test("cosign verifies a set by the publisher's key", { skip: skipWithoutPrograms("cosign") }, async () => {
  const args = [
    "verify",
    "--key",
    "gate.pub",
    "--allow-http-registry",
    "--insecure-ignore-tlog=true",
    reference,
  ];
  const { exitCode, stderr } = await runCommand("cosign", args, { cwd: folder, env: { HOME: folder } });
  assert.equal(exitCode, 0, stderr);
});
