/**
 * Misuse of the command line: each row is a clear error with its code, exit code 1, and nothing on standard output.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { policyListReport } from "../src/api/policy-reports.ts";
import { knownPolicies } from "../src/policies/definitions.ts";
import type { ErrorCode } from "../src/domain/error-codes.ts";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-misuse-"));
const image = `oci-dir://${join(folder, "image")}`;
const usual = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };

before(async () => {
  const release = file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n");
  const packages = file("lib/apk/db/installed", "P:musl\nV:1.2.4-r1\nA:x86_64\nL:MIT\n\n");
  const layers = [{ entries: [release, packages] }];
  writeLayout(join(folder, "image"), buildImage({ layers }), "1");
  mkdirSync(join(folder, "feed"));
  writeFileSync(join(folder, "broken.json"), "{");
  writeFileSync(join(folder, "secret.tar"), "not a tar");
  const record = {
    id: "X-1",
    modified: "2024-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name: "x" }, versions: ["1.0.0"] }],
  };
  writeFileSync(join(folder, "feed/a.json"), JSON.stringify(record));
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env: usual });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

type Row = readonly [code: ErrorCode, args: readonly string[], env?: Readonly<Record<string, string>>];

const rows: readonly Row[] = [
  ["USAGE", ["quikview", image]],
  ["USAGE", ["help", "quikview"]],
  ["USAGE", ["db", "bild"]],
  ["USAGE", ["policy"]],
  ["USAGE", ["cves", "one", "two"]],
  ["USAGE", ["cves", "--no-such-flag", image]],
  ["USAGE", ["cves", "--format", "xml", image]],
  ["USAGE", ["cves", "--platform", "linux", image]],
  ["USAGE", ["cves", "--platform", "", image]],
  ["USAGE", ["policy", "--platform", "a/b/c/d", image]],
  ["USAGE", ["policy", "--platform", "linux/amd64,arm64", image]],
  ["USAGE", ["policy", "--fail-on", "nodata", image]],
  ["USAGE", ["policy"]],
  ["USAGE", ["cves", "--fail-on", "nodata", image]],
  ["USAGE", ["cves", "--only-severity", "hgih", image]],
  ["USAGE", ["cves", "--only-metric", "XX", image]],
  ["USAGE", ["cves", "--only-package", "(", image]],
  ["USAGE", ["cves", "--epss-score", "2", image]],
  ["USAGE", ["cves", "--insecure-registry", "http://localhost:5000", image]],
  ["USAGE", ["explain", "CVE-2024-1"]],
  ["USAGE", ["cache", "df", "--format", "xml"]],
  ["USAGE", ["cache", "prune"]],
  ["USAGE", ["versions", "compare", "1", "2"]],
  ["USAGE", ["versions", "compare", "--scheme", "deb", "1"]],
  ["USAGE", ["db", "build"]],
  ["USAGE", ["db", "update", "--mirror", "osv"]],
  ["VERSION_SCHEME_UNKNOWN", ["versions", "compare", "--scheme", "nope", "1", "2"]],
  ["PLATFORM_NOT_FOUND", ["cves", "--platform", "linux/s390x", image]],
  ["REFERENCE_INVALID", ["cves", "registry.example.com/UPPER"]],
  ["SOURCE_UNSUPPORTED", ["cves", "floppy://a"]],
  ["SOURCE_NOT_FOUND", ["cves", `oci-dir://${join(folder, "none")}`]],
  ["SOURCE_INVALID", ["cves", `archive://${join(folder, "secret.tar")}`]],
  ["JSON_INVALID", ["cves", `sbom://${join(folder, "broken.json")}`]],
  ["FILE_NOT_FOUND", ["cves", "--vex-location", join(folder, "none"), image]],
  ["FILE_NOT_FOUND", ["policy", "--policy-config", join(folder, "none"), image]],
  ["JSON_INVALID", ["policy", "--policy-config", join(folder, "broken.json"), image]],
  ["POLICY_UNKNOWN", ["policy", "--only-policy", "nope", image]],
  ["OUTPUT_FAILED", ["sbom", "-o", join(folder, "none/sbom.json"), image]],
  ["OUTPUT_FAILED", ["sbom", "-o", folder, image]],
  ["OUTPUT_FAILED", ["sbom", "-o", join(folder, "broken.json/sbom.json"), image]],
  ["OUTPUT_FAILED", ["sbom", "-o", "", image]],
  ["FEED_UNKNOWN", ["db", "update", "nope"]],
  ["FILE_NOT_FOUND", ["db", "build", "--from", join(folder, "none")]],
  ["DATABASE_MISSING", ["cves", image], { PLIMSOLL_DB_DIR: join(folder, "none") }],
  ["DATABASE_INVALID", ["cves", image], { PLIMSOLL_DB_DIR: join(folder, "broken.json") }],
  ["DATABASE_INVALID", ["db", "status"], { PLIMSOLL_DB_DIR: join(folder, "broken.json") }],
  [
    "DATABASE_UNWRITABLE",
    ["db", "build", "--from", join(folder, "feed")],
    { PLIMSOLL_DB_DIR: join(folder, "broken.json") },
  ],
  ["DATABASE_UNWRITABLE", ["db", "update", "kev"], { PLIMSOLL_DB_DIR: join(folder, "broken.json/below") }],
];

for (const [code, args, env] of rows) {
  const name = [...Object.entries(env ?? {}).map(([key, value]) => `${key}=${value}`), ...args]
    .join(" ")
    .replaceAll(folder, "…");
  test(`${code}: ${name}`, async () => {
    const run = await runInProcess(args, { env: { ...usual, ...env } });
    assert.match(run.stderr, new RegExp(`^error ${code}: `, "m"));
    assert.equal(run.stdout, "");
    assert.equal(run.exitCode, 1);
  });
}

test("a slip in --output makes no folder", async () => {
  await runInProcess(["sbom", "-o", join(folder, "typo/sbom.json"), image], { env: usual });
  assert.equal(existsSync(join(folder, "typo")), false);
});

test("--insecure-registry does not swallow the image", async () => {
  const run = await runInProcess(["sbom", "--insecure-registry", "localhost:5000", image], { env: usual });
  assert.equal(run.exitCode, 0, run.stderr);
});

test("a cache that cannot be written is said and costs nothing else", async () => {
  const env = { ...usual, PLIMSOLL_CACHE_DIR: join(folder, "broken.json") };
  const run = await runInProcess(["sbom", "--format", "list", image], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stderr, /^warning: the cache in /m);
});

test("policy --list is JSON when asked", async () => {
  const run = await runInProcess(["policy", "--list", "--format", "json"], { env: usual });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.equal(policyListReport.parse(JSON.parse(run.stdout)).policies.length, knownPolicies.length);
});

test("one platform is not called the worst of several", async () => {
  const run = await runInProcess(
    ["policy", "--only-policy", "default-non-root-user", "--format", "json", image],
    { env: usual },
  );
  assert.deepEqual((JSON.parse(run.stdout) as { platforms: unknown }).platforms, []);
});
