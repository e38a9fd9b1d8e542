/** Policies that look into the image, what `--result-file` keeps of that, and tests over what was kept. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildImage, writeLayout } from "../../../test/helpers/oci-image.ts";
import { file, whiteout } from "../../../test/helpers/oci-tar.ts";
import { runInProcess, type Run } from "../../../test/helpers/run-plimsoll.ts";
import {
  policyExplainReport,
  policyResultFile,
  scoutResultFile,
  policyTestReport,
  policyWhatIfReport,
  type PolicyResultFile,
} from "../../api/policy-reports.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-policy-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const image = `oci-dir://${join(folder, "image")}`;
const secret = ["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"].join("");
writeLayout(
  join(folder, "image"),
  buildImage({
    layers: [
      { entries: [file("app/key.txt", `key = ${secret}\n`), file("app/package.json", '{"name":"app"}')] },
      { entries: [whiteout("app/key.txt")] },
    ],
  }),
);
const config = {
  policies: [
    { name: "no-secrets", enabled: true, effect: "warn" },
    { id: "labels", type: "required-metadata", name: "Our labels", config: { labels: ["team"] } },
  ],
};
writeFileSync(join(folder, "policies.json"), JSON.stringify(config));

function run(...args: readonly string[]): Promise<Run> {
  const env = { PLIMSOLL_CACHE_DIR: join(folder, "cache") };
  return runInProcess(["policy", ...args], { cwd: folder, env, now: new Date("2026-11-22T12:00:00Z") });
}

const judge = ["--only-policy", "no-secrets,labels", "--policy-config", "policies.json"];

test("policy: a secret in a layer is found where a policy asks for it; what warns stops nothing", async () => {
  const both = await run(image, ...judge, "--exit-code", "--result-file", "result.json");
  assert.match(both.stderr, /^warning: policy: No secrets: not met$/m);
  assert.match(both.stderr, /^gate: policy: policies not met: Our labels$/m);
  assert.equal(both.exitCode, 2);
  assert.match(both.stdout, /app\/key\.txt:1, removed by a later/);
});

test("policy: the result file has results, options and facts, and no secret", async () => {
  const text = readFileSync(join(folder, "result.json"), "utf8");
  const result: PolicyResultFile = policyResultFile.parse(JSON.parse(text));
  assert.equal(result.pass, false);
  const [judged] = result.images;
  assert.deepEqual(
    judged!.policies.map(({ id, status, pass, effect }) => [id, status, pass, effect]),
    [
      ["no-secrets", "not_met", false, "warn"],
      ["labels", "not_met", false, "block"],
    ],
  );
  assert.match(judged!.policies[0]!.violations[0]!.message, /app\/key\.txt:1/);
  assert.deepEqual(judged!.policies[1]!.config["labels"], ["team"]);
  assert.ok(!text.includes(secret.slice(4)));
});

test("policy: the result file as docker scout policy writes it", async () => {
  await run(image, ...judge, "--result-file", "scout.json", "--result-format", "scout");
  const result = scoutResultFile.parse(JSON.parse(readFileSync(join(folder, "scout.json"), "utf8")));
  assert.deepEqual(Object.keys(result), ["no-secrets", "labels"]);
  const { pass, violations, bindings } = result["no-secrets"]!;
  assert.deepEqual([pass, violations.length, bindings["pass"]], [false, 1, false]);
  const [violation] = bindings["violation"] as { message: string; detail: unknown }[];
  assert.match(violation!.message, /app\/key\.txt:1/);
  assert.deepEqual(violation!.detail, violations[0]);
});

test("policy test: recorded facts are judged again, with other options too", async () => {
  const tests = [
    {
      name: "as recorded",
      expect: { "no-secrets": { status: "not_met", deviations: 1 }, labels: "not_met" },
    },
    { name: "with the label", facts: { config: { labels: { team: "shop" } } }, expect: { labels: "met" } },
  ];
  writeFileSync(join(folder, "good.json"), JSON.stringify({ tests }));
  const good = await run("test", "good.json", "--facts", "result.json", "--policy-config", "policies.json");
  assert.deepEqual(
    [good.exitCode, good.stdout],
    [0, "✓ as recorded\n✓ with the label\n2 passed, 0 failed\n"],
  );
  const policies = [{ name: "no-secrets", config: { include_removed: false } }];
  writeFileSync(join(folder, "other.json"), JSON.stringify({ policies, tests: tests.slice(0, 1) }));
  const again = ["other.json", "--facts", "result.json", "--policy-config", "policies.json"];
  const other = await run("test", ...again, "--format", "json");
  const report = policyTestReport.parse(JSON.parse(other.stdout));
  assert.deepEqual([other.exitCode, report.failed], [2, 1]);
  assert.deepEqual(report.tests[0]!.failures, ["no-secrets is met, not not_met"]);
});

test("policy what-if: what changes in what was judged before, and the gate over it", async () => {
  const policies = [
    { name: "no-secrets", enabled: true, config: { include_removed: false } },
    { id: "two-layers", type: "image-limits", config: { max_age_days: 0, max_layers: 1 } },
    { id: "rule", type: "cel", config: { rules: ["image.layerCount == 2"] } },
  ];
  writeFileSync(join(folder, "then.json"), JSON.stringify({ policies }));
  const names = ["--only-policy", "no-secrets,two-layers,rule", "--policy-config", "then.json"];
  const told = await run("what-if", "result.json", ...names);
  assert.equal(told.exitCode, 0, told.stderr);
  const changes = told.stdout.split("\n").filter((line) => line.includes("->"));
  assert.deepEqual(changes, [
    "  no-secrets: not met -> met",
    "  two-layers: not asked -> not met: The image has 2 layers, more than 1",
    "  rule: not asked -> met",
    "  labels: not met -> not asked",
    "  Health score  F (0%) -> D (50%)",
  ]);
  const gate = await run("what-if", "result.json", ...names, "-e", "--format", "json");
  assert.equal(gate.exitCode, 2);
  assert.equal(policyWhatIfReport.parse(JSON.parse(gate.stdout)).images.length, 1);
});

test("policy explain: what it asks, its options, and what it finds in an image", async () => {
  const alone = await run("explain", "no secrets", "--format", "json");
  const report = policyExplainReport.parse(JSON.parse(alone.stdout));
  assert.deepEqual([report.id, report.result], ["no-secrets", null]);
  assert.match(report.asks.join(), /searches every file/);
  const found = await run("explain", "labels", image, "--policy-config", "policies.json");
  assert.match(found.stdout, /labels = \["team"\] {2}\(changed\)/);
  assert.match(found.stdout, /! The label team is missing\. Add LABEL team=/);
});

/** Sparse: nothing of it is written. */
writeFileSync(join(folder, "endless.json"), "");
truncateSync(join(folder, "endless.json"), 256 * 1024 ** 2 + 1);

const refused: readonly (readonly [name: string, args: readonly string[], code: string])[] = [
  ["a file of more than 256 MiB", ["what-if", "endless.json"], "LIMIT_EXCEEDED"],
  ["a policy that does not exist", ["explain", "nope"], "POLICY_UNKNOWN"],
  ["another format", ["explain", "no-secrets", "--format", "markdown"], "USAGE"],
  ["a file that is not there", ["test", "nope.json"], "FILE_NOT_FOUND"],
  ["tests that are none", ["test", "policies.json"], "POLICY_TEST_INVALID"],
  ["what is no result file", ["what-if", "policies.json"], "POLICY_TEST_INVALID"],
  [
    "facts of nothing",
    ["test", "good.json", "--facts", "policies.json", "--policy-config", "policies.json"],
    "POLICY_TEST_INVALID",
  ],
];
for (const [name, args, code] of refused) {
  test(`policy: refuses ${name}`, async () => {
    const { exitCode, stderr } = await run(...args);
    assert.equal(exitCode, 1);
    assert.match(stderr, new RegExp(`error ${code}:`));
  });
}
