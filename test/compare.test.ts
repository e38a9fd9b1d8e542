/** `compare` and `environment`: two images side by side, by name, by environment and by what was analysed before. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareReport, type CompareReport } from "../src/api/compare-report.ts";
import { environmentsReport } from "../src/api/known-image-reports.ts";
import { buildImage, writeLayout, type LayerInput } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-compare-"));
const now = new Date("2030-02-01T00:00:00Z");
const env = {
  PLIMSOLL_DB_DIR: join(folder, "db"),
  PLIMSOLL_CACHE_DIR: join(folder, "cache"),
  PLIMSOLL_IMAGES_DIR: join(folder, "images"),
};

const npm = (name: string, version: string): ReturnType<typeof file> =>
  file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));

const baseLayer: LayerInput = {
  entries: [file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"), npm("base", "1.0.0")],
};

/** `leaky` has a vulnerability in every version, `mended` below 2. */
const images: Readonly<Record<string, readonly LayerInput[]>> = {
  old: [baseLayer, { entries: [npm("mended", "1.0.0"), npm("gone", "1.0.0")] }],
  new: [baseLayer, { entries: [npm("mended", "2.0.0"), npm("leaky", "1.0.0")] }],
  bare: [baseLayer],
};

const layout = (name: string): string => `oci-dir://${join(folder, name)}`;
const run = (args: readonly string[], at = now): Promise<Run> => runInProcess(args, { env, now: at });

