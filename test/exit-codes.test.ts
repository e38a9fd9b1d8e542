/**
 * The table of states and exit codes (docs/reference/cli.md), one test a cell, through the command line on real images.
 */
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildImage, dockerArchive, writeLayout } from "./helpers/oci-image.ts";
import { file, type TarEntry } from "./helpers/oci-tar.ts";
import { runInProcess } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-exit-"));
const now = new Date("2026-11-01T00:00:00Z");
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };

const OS_RELEASE = file("etc/os-release", 'ID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\n');

function apk(...packages: string[]): TarEntry {
  const records = packages.map((pkg) => {
    const [name, version] = pkg.split("@");
    return `P:${name}\nV:${version}\nA:x86_64\no:${name}\nL:MIT\n\n`;
  });
  return file("lib/apk/db/installed", records.join(""));
}

interface ImageRow {
  readonly entries: readonly TarEntry[];
  readonly user?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const images: Readonly<Record<string, ImageRow>> = {
  clean: { entries: [OS_RELEASE, apk("musl@1.2.4-r1")], user: "1000" },
  root: { entries: [OS_RELEASE, apk("musl@1.2.4-r1")] },
  vulnerable: { entries: [OS_RELEASE, apk("openssl@3.1.3-r0")], user: "1000" },
  claimed: {
    entries: [OS_RELEASE, apk("musl@1.2.4-r1")],
    annotations: { "org.opencontainers.image.base.name": "docker.io/library/alpine:3.18" },
  },
  incomplete: { entries: [OS_RELEASE], user: "1000" },
  unjudged: {
    entries: [
      OS_RELEASE,
      apk("musl@1.2.4-r1"),
      file("app/node_modules/a/package.json", '{"name":"a","version":"1.0.0"}'),
    ],
    user: "1000",
  },
  undetermined: { entries: [OS_RELEASE, apk("openssl@not_a_version")], user: "1000" },
};

before(async () => {
  for (const [name, row] of Object.entries(images)) {
    writeLayout(join(folder, name), build(row), "1");
  }
  writeFileSync(
    join(folder, "clean.tar"),
    dockerArchive([{ image: build(images["clean"] as ImageRow), tags: ["local/clean:1"] }]),
  );
  mkdirSync(join(folder, "feed"));
  const record = {
    id: "ALPINE-CVE-2023-5363",
    upstream: ["CVE-2023-5363"],
    modified: "2024-10-14T15:15:13Z",
    summary: "example",
    affected: [
      {
        package: { ecosystem: "Alpine:v3.18", name: "openssl" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "3.1.4-r0" }] }],
      },
    ],
  };
  writeFileSync(join(folder, "feed/a.json"), JSON.stringify(record));
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function build(row: ImageRow) {
  return buildImage({
    layers: [{ entries: row.entries }],
    config: row.user === undefined ? {} : { User: row.user },
    ...(row.annotations === undefined ? {} : { annotations: row.annotations }),
  });
}

const policy = (name: string, only = "default-non-root-user"): string[] => [
  "policy",
  "--only-policy",
  only,
  at(name),
];
const cves = (name: string): string[] => ["cves", at(name)];
const at = (name: string): string => `oci-dir://${join(folder, name)}`;
const late = new Date("2026-11-20T00:00:00Z");

