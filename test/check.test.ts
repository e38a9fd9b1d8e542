/** `check`: an image held against a policy set, now and at another time, and the cheapest changes that its gate would take. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkReport, type CheckReport } from "../src/api/policy-set-reports.ts";
import { changeCosts } from "../src/comparison/change-costs.ts";
import { startFakeRegistry, type FakeRegistry } from "./helpers/fake-registry.ts";
import {
  buildImage,
  buildIndex,
  layoutFiles,
  manifestDescriptor,
  writeFiles,
  writeLayout,
  type LayerInput,
} from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { startPushRegistry, type PushRegistry } from "./helpers/push-registry.ts";
import { repositoryRoot, runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-check-"));
const now = new Date("2030-03-10T00:00:00Z");
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
  PLIMSOLL_OFFLINE: "0",
};
let bases: FakeRegistry;
let sets: PushRegistry;

const npm = (path: string, name: string, version: string): ReturnType<typeof file> =>
  file(`${path}/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
const floor: LayerInput = { entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.20.1\n")] };
const oldBase: readonly LayerInput[] = [floor, { entries: [npm("usr/lib", "leaky", "1.0.0")] }];
const own: LayerInput = {
  entries: [npm("srv", "patchy", "1.0.0"), npm("srv", "hopeless", "1.0.0"), npm("srv", "late", "1.0.0")],
};
const app = buildImage({ layers: [...oldBase, own], created: "2030-03-01T00:00:00Z" });
const clean = buildImage({
  layers: [floor],
  created: "2030-03-01T00:00:00Z",
  config: { User: "1000", Labels: { "org.example.team": "payments" } },
});

const policies = [
  ...["high-profile-vulnerabilities", "supply-chain-attestations", "approved-base-images"].map((name) => ({
    name,
    enabled: false,
  })),
  ...["no-stale-base-images", "copyleft-license"].map((name) => ({ name, enabled: false })),
  {
    name: "fixable-vulnerabilities",
    config: { severities: ["critical", "high", "medium", "low", "unspecified"], fixable_only: false },
  },
  { name: "required-metadata", enabled: true, config: { labels: ["org.example.team=pay*"] } },
];

const record = (id: string, name: string, fixed: string | null, published: string | null = null) => ({
  id,
  modified: "2030-03-01T00:00:00Z",
  ...(published === null ? {} : { published }),
  affected: [
    {
      package: { ecosystem: "npm", name },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, ...(fixed === null ? [] : [{ fixed }])] }],
    },
  ],
});

before(async () => {
  const pair = generateKeyPairSync("ed25519");
  writeFileSync(
    join(folder, "gate.key"),
    pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
  writeFileSync(join(folder, "gate.pub"), pair.publicKey.export({ type: "spki", format: "pem" }).toString());
  writeFileSync(join(folder, "policies.json"), JSON.stringify({ policies }));
  const exception = {
    id: "EX-1",
    vulnerability: "CVE-2030-0004",
    kind: "accepted_risk",
    reason: "Not reachable.",
    requestedBy: "ada",
    decidedBy: "grace",
    decidedAt: "2030-03-02T00:00:00Z",
  };
  writeFileSync(join(folder, "exceptions.json"), JSON.stringify([exception]));
  writeLayout(join(folder, "app"), app, "registry.example.com/team/app:1");
  writeLayout(join(folder, "clean"), clean, "registry.example.com/team/clean:1");
  writePlatforms();
  mkdirSync(join(folder, "feed"));
  const records = [
    record("CVE-2030-0001", "leaky", "2.0.0"),
    record("CVE-2030-0002", "patchy", "1.0.1"),
    record("CVE-2030-0003", "patchy", "1.1.0"),
    record("CVE-2030-0004", "hopeless", null),
    record("CVE-2030-0005", "late", "1.0.1", "2030-03-05T00:00:00Z"),
  ];
  for (const each of records) writeFileSync(join(folder, "feed", `${each.id}.json`), JSON.stringify(each));
  [bases, sets] = [await startFakeRegistry(), await startPushRegistry()];
  bases.addImage("base/node", "3.20", buildImage({ layers: oldBase, created: "2029-01-01T00:00:00Z" }));
  for (const args of [
    ["db", "build", "--quiet", "--from", join(folder, "feed")],
    ["base", "add", `${bases.host}/base/node:3.20`],
  ]) {
    const done = await runInProcess(args, { env, now });
    assert.equal(done.exitCode, 0, done.stderr);
  }
  const refreshed = [floor, { entries: [npm("usr/lib", "leaky", "2.0.0")] }];
  bases.addImage("base/node", "3.20", buildImage({ layers: refreshed, created: "2030-02-01T00:00:00Z" }));
  await publish("strict", []);
  await publish("lenient", ["--exceptions", "exceptions.json"]);
  for (const [tag, wanted] of [
    ["fresh", "no-stale-base-images"],
    ["silent", "high-profile-vulnerabilities"],
  ] as const) {
    const off = [...policies, { name: "default-non-root-user" }].map(({ name }) => ({
      name,
      enabled: name === wanted,
    }));
    writeFileSync(join(folder, `${tag}.json`), JSON.stringify({ policies: off }));
    await publish(tag, [
      "--policy-config",
      `${tag}.json`,
      ...(tag === "silent" ? ["--fail-on", "none"] : []),
    ]);
  }
});

after(async () => {
  await bases.close();
  await sets.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An index with the image that is in order, and one for another platform that runs as root. */
