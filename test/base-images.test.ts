/** `base`, `recommendations` and the base rows of `quickview`: bases by their layers, what their tags name now, and what other bases would change. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { recommendationsReport, type RecommendationsReport } from "../src/api/base-advice-views.ts";
import { basesReport } from "../src/api/known-image-reports.ts";
import { quickviewReport } from "../src/api/reports.ts";
import { startFakeRegistry, type FakeRegistry } from "./helpers/fake-registry.ts";
import { buildImage, writeLayout, type BuiltImage, type LayerInput } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bases-"));
const now = new Date("2030-02-01T00:00:00Z");
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
  PLIMSOLL_OFFLINE: "0",
  PLIMSOLL_REGISTRY_TOKEN: "token-of-the-image",
};
let registry: FakeRegistry;

const npm = (name: string, version: string): ReturnType<typeof file> =>
  file(`usr/lib/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
const osRelease = (version: string): ReturnType<typeof file> =>
  file("etc/os-release", `ID=alpine\nVERSION_ID=${version}\nNAME="Alpine Linux"\n`);

/** `leaky` has a vulnerability below 2, `own` in every version. */
const floor: LayerInput = { entries: [osRelease("3.20.1"), npm("floor", "1.0.0")] };
const oldBase: readonly LayerInput[] = [floor, { entries: [npm("leaky", "1.0.0")] }];
const appLayer: LayerInput = {
  entries: [file("srv/node_modules/own/package.json", '{"name":"own","version":"1.0.0"}')],
};

const images = {
  floor: buildImage({ layers: [floor], created: "2029-01-01T00:00:00Z" }),
  old: buildImage({ layers: oldBase, created: "2029-02-01T00:00:00Z" }),
  refreshed: buildImage({
    layers: [floor, { entries: [npm("leaky", "2.0.0")] }],
    created: "2029-12-01T00:00:00Z",
  }),
  updated: buildImage({
    layers: [{ entries: [osRelease("3.21.0"), npm("floor", "1.0.0")] }],
    created: "2029-12-01T00:00:00Z",
  }),
  app: buildImage({ layers: [...oldBase, appLayer] }),
} as const satisfies Record<string, BuiltImage>;

const app = `oci-dir://${join(folder, "app")}`;
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Run> =>
  runInProcess(args, { env: { ...env, ...more }, now });

before(async () => {
  registry = await startFakeRegistry();
  registry.addImage("base/floor", "1", images.floor);
  registry.addImage("base/node", "3.20", images.old);
  writeLayout(join(folder, "app"), images.app, "registry.example.com/team/app:1");
  mkdirSync(join(folder, "feed"));
  const record = (id: string, name: string, events: readonly unknown[]) => ({
    id,
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
  });
  const records = [
    record("CVE-2030-0001", "leaky", [{ introduced: "0" }, { fixed: "2.0.0" }]),
    record("CVE-2030-0002", "own", [{ introduced: "0" }]),
  ];
  for (const each of records) writeFileSync(join(folder, "feed", `${each.id}.json`), JSON.stringify(each));
  const built = await run(["db", "build", "--quiet", "--from", join(folder, "feed")]);
  assert.equal(built.exitCode, 0, built.stderr);
});

