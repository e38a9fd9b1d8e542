/**
 * What cosign and oras wrote is read, and what Plimsoll writes is verified by cosign itself where it is on the PATH.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { generateKeyPairSync } from "node:crypto";
import type { AttestationVerifyReport } from "../src/api/attestation-reports.ts";
import { attestationVerifyReport } from "../src/api/attestation-reports.ts";
import { policyReport } from "../src/api/reports.ts";
import { sha256 } from "./helpers/oci-image.ts";
import { startPushRegistry, type PushRegistry } from "./helpers/push-registry.ts";
import { repositoryRoot, runCommand, runInProcess, type Run } from "./helpers/run-plimsoll.ts";

interface Fixture {
  readonly digest: string;
  readonly password: string;
  readonly privateKey: string;
  readonly publicKey: string;
  /** By tag, digest or both with a comma between them. */
  readonly manifests: Readonly<Record<string, { readonly mediaType: string; readonly bytes: string }>>;
  readonly blobs: Readonly<Record<string, string>>;
}
const fixture = JSON.parse(
  readFileSync(join(repositoryRoot, "src/attestations/fixtures/cosign.json"), "utf8"),
) as Fixture;
const folder = mkdtempSync(join(tmpdir(), "plimsoll-cosign-"));
let registry: PushRegistry;
let reference: string;

before(async () => {
  registry = await startPushRegistry();
  reference = `registry://${registry.host}/team/app@${fixture.digest}`;
  for (const [digest, bytes] of Object.entries(fixture.blobs))
    registry.blobs.set(digest, Buffer.from(bytes, "base64"));
  for (const [names, { mediaType, bytes }] of Object.entries(fixture.manifests)) {
    const manifest = { mediaType, bytes: Buffer.from(bytes, "base64") };
    for (const name of [...names.split(","), sha256(manifest.bytes)])
      registry.manifests.set(`team/app:${name}`, manifest);
  }
  const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" });
  const empty = { mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1" };
  writeFileSync(join(folder, "cosign.key"), fixture.privateKey);
  writeFileSync(join(folder, "cosign.pub"), fixture.publicKey);
  writeFileSync(join(folder, "other.pub"), other);
  writeFileSync(join(folder, "empty_root.json"), JSON.stringify(empty));
  writeFileSync(join(folder, "predicate.json"), '{"a":1}');
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return runInProcess(["attestation", ...args], { cwd: folder, env });
}

async function verify(key: string): Promise<AttestationVerifyReport> {
  const args = ["verify", "--format", "json", "--key", key, "--trust-root", "empty_root.json", reference];
  const { stdout, stderr } = await run(args);
  assert.equal(stderr, "");
  return attestationVerifyReport.parse(JSON.parse(stdout));
}

test("everything that cosign signed is verified by its key, and by no other", async () => {
  const { signatures, attestations } = await verify("cosign.pub");
  assert.deepEqual(signatures.map(({ storage, verified }) => [storage, verified]).toSorted(), [
    ["referrer", true],
    ["tag", true],
  ]);
  assert.deepEqual(
    attestations.map(({ predicateType, storage, verified }) => [predicateType, storage, verified]).toSorted(),
    [
      ["https://example.com/v9", "referrer", true],
      ["https://openvex.dev/ns", "tag", true],
      ["https://slsa.dev/provenance/v1", "referrer", false],
    ],
  );
  const other = await verify("other.pub");
  assert.ok([...other.signatures, ...other.attestations].every(({ verified }) => !verified));
});

test("a key that cosign encrypted signs, with its password alone", async () => {
  const add = ["add", "--file", "predicate.json", "--sign-key", "cosign.key"];
  const wrong = await run([...add, "--predicate-type", "x", reference], { COSIGN_PASSWORD: "wrong" });
  assert.match(wrong.stderr, /KEY_PASSWORD_WRONG/);
  for (const form of ["bundle", "tag", "referrer"]) {
    const type = ["--predicate-type", `https://example.com/${form}`, "--as", form];
    const done = await run([...add, ...type, reference], { COSIGN_PASSWORD: fixture.password });
    assert.equal(done.exitCode, 0, done.stderr);
  }
  for (const form of ["tag", "bundle"]) {
    const done = await run(["sign", "--sign-key", "cosign.key", "--as", form, reference], {
      COSIGN_PASSWORD: fixture.password,
    });
    assert.equal(done.exitCode, 0, done.stderr);
  }
  const { attestations, signatures } = await verify("cosign.pub");
  assert.equal(attestations.filter(({ verified }) => verified).length, 5);
  assert.equal(signatures.filter(({ verified }) => verified).length, 4);
});

function missingCosign(): string | false {
  try {
    execFileSync("cosign", ["version"], { stdio: "ignore" });
    return false;
  } catch {
    return "needs cosign on the PATH";
  }
}

test("cosign itself says the same by the commands that are printed", { skip: missingCosign() }, async () => {
  const { commands } = await verify("cosign.pub");
  // Three forms of signatures and four attestations; cosign does not look for bare envelopes among referrers.
  assert.equal(commands.length, 7);
  for (const command of commands) {
    const [program = "", ...args] = command.split(" ");
    const env = { HOME: folder, COSIGN_EXPERIMENTAL: "1" };
    // Not at once: the registry answers in this process.
    const { exitCode, stderr } = await runCommand(program, args, { cwd: folder, env });
    assert.equal(exitCode, 0, `${command}: ${stderr}`);
  }
});

test("the policy that asks who signed is met by cosign's signature, and by trust alone", async () => {
  const policies = [{ id: "signed", type: "signed-by", name: "Signed by release" }];
  writeFileSync(join(folder, "policies.json"), JSON.stringify({ policies }));
  const statusOf = async (env: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const args = [
      "policy",
      "--policy-config",
      "policies.json",
      "--only-policy",
      "signed",
      "--format",
      "json",
    ];
    const { stdout, stderr } = await runInProcess([...args, reference], { cwd: folder, env });
    const { verdict } = policyReport.parse(JSON.parse(stdout === "" ? stderr : stdout));
    return verdict?.results[0]?.status;
  };
  assert.equal(await statusOf({ PLIMSOLL_TRUSTED_KEYS: "cosign.pub" }), "met");
  assert.equal(await statusOf({ PLIMSOLL_TRUSTED_KEYS: "other.pub" }), "not_met");
  assert.equal(await statusOf({}), "no_data");
});