function writePlatforms(): void {
  const other = buildImage({
    layers: [floor],
    platform: { os: "linux", architecture: "arm64" },
    config: { Labels: { "org.example.team": "payments" } },
  });
  const index = buildIndex([manifestDescriptor(clean), manifestDescriptor(other)]);
  const root = { mediaType: index.mediaType, digest: index.digest, size: index.bytes.length };
  const blobs = new Map([...clean.blobs, ...other.blobs, [index.digest, index.bytes]]);
  writeFiles(join(folder, "both"), layoutFiles([root], blobs));
}

async function publish(tag: string, more: readonly string[]): Promise<void> {
  const named = ["--name", "hardened", "--set-version", "2030.3", "--sign-key", "gate.key"];
  const what = ["--policy-config", "policies.json", "--fail-on", "no-data", ...more];
  const args = ["policy-set", "publish", ...named, ...what, `${sets.host}/policies/hardened:${tag}`];
  const run = await runInProcess(args, { env, now: new Date("2030-03-01T00:00:00Z"), cwd: folder });
  assert.equal(run.exitCode, 0, run.stderr);
}

const keyed = ["--key", "gate.pub"];

function check(args: readonly string[], image = "app", tag = "strict", at = now): Promise<Run> {
  const against = ["--against", `${sets.host}/policies/hardened:${tag}`];
  const named = `oci-dir://${join(folder, image)}`;
  return runInProcess(["check", ...against, ...args, named], { env, now: at, cwd: folder });
}

async function report(args: readonly string[], image?: string, tag?: string): Promise<CheckReport> {
  const { stdout, stderr } = await check([...keyed, "--format", "json", ...args], image, tag);
  assert.notEqual(stdout, "", stderr);
  return checkReport.parse(JSON.parse(stdout));
}

test("an image that the gate would stop is refused, with the cheapest changes that it would take", async () => {
  const { outcome, causes, plan, policySet } = await report([]);
  assert.equal(outcome, "refused");
  assert.deepEqual(
    causes.map(({ cause }) => cause),
    ["policy"],
  );
  assert.deepEqual([policySet.version, policySet.ageDays, policySet.tooOld], ["2030.3", 9, false]);
  const changes = plan?.changes.map(({ kind, purl, to, cost }) => [kind, purl ?? "", to, cost] as const);
  const digest = plan?.changes[0]?.to ?? "";
  assert.deepEqual(changes, [
    // Cheaper than a major version of the one package that it mends.
    ["rebase", "", digest, 2],
    ["drop", "pkg:npm/hopeless@1.0.0", null, 20],
    ["upgrade", "pkg:npm/late@1.0.0", "1.0.1", 1],
    // The smallest version would mend one of two.
    ["upgrade", "pkg:npm/patchy@1.0.0", "1.1.0", 2],
    ["user", "", "10001", 1],
    ["label", "", "pay*", 1],
  ]);
  assert.match(digest, /^sha256:/);
  assert.deepEqual([plan?.passes, plan?.cost, plan?.remaining, plan?.basesTried], [true, 27, [], 1]);
});

test("what the gate has approved counts, and nothing else would have to go", async () => {
  const { plan } = await report([], "app", "lenient");
  assert.equal(
    plan?.changes.some(({ kind }) => kind === "drop"),
    false,
  );
});

test("a base that has moved on is mended by the base, whatever it costs", async () => {
  const { plan, causes } = await report([], "app", "fresh");
  assert.match(causes[0]?.message ?? "", /Up-to-Date Base Images/);
  assert.deepEqual(
    plan?.changes.map(({ kind, text }) => [kind, text]),
    [["rebase", `Build on the present ${bases.host}/base/node:3.20`]],
  );
  assert.equal(plan?.passes, true);
});

test("at another time the gate would have known less, and approved less", async () => {
  const { plan, at, database } = await report(["--at", "2030-03-01"], "app", "lenient");
  assert.equal(database?.updatedAt, now.toISOString(), "the database is told by its own time");
  const named = plan?.changes.flatMap(({ purl }) => purl ?? []) ?? [];
  assert.deepEqual(named.toSorted(), ["pkg:npm/hopeless@1.0.0", "pkg:npm/patchy@1.0.0"]);
  assert.equal(at.isNow, false);
  assert.ok(
    at.caveats.some((text) => /4 advisories without a date/.test(text)),
    at.caveats.join("\n"),
  );
});

test("an image that is in order is accepted, and nothing is planned", async () => {
  const run = await check(keyed, "clean");
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /Accepted: the gate of hardened 2030\.3 would let the image pass/);
  assert.equal((await report([], "clean")).plan, null);
});