after(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

function read({ stdout, stderr }: Run): RecommendationsReport {
  assert.notEqual(stdout, "", stderr);
  return recommendationsReport.parse(JSON.parse(stdout));
}

test("bases that were added are found by their layers, each with the layers that it brought", async () => {
  const unknown = quickviewReport.parse(
    JSON.parse((await run(["quickview", "--format", "json", app])).stdout),
  );
  assert.deepEqual(unknown.bases?.chain, []);
  assert.equal(unknown.target.baseImage, null);
  const added = await run([
    "base",
    "add",
    `${registry.host}/base/floor:1`,
    `${registry.host}/base/node:3.20`,
  ]);
  assert.equal(added.exitCode, 0, added.stderr);
  const listed = basesReport.parse(JSON.parse((await run(["base", "list", "--format", "json"])).stdout));
  assert.deepEqual(
    listed.images
      .map(({ repository, tag, proved }) => [repository.split("/").at(-1), tag, proved])
      .toSorted(),
    [
      ["floor", "1", true],
      ["node", "3.20", true],
    ],
  );
  const { bases, target } = quickviewReport.parse(
    JSON.parse((await run(["quickview", "--format", "json", "--verify", app])).stdout),
  );
  assert.equal(target.baseImage?.evidence, "layers");
  assert.deepEqual(
    bases?.chain.map(({ name, layers, confidence }) => [name.split("/").at(-1), layers, confidence]),
    [
      ["floor", { first: 0, last: 0 }, "proved"],
      ["node", { first: 1, last: 1 }, "proved"],
    ],
  );
  assert.equal(bases?.base?.counts?.total, 1);
  assert.equal(bases?.own?.counts?.total, 1);
});

test("without a comparison of the content the layers only claim, and that is said", async () => {
  const cache = { PLIMSOLL_CACHE_DIR: join(folder, "claimed"), PLIMSOLL_OFFLINE: "1" };
  const shown = await run(["quickview", "--format", "json", app], cache);
  const { target, bases, verdict } = quickviewReport.parse(JSON.parse(shown.stdout));
  assert.deepEqual([target.baseImage?.evidence, target.baseImage?.claimedBy], ["claimed", "layers"]);
  assert.deepEqual(
    bases?.chain.map(({ confidence }) => confidence),
    ["likely", "likely"],
  );
  const upToDate = verdict?.results.find(({ policy }) => policy === "up-to-date-base-images");
  assert.notEqual(upToDate?.status, "met");
  const ignored = await run(["cves", "--only-id", "--ignore-base", app], cache);
  assert.equal(ignored.stdout.trim(), "CVE-2030-0002", ignored.stderr);
});

test("a moved tag and a later one are advised, with what the image would be on each", async () => {
  registry.addImage("base/node", "3.20", images.refreshed);
  registry.addImage("base/node", "3.21", images.updated);
  registry.requests.splice(0);
  const report = read(await run(["recommendations", "--format", "json", app]));
  const { refresh, updates } = report.advice;
  assert.equal(refresh?.digest, images.refreshed.manifestDigest);
  assert.equal(
    refresh?.dockerfile,
    `FROM ${registry.host}/base/node:3.20@${images.refreshed.manifestDigest}`,
  );
  assert.equal(refresh?.delta?.total, -1);
  assert.deepEqual(refresh?.rebase?.removed, ["CVE-2030-0001"]);
  assert.deepEqual(refresh?.rebase?.added, []);
  assert.equal(refresh?.rebase?.counts?.total, 1);
  assert.ok(refresh?.benefits.some((text) => /1 fewer/.test(text)));
  assert.ok(refresh?.benefits.some((text) => /days later/.test(text)));
  assert.deepEqual(
    updates.map(({ tag }) => tag),
    ["3.21"],
  );
  assert.equal(updates[0]?.rebase?.packageCount, 2);
  assert.ok(registry.requests.every(({ headers }) => headers.authorization === undefined));
});

test("what is not known says what to do, in whole sentences", async () => {
  const gone = await run(["recommendations", "--only-refresh", "--tag", "0.1", app]);
  assert.match(gone.stdout, /The registry has no \S+:0\.1\.\n/);
  assert.doesNotMatch(gone.stdout, /\.\.\n/);
  const floor = `oci-dir://${join(folder, "floor")}`;
  writeLayout(join(folder, "floor"), images.floor, "registry.example.com/team/floor:1");
  const alone = await run(["recommendations", floor], { PLIMSOLL_IMAGES_DIR: join(folder, "none") });
  assert.match(alone.stdout.replace(/\s+/g, " "), /no known image; plimsoll base add makes one known\./);
});

test("--only-refresh and --only-update ask for one kind, and --tag names the tag", async () => {
  const refresh = read(await run(["recommendations", "--only-refresh", "--format", "json", app]));
  assert.deepEqual(refresh.advice.updates, []);
  assert.notEqual(refresh.advice.refresh, null);
  const update = read(await run(["recommendations", "--only-update", "--format", "json", app]));
  assert.equal(update.advice.refresh, null);
  assert.equal(update.advice.updates.length, 1);
  const tagged = read(await run(["recommendations", "--tag", "3.21", "--format", "json", app]));
  assert.equal(tagged.advice.refresh?.tag, "3.21");
  const both = await run(["recommendations", "--only-refresh", "--only-update", app]);
  assert.match(both.stderr, /^error USAGE: /m);
});

test("quickview has the rows of the base, refreshed and updated base, from what is known here", async () => {
  const { stdout, stderr } = await run(["quickview", app]);
  assert.match(stdout, /^ {2}Base image +\S+base\/node:3\.20/m, stderr);
  assert.match(stdout, /^ {4}built on +\S+base\/floor:1/m);
  assert.match(stdout, /^ {2}Refreshed base image +\S+base\/node:3\.20@sha256:/m);
  assert.match(stdout, /^ {2}Updated base image +\S+base\/node:3\.21@sha256:/m);
  assert.match(stdout, /-1\?/);
  const offline = await run(["recommendations", app], { PLIMSOLL_OFFLINE: "1" });
  assert.match(offline.stdout, /FROM \S+base\/node:3\.20@sha256:/);
  assert.match(offline.stdout, /FROM \S+base\/node:3\.21@sha256:/);
});

test("quickview --latest and cves --env take images that are known", async () => {
  await run(["environment", "production", app]);
  const latest = await run(["quickview", "--latest", "--format", "json", "registry.example.com/team/app"]);
  assert.equal(quickviewReport.parse(JSON.parse(latest.stdout)).target.digest, images.app.manifestDigest);
  const shown = await run(["cves", "--env", "production", "--only-id"]);
  assert.deepEqual(shown.stdout.trim().split("\n").toSorted(), ["CVE-2030-0001", "CVE-2030-0002"]);
  // The files of an image that is only known are not there: what nobody searched is no data, and not clean.
  const searched = await run([
    "quickview",
    "--env",
    "production",
    "--only-policy",
    "no-secrets",
    "--format",
    "json",
  ]);
  assert.notEqual(searched.stdout, "", searched.stderr);
  const { verdict } = quickviewReport.parse(JSON.parse(searched.stdout));
  assert.deepEqual(
    verdict?.results.map(({ policy, status }) => [policy, status]),
    [["no-secrets", "no_data"]],
  );
  const both = await run(["quickview", "--latest", "--env", "production"]);
  assert.match(both.stderr, /^error USAGE: /m);
});

test("a base that the user names is one, and only by its digest is a newer one told from it", async () => {
  const fresh = { PLIMSOLL_CACHE_DIR: join(folder, "named"), PLIMSOLL_IMAGES_DIR: join(folder, "none") };
  const ask = (base: string): Promise<Run> =>
    run(["recommendations", "--only-refresh", "--format", "json", "--base-image", base, app], fresh);
  const name = `registry://${registry.host}/base/node:3.20`;
  const pinned = read(await ask(`${name}@${images.old.manifestDigest}`));
  assert.equal(pinned.advice.base?.packageCount, 2);
  assert.equal(pinned.advice.refresh?.digest, images.refreshed.manifestDigest);
  const other = read(await ask(name));
  assert.match(other.advice.reason ?? "", /do not come first/);
  assert.equal(other.advice.refresh, null);
  assert.match(other.advice.refreshReason, /digest of the base image is not known/);
});

test("a base that was removed is none", async () => {
  const removed = await run(["base", "remove", `${registry.host}/base/node:3.20`]);
  assert.equal(removed.exitCode, 0, removed.stderr);
  const again = await run(["base", "remove", `${registry.host}/base/node:3.20`]);
  assert.match(again.stderr, /^error SOURCE_NOT_FOUND: /m);
});
