/**
 * `plimsoll hygiene --clamav auto` with Debian's ClamAV and a signature of our own, so that nothing needs to be fetched.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { hygieneReport } from "../../src/api/examination-reports.ts";
import { buildImage, writeLayout, type LayerCompression } from "../helpers/oci-image.ts";
import { file, whiteout } from "../helpers/oci-tar.ts";
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
});
