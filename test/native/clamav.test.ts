/**
 * `plimsoll hygiene --clamav auto` with Debian's ClamAV and a signature of our own, so that nothing needs to be fetched.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { hygieneReport } from "../../src/api/examination-reports.ts";
import { buildImage, writeLayout, type LayerCompression } from "../helpers/oci-image.ts";
import { file, whiteout } from "../helpers/oci-tar.ts";
import { startPushRegistry } from "../helpers/push-registry.ts";
import { runInProcess } from "../helpers/run-plimsoll.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

const skip = skipWithoutPrograms("clamscan");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-clamav-"));
const MARK = "the mark of a test of plimsoll";
const SIGNATURE = "Plimsoll.Test.UNOFFICIAL";

before(() => {
  mkdirSync(join(folder, "signatures"));
  writeFileSync(
    join(folder, "signatures/own.ndb"),
    `Plimsoll.Test:0:*:${Buffer.from(MARK).toString("hex")}\n`,
  );
  mkdirSync(join(folder, "none"));
  for (const [name, database] of [
    ["bin", "signatures"],
    ["broken", "none"],
  ] as const) {
    // The program itself, told where its signatures are.
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, "clamscan"),
      `#!/bin/sh\nPATH=${process.env["PATH"] ?? ""}\nexec clamscan --database='${join(folder, database)}' "$@"\n`,
    );
    chmodSync(join(folder, name, "clamscan"), 0o755);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

function layout(name: string, compression: LayerCompression): string {
  const image = buildImage({
    layers: [
      { entries: [file("etc/os-release", "ID=debian\n")], compression },
      { entries: [file("usr/bin/gone", `#!/bin/sh\n# ${MARK}\n`, { mode: 0o755 })], compression },
      { entries: [whiteout("usr/bin/gone"), file("srv/clean", "clean")], compression },
    ],
  });
  writeLayout(join(folder, name), image);
  return `oci-dir://${join(folder, name)}`;
}

async function check(reference: string, path: string, when = "auto") {
  const env = { PATH: path, PLIMSOLL_CACHE_DIR: join(folder, "cache"), PLIMSOLL_DB_DIR: join(folder, "db") };
  const run = await runInProcess(["hygiene", "--format", "json", "--clamav", when, reference], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  const { checks } = hygieneReport.parse(JSON.parse(run.stdout));
  const found = checks.find(({ id }) => id === "PLM-0109");
  return { status: found?.status, reason: found?.reason ?? null, findings: found?.findings };
}

describe("ClamAV", { skip }, () => {
  for (const compression of ["none", "gzip"] as const) {
    it(`finds what a later layer deleted, layers: ${compression}`, async () => {
      const { status, findings = [] } = await check(layout(compression, compression), join(folder, "bin"));
      assert.equal(status, "failed");
      assert.deepEqual(
        findings.map(({ message, layerIndex }) => [message, layerIndex]),
        [[`ClamAV knows it as ${SIGNATURE}`, 1]],
      );
    });
  }

  it("finds a file of a folder by its path", async () => {
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "a b"), { recursive: true });
    writeFileSync(join(tree, "a b/x"), MARK);
    writeFileSync(join(tree, "clean"), "clean");
    const { status, findings = [] } = await check(`fs://${tree}`, join(folder, "bin"));
    assert.equal(status, "failed");
    assert.deepEqual(
      findings.map(({ path }) => path),
      ["a b/x"],
    );
  });

  it("passes what has nothing", async () => {
    const image = buildImage({ layers: [{ entries: [file("a", "clean")], compression: "gzip" }] });
    writeLayout(join(folder, "clean"), image);
    const { status } = await check(`oci-dir://${join(folder, "clean")}`, join(folder, "bin"));
    assert.equal(status, "passed");
  });

  const unknown: readonly (readonly [string, LayerCompression, string, string])[] = [
    ["it cannot unpack the layers", "zstd", join(folder, "bin"), "auto"],
    ["it has no signatures", "gzip", join(folder, "broken"), "auto"],
    ["it is not installed", "gzip", join(folder, "none"), "auto"],
    ["nobody asked it", "gzip", join(folder, "bin"), "off"],
  ];
  for (const [name, compression, path, when] of unknown) {
    it(`says that nothing is known when ${name}`, async () => {
      const { status, reason } = await check(layout(`unknown-${compression}`, compression), path, when);
      assert.equal(status, "not_checked");
      assert.match(reason ?? "", /ClamAV/);
    });
  }

  it("a report on all layers is attached, and meets the policy that asks for it", async () => {
    const registry = await startPushRegistry();
    const cwd = mkdtempSync(join(folder, "attested-"));
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    writeFileSync(join(cwd, "sign.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(cwd, "sign.pub"), publicKey.export({ type: "spki", format: "pem" }));
    const env = { PATH: join(folder, "bin"), PLIMSOLL_HOME: cwd, PLIMSOLL_TRUSTED_KEYS: "sign.pub" };
    const run = (...args: readonly string[]) => runInProcess(args, { env, cwd });
    try {
      for (const [name, content, status] of [
        ["clean", "clean", "met"],
        ["infected", MARK, "not_met"],
      ] as const) {
        const image = buildImage({ layers: [{ entries: [file("srv/x", content)] }] });
        for (const [digest, bytes] of image.blobs) registry.blobs.set(digest, bytes);
        const stored = { bytes: image.manifest, mediaType: image.manifestMediaType };
        for (const tag of ["1", image.manifestDigest]) registry.manifests.set(`team/${name}:${tag}`, stored);
        const reference = `registry://${registry.host}/team/${name}:1`;
        const made = [
          "attestation",
          "make",
          "--type",
          "malware",
          "--sign-key",
          "sign.key",
          "--push",
          reference,
        ];
        const pushed = await run(...made);
        assert.equal(pushed.exitCode, 0, pushed.stderr);
        const judged = await run(
          "policy",
          "--only-policy",
          "no-malware",
          "--skip-db-update",
          "--format",
          "json",
          reference,
        );
        const { verdict } = JSON.parse(judged.stdout) as { verdict: { status: string } };
        assert.equal(verdict.status, status, judged.stdout);
      }
      const blind = { env: { ...env, PATH: join(folder, "none") }, cwd };
      const args = ["attestation", "make", "--type", "malware", "--folder", ".", layout("blind", "gzip")];
      const refused = await runInProcess(args, blind);
      assert.match(refused.stderr, /^error USAGE: Nothing is stated of malware/m);
    } finally {
      await registry.close();
    }
  });
});
