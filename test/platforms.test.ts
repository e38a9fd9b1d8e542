/** An image for several platforms: the verdict is the worst of them, and a missing platform is no data. */
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildImage, buildIndex, layoutFiles, manifestDescriptor, writeFiles } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-platforms-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_NO_CACHE: "1" };
const layout = `oci-dir://${join(folder, "layout")}`;
const nonRoot = ["policy", "--only-policy", "default-non-root-user", "--format", "json"];

before(() => {
  const good = build("amd64", "1000");
  const bad = build("arm64", "root");
  const index = buildIndex([manifestDescriptor(good), manifestDescriptor(bad)]);
  const blobs = new Map([...good.blobs, ...bad.blobs, [index.digest, index.bytes]]);
  const root = {
    mediaType: index.mediaType,
    digest: index.digest,
    size: index.bytes.length,
    annotations: { "org.opencontainers.image.ref.name": "1" },
  };
  writeFiles(join(folder, "layout"), layoutFiles([root], blobs));
  mkdirSync(join(folder, "feed"));
  writeFileSync(
    join(folder, "feed/kev.json"),
    JSON.stringify({ title: "KEV", catalogVersion: "1", vulnerabilities: [] }),
  );
});

after(() => rmSync(folder, { recursive: true, force: true }));

function build(architecture: string, user: string) {
  return buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
          file("lib/apk/db/installed", `P:musl\nV:1.2.4-r1\nA:${architecture}\no:musl\nL:MIT\n\n`),
        ],
      },
    ],
    platform: { os: "linux", architecture },
    config: { User: user },
  });
}

interface PolicyReport {
  readonly status: string;
  readonly verdict: { readonly status: string };
  readonly platforms: readonly { readonly platform: string; readonly status: string }[];
}

async function judge(...flags: string[]): Promise<{ exitCode: number; report: PolicyReport }> {
  const run = await runInProcess([...nonRoot, ...flags, layout], { env });
  return { exitCode: run.exitCode, report: JSON.parse(run.stdout) as PolicyReport };
}

test("one platform is judged alone", async () => {
  assert.equal((await judge("--platform", "linux/amd64", "--exit-code")).exitCode, 0);
  assert.equal((await judge("--platform", "linux/arm64", "--exit-code")).exitCode, 2);
});

test("all platforms: the verdict is the worst", async () => {
  const { exitCode, report } = await judge("--platform", "all", "--exit-code");
  assert.equal(exitCode, 2);
  assert.equal(report.status, "not_met");
  assert.deepEqual(
    report.platforms.map((row) => `${row.platform} ${row.status}`),
    ["linux/amd64 met", "linux/arm64 not_met"],
  );
});

test("a named platform that the index lacks is no data, not silence", async () => {
  const { report } = await judge("--platform", "linux/amd64,linux/s390x");
  assert.deepEqual(
    report.platforms.map((row) => `${row.platform} ${row.status}`),
    ["linux/amd64 met", "linux/s390x no_data"],
  );
  assert.equal(report.status, "no_data");
  assert.equal((await judge("--platform", "linux/amd64,linux/s390x", "--fail-on", "no-data")).exitCode, 2);
});

test("a Windows platform is no data, and does not hide the others", async () => {
  const windows = buildImage({
    layers: [{ entries: [file("Files/app.txt", "x")] }],
    platform: { os: "windows", architecture: "amd64" },
  });
  const good = build("amd64", "1000");
  const descriptors = [manifestDescriptor(good), manifestDescriptor(windows)];
  const blobs = new Map([...good.blobs, ...windows.blobs]);
  writeFiles(join(folder, "mixed"), layoutFiles(descriptors, blobs));
  const reference = `oci-dir://${join(folder, "mixed")}`;
  const run = await runInProcess([...nonRoot, "--platform", "all", "--fail-on", "no-data", reference], {
    env,
  });
  assert.equal(run.exitCode, 2, run.stderr);
  const { platforms } = JSON.parse(run.stdout) as PolicyReport;
  assert.deepEqual(
    platforms.map((row) => `${row.platform} ${row.status}`),
    ["linux/amd64 met", "windows/amd64 no_data"],
  );
  const alone = await runInProcess(["sbom", "--platform", "windows/amd64", reference], { env });
  assert.equal(alone.exitCode, 1);
  assert.match(alone.stderr, /^error IMAGE_UNSUPPORTED: /m);
});

test("a single platform that the index lacks is an error that lists those it has", async () => {
  const run = await runInProcess(["sbom", "--platform", "linux/s390x", layout], { env });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /PLATFORM_NOT_FOUND: .*linux\/amd64.*linux\/arm64/);
});

test("the default platform is the host's", async () => {
  const run = await runInProcess(["sbom", "--format", "json", layout], { env });
  const { image } = JSON.parse(run.stdout) as { image: { config: { platform: { architecture: string } } } };
  assert.equal(image.config.platform.architecture, process.arch === "arm64" ? "arm64" : "amd64");
});
