import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { ImageFacts } from "../domain/policy.ts";
import * as all from "./all.ts";
import { builtInPolicies, knownPolicies, optionalPolicies } from "./definitions.ts";
import { evaluatePolicies } from "./evaluate.ts";
import { configWith, factsWith, findingWith } from "./fixtures/facts.ts";
import { policyTypes } from "./policy-types.ts";
import type { PolicyDefinition } from "./types.ts";

test("policies: every folder with a plugin is in all.ts, under its own id, with unique ids", () => {
  const here = new URL("./", import.meta.url);
  const folders = readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["shared", "fixtures"].includes(entry.name))
    .map((entry) => entry.name);
  const lines = readFileSync(new URL("all.ts", here), "utf8");
  assert.deepEqual(
    Object.values(all)
      .map(({ id }) => id)
      .toSorted(),
    folders.toSorted(),
  );
  for (const folder of folders) assert.ok(lines.includes(`"./${folder}/index.ts"`), folder);
  assert.ok(folders.length >= 24);
});

test("policies: the built-in ones have the platform's weights, in order, and valid options", () => {
  assert.deepEqual(
    builtInPolicies.map(({ id, weight }) => `${weight} ${id}`),
    [
      "20 fixable-vulnerabilities",
      "20 high-profile-vulnerabilities",
      "15 supply-chain-attestations",
      "15 approved-base-images",
      "10 no-stale-base-images",
      "5 default-non-root-user",
      "5 copyleft-license",
    ],
  );
  assert.ok(optionalPolicies.every(({ enabled }) => !enabled));
  assert.deepEqual(
    optionalPolicies.filter(({ weight }) => weight !== 0).map(({ id, weight }) => `${weight} ${id}`),
    ["10 quality-gate-passed"],
  );
  assert.deepEqual(
    knownPolicies.map(({ type }) => type).toSorted(),
    // A rule of one's own cannot be built in.
    policyTypes.flatMap(({ id, judgedApart }) => (judgedApart === true ? [] : [id])).toSorted(),
  );
});

test("policies: the built-in ones on a good image", () => {
  assert.deepEqual(statuses(factsWith()), {
    "fixable-vulnerabilities": "met",
    "high-profile-vulnerabilities": "met",
    "supply-chain-attestations": "not_met",
    "approved-base-images": "met",
    "no-stale-base-images": "met",
    "default-non-root-user": "met",
    "copyleft-license": "met",
  });
});

test("policies: a missing fact is no_data with its reason, for each policy that needs it", () => {
  const missing = { config: "C", packages: "P", findings: "F", attestations: "A", baseImage: "B" };
  const facts = factsWith({
    config: null,
    packages: null,
    findings: null,
    attestations: null,
    baseImage: null,
    missing,
  });
  const results = evaluatePolicies(facts, builtInPolicies);
  assert.deepEqual(
    results.map(({ status, reason, lost, weight }) => [status, reason, lost === weight]),
    ["F", "F", "A", "B", "B", "C", "P"].map((reason) => ["no_data", reason, true]),
  );
  assert.match(results[0]?.supply ?? "", /plimsoll db update/);
  assert.match(results[2]?.supply ?? "", /--attest type=sbom/);
  assert.ok(results.every(({ supply }) => supply !== undefined));
  const silent = evaluatePolicies({ ...facts, missing: {} }, builtInPolicies);
  assert.ok(
    silent.every(({ status, reason }) => status === "no_data" && reason !== null && reason.length > 10),
  );
});

test("policies: a fact with a gap proves a deviation, never that there is none", () => {
  const missing = { findings: "nothing is known of npm" };
  const [fixable] = builtInPolicies;
  const judged = (findings: ImageFacts["findings"]) =>
    evaluatePolicies(factsWith({ findings, missing }), [fixable!]).map(({ status, reason }) => [
      status,
      reason,
    ]);
  assert.deepEqual(judged([]), [["no_data", "nothing is known of npm"]]);
  assert.deepEqual(judged([findingWith({ severity: "critical", fixedVersion: "2" })]), [["not_met", null]]);
});

test("policies: one that breaks has no data, and the others their results", () => {
  const broken = factsWith({
    config: {
      ...configWith("1"),
      get user(): string {
        throw new Error("boom\u001b[31m");
      },
    },
  });
  const results = evaluatePolicies(broken, builtInPolicies);
  const nonRoot = results.find(({ policy }) => policy === "default-non-root-user");
  assert.equal(nonRoot?.status, "no_data");
  assert.match(nonRoot?.reason ?? "", /^the policy failed: boom\\u\{1b\}/);
  assert.equal(results.length, 7);
  assert.equal(results.filter(({ status }) => status === "met").length, 5);
});

test("policies: a disabled one has no result, weight 0 loses nothing", () => {
  const policies = builtInPolicies.map((policy): PolicyDefinition => ({
    ...policy,
    enabled: policy.weight !== 5,
    weight: 0,
  }));
  const results = evaluatePolicies(factsWith({ findings: [findingWith()] }), policies);
  assert.equal(results.length, 5);
  assert.ok(results.every(({ lost }) => lost === 0));
});

test("policies: debug lines only when asked", () => {
  const facts = factsWith({ findings: [findingWith()] });
  assert.ok(evaluatePolicies(facts, builtInPolicies).every(({ debug }) => debug.length === 0));
  const [first] = evaluatePolicies(facts, builtInPolicies, { debug: true });
  assert.deepEqual(first?.debug, ["CVE-2024-29041 in pkg:npm/express@4.17.1: violates"]);
});

test("policies: a wrong policy is an error, not a result", () => {
  const [first] = builtInPolicies;
  assert.ok(first);
  const evaluate = (change: Partial<PolicyDefinition>) => () =>
    evaluatePolicies(factsWith(), [{ ...first, ...change }]);
  assert.throws(evaluate({ type: "nope" }), { code: "POLICY_UNKNOWN" });
  assert.throws(evaluate({ config: { severities: "high" } }), { code: "POLICY_CONFIG_INVALID" });
});

function statuses(facts: ImageFacts): Record<string, string> {
  return Object.fromEntries(
    evaluatePolicies(facts, builtInPolicies).map(({ policy, status }) => [policy, status]),
  );
}
