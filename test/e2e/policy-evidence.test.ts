/**
 * Policies by what others say of an image: signed reports, the base's verification summary, a quality gate and a list of supported
 * tags, with a registry and a SonarQube on loopback.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { PolicyReport } from "../../src/api/reports.ts";
import { buildImage, type BuiltImage } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "../helpers/push-registry.ts";
import { runInProcess } from "../helpers/run-plimsoll.ts";

const commit = "c0ffee0123456789c0ffee0123456789c0ffee01";
const folder = mkdtempSync(join(tmpdir(), "plimsoll-evidence-"));
const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const apk = "P:busybox\nV:1.37.0-r18\nA:x86_64\nS:1\nI:1\nT:tools\nL:GPL-2.0-only\no:busybox\n\n";
const bottom = {
  entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"), file("lib/apk/db/installed", apk)],
};
const base = buildImage({ layers: [bottom] });
const child = buildImage({
  layers: [bottom, { entries: [file("app/run", "#!/bin/true\n")] }],
  config: { User: "65532", Labels: { "org.opencontainers.image.revision": commit.slice(0, 12) } },
});
let registry: PushRegistry;
let sonar: Server;

before(async () => {
  registry = await startPushRegistry();
  put("team/base", base, "1.2");
  put("team/app", child, "1");
  sonar = createServer((request, response) => {
    const answer = (request.url ?? "").includes("/project_analyses/")
      ? { analyses: [{ key: "AX1", date: "2026-11-20T10:00:00+0000", revision: commit }] }
      : { projectStatus: { status: "OK", conditions: [] } };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => sonar.listen(0, "127.0.0.1", done));
  write("ours.key", keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  write("ours.pub", keys.publicKey.export({ type: "spki", format: "pem" }).toString());
  write("tags.txt", `${registry.host}/team/base: 1.* latest\n`);
});

after(async () => {
  await registry.close();
  sonar.closeAllConnections();
  await new Promise((done) => sonar.close(done));
  rmSync(folder, { recursive: true, force: true });
});

function put(repository: string, image: BuiltImage, tag: string): void {
  for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, Buffer.from(bytes));
  const bytes = Buffer.from(image.blobs.get(image.manifestDigest) ?? []);
  const stored = { bytes, mediaType: "application/vnd.oci.image.manifest.v1+json" };
  for (const name of [tag, image.manifestDigest]) registry.manifests.set(`${repository}:${name}`, stored);
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function attest(reference: string, type: string, predicate: unknown): Promise<void> {
  write("predicate.json", JSON.stringify(predicate));
  const args = ["--file", "predicate.json", "--predicate-type", type, "--sign-key", "ours.key", reference];
  const { exitCode, stderr } = await runInProcess(["attestation", "add", ...args], { cwd: folder, env: {} });
  assert.equal(exitCode, 0, stderr);
}

const policies = [
  { name: "copyleft-license", config: { scope: "own" } },
  { name: "approved-base-images", config: { supported_tags_only: true, allowed_distros_only: false } },
  ...["no-malware", "no-failing-tests", "hardened-base-image", "quality-gate-passed"].map((name) => ({
    name,
    enabled: true,
  })),
];

/** Status and reason of each policy. */
async function judge(
  env: Readonly<Record<string, string>>,
): Promise<Record<string, [string, string | null]>> {
  write("policies.json", JSON.stringify({ policies }));
  const names = policies.map(({ name }) => name).join(",");
  const args = ["--format", "json", "--policy-config", "policies.json", "--only-policy", names];
  const { stdout, stderr } = await runInProcess(
    ["policy", ...args, `registry://${registry.host}/team/app:1`],
    {
      cwd: folder,
      env: {
        PLIMSOLL_OFFLINE: "0",
        PLIMSOLL_HOME: join(folder, "home"),
        PLIMSOLL_SUPPORTED_TAGS: "tags.txt",
        PLIMSOLL_SONARQUBE_URL: `http://127.0.0.1:${(sonar.address() as AddressInfo).port}`,
        PLIMSOLL_SONARQUBE_PROJECTS: "team:app",
        ...env,
      },
    },
  );
  assert.notEqual(stdout, "", stderr);
  const { verdict } = JSON.parse(stdout) as PolicyReport;
  return Object.fromEntries(
    (verdict?.results ?? []).map(({ policy, status, reason, deviations }) => [
      policy,
      [status, reason ?? deviations[0]?.message ?? null],
    ]),
  );
}

test("policies: what is signed by whom the user trusts counts, and nothing else", async () => {
  const app = `registry://${registry.host}/team/app:1`;
  const named = registry.host.replace(":", "%3A");
  await attest(app, "https://slsa.dev/provenance/v1", {
    buildDefinition: {
      resolvedDependencies: [
        { uri: `pkg:docker/${named}/team/base@1.2`, digest: { sha256: base.manifestDigest.slice(7) } },
      ],
    },
  });
  const report = Buffer.from("Infected files: 0\n").toString("base64");
  await attest(app, "https://scout.docker.com/virus/v0.1", { scanner: { uri: "clamav", report } });
  const summary = { passed: 3, failed: 0, skipped: 0, pending: 0 };
  await attest(app, "https://scout.docker.com/tests/v0.1", { results: { tool: { name: "bats" }, summary } });
  await attest(`registry://${registry.host}/team/base:1.2`, "https://slsa.dev/verification_summary/v1", {
    verifier: { id: "https://hardened.example.com" },
    verificationResult: "PASSED",
    verifiedLevels: ["SLSA_BUILD_LEVEL_3"],
  });
  const name = `${registry.host}/team/base`;
  assert.deepEqual(await judge({ PLIMSOLL_TRUSTED_KEYS: "ours.pub" }), {
    "approved-base-images": ["met", null],
    "copyleft-license": ["met", "no layer of its own brought a package"],
    "no-malware": ["met", null],
    "no-failing-tests": ["met", "3 tests passed"],
    "hardened-base-image": ["met", `the base image ${name}: verified by https://hardened.example.com`],
    "quality-gate-passed": ["met", `SonarQube project team:app at ${commit}`],
  });
  const untrusted = await judge({ PLIMSOLL_SUPPORTED_TAGS: "", PLIMSOLL_SONARQUBE_URL: "" });
  assert.deepEqual(untrusted["no-malware"], [
    "not_met",
    "The malware report is not signed by anybody who is trusted",
  ]);
  assert.equal(untrusted["no-failing-tests"]?.[0], "not_met");
  assert.equal(untrusted["hardened-base-image"]?.[0], "not_met");
  assert.match(untrusted["quality-gate-passed"]?.[1] ?? "", /PLIMSOLL_SONARQUBE_URL is not set/);
});