for (const [what, args, at, words] of [
  ["nobody verified", [], now, /NOT VERIFIED/],
  ["too old", keyed, new Date("2030-05-01T00:00:00Z"), /TOO OLD/],
] as const) {
  test(`of a set that is ${what} nobody knows what the gate would say`, async () => {
    const run = await check([...args], "clean", "strict", at);
    assert.equal(run.exitCode, 2, run.stderr);
    assert.match(run.stdout, words);
    assert.match(run.stdout, /^ *\? Unknown/);
    assert.match(run.stderr, /^gate: policy-set: /m);
    const states = what === "too old" ? "old" : "unverified";
    const accepted = await check([...args, "--accept", states], "clean", "strict", at);
    assert.equal(accepted.exitCode, 0, accepted.stderr);
    assert.match(accepted.stdout, words);
  });
}

test("packages of one manager are upgraded by one command", async () => {
  const { stdout } = await check(keyed);
  assert.match(stdout, /^ *npm install late@1\.0\.1 patchy@1\.1\.0$/m);
});

test("the commands of the guide do what it says", async () => {
  const guide = readFileSync(join(repositoryRoot, "docs/guide/pre-submission.md"), "utf8");
  const calls = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );
  // Published first, so that there is something to check against.
  const ordered = calls.toSorted((a, b) => Number(b.includes(" publish ")) - Number(a.includes(" publish ")));
  assert.equal(ordered.length, 5);
  for (const call of ordered) {
    const [program, ...words] = call
      .replaceAll("registry.example.com/policies/hardened:1", `${sets.host}/policies/guide:1`)
      .replaceAll("build/image", join(folder, "app"))
      .replace("2026-12-24", "2030-03-09")
      .split(" ");
    assert.equal(program, "plimsoll");
    const run = await runInProcess(words, { env, now, cwd: folder });
    assert.equal(run.exitCode, words[0] === "check" ? 2 : 0, `${call}\n${run.stderr}`);
    assert.doesNotMatch(run.stderr, /^error /m);
  }
  const shown = /```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  writeFileSync(join(folder, "shown.json"), shown);
  const args = ["--name", "x", "--set-version", "1", "--sign-key", "gate.key", "--exceptions", "shown.json"];
  const run = await runInProcess(["policy-set", "publish", ...args, `${sets.host}/policies/shown:1`], {
    env,
    now,
    cwd: folder,
  });
  assert.equal(run.exitCode, 0, run.stderr);
});

test("what plans cost stands in the guide", () => {
  const guide = readFileSync(join(repositoryRoot, "docs/guide/pre-submission.md"), "utf8");
  const section = /^## The cheapest way[\s\S]*?^## /m.exec(guide)?.[0] ?? "";
  const listed = [...section.matchAll(/^\| .*\| (\d+) +\|$/gm)].map(([, cost]) => Number(cost));
  assert.deepEqual(
    [...new Set(listed)].toSorted((a, b) => a - b),
    [...new Set(Object.values(changeCosts))].toSorted((a, b) => a - b),
  );
});

test("of several platforms the answer is the worst, each with what would have to change", async () => {
  const { outcome, platforms, plan } = await report(["--platform", "all"], "both");
  assert.equal(outcome, "refused");
  assert.deepEqual(
    platforms.map((each) => [each.platform, each.outcome, each.evaluation?.plan?.changes.length]),
    [
      ["linux/amd64", "accepted", undefined],
      ["linux/arm64", "refused", 1],
    ],
  );
  assert.deepEqual(plan, platforms[1]?.evaluation?.plan);
  const text = await check([...keyed, "--platform", "linux/amd64,linux/s390x"], "both");
  assert.equal(text.exitCode, 2);
  assert.match(text.stdout, /\? Unknown: .* platforms that nobody judged/);
  assert.match(text.stderr, /^gate: no-data: linux\/s390x: the index has no image for this platform$/m);
  const one = await check([...keyed, "--platform", "linux/amd64"], "both");
  assert.equal(one.exitCode, 0, one.stderr);
});

test("what has no data here may have an answer at the gate, also where the gate lets it pass", async () => {
  const run = await check(keyed, "clean", "silent");
  assert.equal(run.exitCode, 2, run.stdout);
  assert.match(run.stdout, /^ *\? Unknown: .* may know more/);
  assert.match(run.stderr, /^gate: no-data: .*No high-profile vulnerabilities/m);
  const accepted = await check([...keyed, "--accept", "no-data"], "clean", "silent");
  assert.equal(accepted.exitCode, 0, accepted.stderr);
});

test("without a plan the answer is the same", async () => {
  const run = await check([...keyed, "--no-plan"]);
  assert.equal(run.exitCode, 2);
  assert.match(run.stdout, /^ *! Refused/);
  assert.doesNotMatch(run.stdout, /would have to change/);
});

for (const at of ["tomorrow", "2030-13-01", "2030-03-01T00:00"]) {
  test(`--at does not take ${at}`, async () => {
    const run = await check([...keyed, "--at", at]);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /error USAGE/);
  });
}
