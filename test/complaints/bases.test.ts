/** Complaints of Docker Scout's users about base images, and about attestations that nobody pushed. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport, policyReport, quickviewReport } from "../../src/api/reports.ts";
import { attestationManifest, provenance, spdxStatement } from "../helpers/attested-image.ts";
import {
  buildImage,
  buildIndex,
  layoutFiles,
  manifestDescriptor,
  sha256,
  writeFiles,
  type BuiltImage,
} from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "../helpers/push-registry.ts";
import { attestedLayout, CRITICAL, makeScene, npmPackage, osRelease, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-bases", new Date("2026-11-01T00:00:00Z"));
let registry: PushRegistry;
/** A base that is known here by its layers, and an image on it, without provenance. */
let base = "";
let child = "";
before(async () => {
  registry = await startPushRegistry();
  base = push("team/base", buildImage({ layers: [bottom] }));
  child = push("team/child", buildImage({ layers: [bottom, { entries: [file("app/own", "1")] }] }));
  const known = await scene.run(["base", "add", base]);
  assert.equal(known.exitCode, 0, known.stderr);
  await scene.advisories([osvRecord("CVE-2026-0001", "npm", "lib", { fixed: "2.0.0", severity: CRITICAL })]);
});
after(async () => {
  await registry.close();
  scene.close();
});

/** Puts the image there under the tag 1, and names it. */
function push(repository: string, image: BuiltImage): string {
  for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, Buffer.from(bytes));
  const stored = { bytes: Buffer.from(image.manifest), mediaType: image.manifestMediaType };
  for (const name of ["1", image.manifestDigest]) registry.manifests.set(`${repository}:${name}`, stored);
  return `registry://${registry.host}/${repository}:1`;
}

const bottom = { entries: [osRelease("alpine", "3.22.1"), npmPackage("lib", "1.0.0")] };

test("complaint 9: each platform has the base of its own build, by provenance of either version", async () => {
  const builds = (["amd64", "arm64"] as const).map((architecture, at) => {
    const image = buildImage({
      layers: [{ entries: [osRelease("alpine", "3.22.1"), file("arch", architecture)] }],
      platform: { os: "linux", architecture },
    });
    const digest = sha256(Buffer.from(architecture));
    const version = at === 0 ? "v0.2" : "v1";
    const tag = at === 0 ? "3.22" : "3.21";
    const uri = `pkg:docker/registry.example.com/bases/alpine@${tag}?platform=linux%2F${architecture}`;
    const dockerfile = `FROM registry.example.com/bases/alpine:${tag}\nCOPY . .\n`;
    const statement = provenance({ version, mode: "max", materials: [{ uri, digest }], dockerfile });
    return { image, tag, digest, attested: attestationManifest(image, [statement], "in-index") };
  });
  const entries = builds.flatMap(({ image, attested }) => [manifestDescriptor(image), attested.entry]);
  const index = buildIndex(entries);
  const blobs = new Map([
    ...builds.flatMap(({ image, attested }) => [
      ...image.blobs,
      ...attested.blobs,
      [attested.digest, attested.bytes] as const,
    ]),
    [index.digest, index.bytes] as const,
  ]);
  const top = { mediaType: index.mediaType, digest: index.digest, size: index.bytes.length };
  const annotations = { "org.opencontainers.image.ref.name": "registry.example.com/team/multi:1" };
  writeFiles(join(scene.folder, "multi"), layoutFiles([{ ...top, annotations }], blobs));
  for (const { image, tag, digest } of builds) {
    const platform = ["--platform", `linux/${image.platform.architecture}`];
    const { target } = quickviewReport.parse(
      await scene.json(["quickview", ...platform, `oci-dir://${join(scene.folder, "multi")}`]),
    );
    assert.deepEqual(
      [target.baseImage?.name, target.baseImage?.tag, target.baseImage?.digest],
      ["registry.example.com/bases/alpine", tag, digest],
    );
    assert.equal(target.baseImage?.claimedBy ?? target.baseImage?.evidence, "provenance");
  }
});