before(async () => {
  for (const [name, layers] of Object.entries(images))
    writeLayout(join(folder, name), buildImage({ layers }), `registry.example.com/team/app:${name}`);
  mkdirSync(join(folder, "feed"));
  const record = (id: string, name: string, events: readonly unknown[]) => ({
    id,
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events }] }],
  });
  const records = [
    record("CVE-2030-0001", "leaky", [{ introduced: "0" }]),
    record("CVE-2030-0002", "mended", [{ introduced: "0" }, { fixed: "2.0.0" }]),
    record("CVE-2030-0003", "base", [{ introduced: "0" }]),
    {
      id: "CVE-2030-0004",
      modified: "2030-01-01T00:00:00Z",
      affected: [
        {
          package: { ecosystem: "Alpine:v3.18", name: "openssl" },
          ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
        },
      ],
    },
  ];
  for (const each of records) writeFileSync(join(folder, "feed", `${each.id}.json`), JSON.stringify(each));
  const built = await run(["db", "build", "--quiet", "--from", join(folder, "feed")]);
  assert.equal(built.exitCode, 0, built.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function read({ stdout, stderr }: Run): CompareReport {
  assert.notEqual(stdout, "", stderr);
  return compareReport.parse(JSON.parse(stdout));
}

const changes = ({ findings }: CompareReport): readonly string[] =>
  (findings ?? []).map(({ change, vulnerability }) => `${change} ${vulnerability}`).toSorted();

test("compare tells what was added, removed and left, with signed differences", async () => {
  const compared = await run(["compare", "--format", "json", "--to", layout("old"), layout("new")]);
  const report = read(compared);
  assert.equal(compared.exitCode, 0, compared.stderr);
  assert.deepEqual(changes(report), [
    "added CVE-2030-0001",
    "removed CVE-2030-0002",
    "unchanged CVE-2030-0003",
  ]);
  assert.deepEqual(report.packageCounts, { added: 1, removed: 1, changed: 1, unchanged: 1 });
  assert.equal(report.delta.counts?.total, 0);
  assert.equal(report.delta.packages, 0);
  assert.equal(report.delta.sharedLayers, 1);
  assert.equal(report.delta.sizeBytes, report.analysed.target.sizeBytes - report.baseline.target.sizeBytes);
  assert.deepEqual(report.worse, { vulnerability: true, policy: false, package: true });
  const mended = report.packages.find(({ name }) => name === "mended");
  assert.deepEqual([mended?.change, mended?.direction], ["changed", "newer"]);
});

test("the difference in packages has a sign", async () => {
  const rows = [
    ["bare", "old", -2],
    ["old", "bare", 2],
  ] as const;
  for (const [name, to, expected] of rows) {
    const args = ["compare", "--to", layout(to), layout(name)];
    const { delta } = read(await run([...args, "--format", "json"]));
    assert.equal(delta.packages, expected);
    const { stdout } = await run(args);
    assert.match(stdout, expected < 0 ? /^ +packages .* -2 *$/m : /^ +packages .* \+2 *$/m);
  }
});

test("text and Markdown tell the same", async () => {
  const text = await run(["diff", "--to", layout("old"), layout("new")]);
  assert.match(text.stdout, /Analysed .*Baseline .*Difference/);
  assert.match(text.stdout, /\+ 1 added {2}- 1 removed {2}~ 1 changed {2}= 1 unchanged/);
  assert.match(text.stdout, /CVE-2030-0001/);
  const markdown = await run(["compare", "--format", "markdown", "--to", layout("old"), layout("new")]);
  assert.match(markdown.stdout, /\| Analysed \| Baseline \| Difference \|/);
  assert.match(markdown.stdout, /CVE-2030-0001/);
});

test("what is hidden is hidden, and filters hold for both images", async () => {
  const args = ["compare", "--format", "json", "--to", layout("old"), layout("new")];
  const bare = read(await run([...args, "--ignore-unchanged", "--hide-policies"]));
  assert.equal(bare.policies, null);
  assert.equal(bare.analysed.verdict, null);
  assert.ok(changes(bare).every((change) => !change.startsWith("unchanged")));
  const fixed = read(await run([...args, "--only-fixed"]));
  assert.deepEqual(changes(fixed), ["removed CVE-2030-0002"]);
  const none = read(await run([...args, "--only-package-type", "apk"]));
  assert.deepEqual(none.packageCounts, { added: 0, removed: 0, changed: 0, unchanged: 0 });
});

test("a stored result is a baseline that is judged anew, by what it recorded", async () => {
  const file = join(folder, "main.json");
  const recorded = await run(["policy", "--result-file", file, layout("old")]);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const report = read(await run(["compare", "--format", "json", "--to-result", file, layout("new")]));
  assert.deepEqual(changes(report), [
    "added CVE-2030-0001",
    "removed CVE-2030-0002",
    "unchanged CVE-2030-0003",
  ]);
  assert.deepEqual(report.packageCounts, { added: 1, removed: 1, changed: 1, unchanged: 1 });
  assert.equal(report.delta.sizeBytes, report.analysed.target.sizeBytes - report.baseline.target.sizeBytes);
  const same = await run([
    "compare",
    "--to-result",
    file,
    "--exit-on",
    "vulnerability,package,policy",
    layout("old"),
  ]);
  assert.equal(same.exitCode, 0, same.stderr);
  const root = report.policies?.find(({ policy }) => policy === "default-non-root-user");
  assert.deepEqual([root?.before?.status, root?.after?.status], ["not_met", "not_met"]);
});

test("of a stored result packages of a distribution are looked up by their source", async () => {
  const installed = "P:libssl3\nV:3.1.0-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\n";
  const layers = [baseLayer, { entries: [file("lib/apk/db/installed", installed)] }];
  writeLayout(join(folder, "system"), buildImage({ layers }), "registry.example.com/team/app:system");
  const kept = join(folder, "system.json");
  const recorded = await run(["policy", "--result-file", kept, layout("system")]);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const report = read(await run(["compare", "--format", "json", "--to-result", kept, layout("system")]));
  assert.deepEqual(changes(report), ["unchanged CVE-2030-0003", "unchanged CVE-2030-0004"]);
});

test("a policy without an answer on both sides is unknown, and stops only strictly", async () => {
  const args = ["compare", "--to", layout("old"), "--exit-on", "policy"];
  const lenient = await run([...args, layout("old")]);
  assert.equal(lenient.exitCode, 0, lenient.stderr);
  assert.match(lenient.stderr, /^unknown: policy: no data about: .*Up-to-Date Base Images/m);
  assert.match(lenient.stdout, /Nobody knows whether it is worse:[\s\S]*- policy: no data about: /);
  const hidden = await run(["compare", "--to", layout("old"), "--hide-policies", layout("old")]);
  assert.doesNotMatch(hidden.stdout, /no data about/);
  const strict = await run([...args, "--strict", layout("old")]);
  assert.equal(strict.exitCode, 2);
  assert.match(strict.stderr, /^gate: policy: no data about: /m);
  const { unknown } = read(await run([...args, "--format", "json", layout("old")]));
  assert.ok(unknown.some(({ cause }) => cause === "policy"));
});

for (const [what, content, code] of [
  ["no result", { schema: "x" }, "BASELINE_UNKNOWN"],
  ["a result of another platform", { images: [{ platform: "linux/s390x", inputs: {} }] }, "BASELINE_UNKNOWN"],
  [
    "facts that are none",
    { images: [{ platform: "linux/amd64", inputs: { now: 1 } }] },
    "POLICY_TEST_INVALID",
  ],
] as const) {
  test(`${what} is no baseline`, async () => {
    const file = join(folder, "other.json");
    writeFileSync(file, JSON.stringify(content));
    const compared = await run(["compare", "--to-result", file, layout("new")]);
    assert.equal(compared.exitCode, 1);
    assert.match(compared.stderr, new RegExp(`error ${code}`));
  });
}

/** Each: the image, the baseline, the causes and the exit code. */
const gates: readonly (readonly [string, string, string, number])[] = [
  ["new", "old", "vulnerability", 2],
  ["new", "old", "package", 2],
  ["old", "old", "vulnerability,policy,package", 0],
  ["old", "new", "vulnerability", 2],
];

for (const [image, baseline, causes, exitCode] of gates) {
  test(`--exit-on ${causes} from ${baseline} to ${image} ends with ${exitCode}`, async () => {
    const gated = await run(["compare", "-x", causes, "--to", layout(baseline), layout(image)]);
    assert.equal(gated.exitCode, exitCode, gated.stderr);
    assert.equal(/^gate: /m.test(gated.stderr), exitCode === 2);
  });
}

test("--to-latest takes what was analysed last of the same repository", async () => {
  const compared = await run(["compare", "--format", "json", "--to-latest", layout("new")]);
  assert.equal(read(compared).baseline.target.tag, "old");
  const nameless = await run(["compare", "--to-latest", `fs://${join(folder, "feed")}`]);
  assert.match(nameless.stderr, /^error BASELINE_UNKNOWN: /m);
});

test("an environment is recorded, listed, compared with and removed", async () => {
  const unknown = await run(["compare", "--to-env", "production", layout("new")]);
  assert.match(unknown.stderr, /^error ENVIRONMENT_UNKNOWN: /m);
  const recorded = await run(["environment", "production", layout("old")]);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  assert.equal(recorded.stdout, "");
  const listed = await run(["env", "--format", "json"]);
  const { environments } = environmentsReport.parse(JSON.parse(listed.stdout));
  assert.deepEqual(
    environments.map(({ name, images: of }) => [name, of.map(({ tag }) => tag)]),
    [["production", ["old"]]],
  );
  // What was recorded is enough: the image itself may be gone, and the cache too.
  rmSync(join(folder, "old"), { recursive: true });
  rmSync(env.PLIMSOLL_CACHE_DIR, { recursive: true });
  const compared = read(await run(["compare", "--format", "json", "--to-env", "production", layout("new")]));
  assert.deepEqual(changes(compared), [
    "added CVE-2030-0001",
    "removed CVE-2030-0002",
    "unchanged CVE-2030-0003",
  ]);
  const later = new Date("2030-02-02T00:00:00Z");
  await run(["environment", "production", layout("new")], later);
  const replaced = await run(["environment", "production"]);
  assert.match(replaced.stdout, /app:new/);
  assert.doesNotMatch(replaced.stdout, /app:old/);
  const removed = await run(["environment", "--remove", "production"]);
  assert.equal(removed.exitCode, 0, removed.stderr);
  assert.equal((await run(["environment"])).stdout, "");
  for (const name of ["../x", ".hidden", "a/b"]) {
    const refused = await run(["environment", name]);
    assert.match(refused.stderr, /^error USAGE: /m);
  }
});

test("a baseline is named exactly once, and causes are known ones", async () => {
  for (const args of [
    [],
    ["--to", layout("new"), "--to-latest"],
    ["--to-latest", "--to-ref", "x"],
    ["--to", layout("new"), "--exit-on", "weather"],
    ["--to", layout("new"), "--base-image", "alpine"],
  ]) {
    const refused = await run(["compare", ...args, layout("new")]);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^error USAGE: /m, args.join(" "));
  }
});