/** State, the command that meets it, and the exit code under each option, in the order of `options`. */
const states: { name: string; args: string[]; now?: Date; codes: number[] }[] = [
  { name: "all met, everything known (policy)", args: policy("clean"), codes: [0, 0, 0, 0, 0, 0, 0] },
  { name: "nothing found, everything known (cves)", args: cves("clean"), codes: [0, 0, 0, 0, 0, 0, 0] },
  { name: "a policy is not met", args: policy("root"), codes: [0, 2, 2, 2, 2, 2, 2] },
  { name: "findings are left", args: cves("vulnerable"), codes: [0, 2, 2, 2, 2, 2, 2] },
  {
    name: "a policy has no data",
    args: policy("claimed", "approved-base-images"),
    codes: [0, 0, 2, 0, 0, 0, 2],
  },
  { name: "the inventory is incomplete (policy)", args: policy("incomplete"), codes: [0, 0, 0, 2, 0, 0, 2] },
  { name: "the inventory is incomplete (cves)", args: cves("incomplete"), codes: [0, 0, 0, 2, 0, 0, 2] },
  { name: "the database has nothing for a package", args: cves("unjudged"), codes: [0, 0, 0, 2, 0, 0, 2] },
  { name: "the database is stale (policy)", args: policy("clean"), now: late, codes: [0, 0, 0, 0, 2, 0, 2] },
  { name: "the database is stale (cves)", args: cves("clean"), now: late, codes: [0, 0, 0, 0, 2, 0, 2] },
  { name: "a finding is undetermined (policy)", args: policy("undetermined"), codes: [0, 0, 0, 0, 0, 2, 2] },
  { name: "a finding is undetermined (cves)", args: cves("undetermined"), codes: [0, 0, 0, 0, 0, 2, 2] },
  {
    name: "content was not verified",
    args: ["cves", `archive://${join(folder, "clean.tar")}`],
    codes: [0, 2, 2, 2, 2, 2, 2],
  },
  {
    name: "content was verified on request",
    args: ["cves", "--verify", `archive://${join(folder, "clean.tar")}`],
    codes: [0, 0, 0, 0, 0, 0, 0],
  },
  { name: "no such image", args: ["cves", at("nowhere")], codes: [1, 1, 1, 1, 1, 1, 1] },
];

const options: { name: string; flags: string[] }[] = [
  { name: "no option", flags: [] },
  { name: "--exit-code", flags: ["--exit-code"] },
  { name: "--fail-on no-data", flags: ["--fail-on", "no-data"] },
  { name: "--fail-on incomplete", flags: ["--fail-on", "incomplete"] },
  { name: "--fail-on stale", flags: ["--fail-on", "stale"] },
  { name: "--fail-on undetermined", flags: ["--fail-on", "undetermined"] },
  { name: "--strict", flags: ["--strict"] },
];

for (const state of states) {
  for (const [column, option] of options.entries()) {
    test(`exit code: ${state.name}, ${option.name}`, async () => {
      const run = await runInProcess([...state.args, ...option.flags], { env, now: state.now ?? now });
      assert.equal(run.exitCode, state.codes[column], `${run.stdout}\n${run.stderr}`);
    });
  }
}

test("a policy over findings is never met by packages that were compared with nothing", async () => {
  const only = "fixable-vulnerabilities";
  const args = ["policy", "--only-policy", only, "--format", "json"];
  const run = await runInProcess([...args, at("unjudged")], { env, now });
  const { verdict } = JSON.parse(run.stdout) as {
    verdict: { results: { status: string; reason: string }[] };
  };
  assert.equal(verdict.results[0]?.status, "no_data");
  assert.match(verdict.results[0]?.reason ?? "", /nothing for npm/);
});

test("a cause that does not exist is an error, not ignored", async () => {
  const run = await runInProcess([...cves("clean"), "--fail-on", "bad-luck"], { env, now });
  assert.equal(run.exitCode, 1);
  assert.match(run.stderr, /^error USAGE: /);
});

test("without a database nothing is called clean", async () => {
  for (const args of [
    cves("clean"),
    ["quickview", at("clean")],
    ["policy", at("clean")],
    ["explain", "CVE-2023-5363", at("clean")],
  ]) {
    const run = await runInProcess(args, { env: { ...env, PLIMSOLL_DB_DIR: join(folder, "none") }, now });
    assert.equal(run.exitCode, 1, args[0]);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^error DATABASE_MISSING: [^]*db update/);
  }
});

test("without a database the SBOM is still written when asked for", async () => {
  for (const format of ["sbom", "spdx", "cyclonedx"]) {
    const run = await runInProcess(["cves", "--format", format, at("clean")], {
      env: { PLIMSOLL_DB_DIR: join(folder, "none"), PLIMSOLL_NO_CACHE: "1" },
      now,
    });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.ok(JSON.parse(run.stdout));
  }
});