/** As BuildKit writes them of a whole build. */
const statements = [
  spdxStatement,
  provenance({
    version: "v1",
    mode: "max",
    materials: [{ uri: "pkg:docker/alpine@3.22", digest: sha256(Buffer.from("base")) }],
    dockerfile: "FROM alpine:3.22\n",
  }),
];

test("complaint 24: a build that was pushed nowhere is judged with its attestations, against one of the branch", async () => {
  const branch = attestedLayout(scene, "branch", buildImage({ layers: [bottom] }), statements);
  const change = buildImage({ layers: [bottom, { entries: [file("app/own", "2")] }] });
  const pull = attestedLayout(scene, "pull", change, statements);
  const args = ["--exit-on", "vulnerability,policy", "--to", branch, pull];
  const same = await scene.run(["compare", ...args]);
  assert.equal(same.exitCode, 0, same.stderr);
  const { verdict } = policyReport.parse(await scene.json(["policy", pull]));
  assert.equal(verdict?.results.find(({ policy }) => policy === "supply-chain-attestations")?.status, "met");
});

test("complaint 25: attestations of OCI 1.1 count like those before", async () => {
  const image = buildImage({ layers: [bottom], config: { Labels: { style: "artifact" } } });
  const reference = attestedLayout(scene, "artifact", image, statements, "artifact");
  const args = ["policy", "--only-policy", "supply-chain-attestations", reference];
  assert.equal(policyReport.parse(await scene.json(args)).verdict?.status, "met");
});

test("complaint 10: an image on a hardened base meets the policy that asks for one", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  scene.write("ours.key", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  scene.write("ours.pub", publicKey.export({ type: "spki", format: "pem" }).toString());
  const summary = {
    verifier: { id: "https://hardened.example.com" },
    verificationResult: "PASSED",
    verifiedLevels: [],
  };
  const file1 = ["--file", scene.write("summary.json", summary)];
  const type = ["--predicate-type", "https://slsa.dev/verification_summary/v1", "--sign-key", "ours.key"];
  const added = await scene.run(["attestation", "add", ...file1, ...type, base]);
  assert.equal(added.exitCode, 0, added.stderr);
  const env = { PLIMSOLL_OFFLINE: "0", PLIMSOLL_TRUSTED_KEYS: "ours.pub" };
  const args = ["policy", "--verify", "--only-policy", "hardened-base-image", child];
  const { verdict } = policyReport.parse(await scene.json(args, { env }));
  assert.equal(verdict?.status, "met", JSON.stringify(verdict?.results[0]));
  const untrusted = await scene.json(args, { env: { PLIMSOLL_OFFLINE: "0" } });
  assert.equal(policyReport.parse(untrusted).verdict?.status, "not_met");
});

test("complaint 30: what is stated for the base comes down to its child by the layers, without provenance", async () => {
  const says = ["--status", "not_affected", "--justification", "component_not_present"];
  const parts = ["--product", base.slice("registry://".length), "--subcomponent", "pkg:npm/lib@1.0.0"];
  const who = ["--vulnerability", "CVE-2026-0001", "--author", "Base <base@example.com>"];
  const created = await scene.run(["vex", "create", ...who, ...parts, ...says, "-o", "base.vex.json"]);
  assert.equal(created.exitCode, 0, created.stderr);
  const added = await scene.run([
    "attestation",
    "add",
    "--file",
    "base.vex.json",
    "--predicate-type",
    "vex",
    base,
  ]);
  assert.equal(added.exitCode, 0, added.stderr);
  const statusOf = async (...args: readonly string[]) => {
    const run = ["cves", "--verify", ...args, child];
    const { findings } = cvesReport.parse(await scene.json(run, { env: { PLIMSOLL_OFFLINE: "0" } }));
    return findings[0]?.status;
  };
  assert.equal(await statusOf("--base-vex"), "not_affected");
  assert.equal(await statusOf(), "affected");
});
