import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPolicyConfig, readPolicyConfig, selectPolicies } from "./config.ts";
import { builtInPolicies } from "./definitions.ts";

const fixable = "fixable-vulnerabilities";

test("policy config: nothing given changes nothing", () => {
  const config = readPolicyConfig({});
  assert.deepEqual(config, { debug: false, policies: [] });
  assert.deepEqual(applyPolicyConfig(builtInPolicies, config), builtInPolicies);
});

test("policy config: names are ids or titles in any case; options are laid over the defaults", () => {
  const config = readPolicyConfig({
    debug: true,
    policies: [
      {
        name: "no FIXABLE critical or high vulnerabilities",
        weight: 30,
        config: { severities: ["critical", "LOW"] },
      },
      { name: "default-non-root-user", enabled: false },
      { name: "supply-chain-attestations", weight: 0 },
    ],
  });
  assert.equal(config.debug, true);
  const applied = applyPolicyConfig(builtInPolicies, config);
  assert.deepEqual(
    applied.map(({ id }) => id),
    builtInPolicies.map(({ id }) => id),
  );
  assert.deepEqual(applied[0], {
    ...builtInPolicies[0],
    weight: 30,
    config: { severities: ["critical", "LOW"], fixable_only: true, package_types: [], grace_period_days: 0 },
  });
  assert.equal(applied.find(({ id }) => id === "default-non-root-user")?.enabled, false);
  assert.equal(applied.find(({ id }) => id === "supply-chain-attestations")?.weight, 0);
});

const bad: [name: string, json: unknown, code: string, path: string][] = [
  ["not an object", [], "POLICY_CONFIG_INVALID", ""],
  ["null", null, "POLICY_CONFIG_INVALID", ""],
  ["unknown field", { polices: [] }, "POLICY_CONFIG_INVALID", "polices"],
  ["debug is no boolean", { debug: "yes" }, "POLICY_CONFIG_INVALID", "debug"],
  [
    "unknown field of a policy",
    { policies: [{ name: fixable, wieght: 1 }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].wieght",
  ],
  ["no name", { policies: [{ weight: 1 }] }, "POLICY_CONFIG_INVALID", "policies[0].name"],
  [
    "negative weight",
    { policies: [{ name: fixable, weight: -1 }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].weight",
  ],
  [
    "part of a point",
    { policies: [{ name: fixable, weight: 1.5 }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].weight",
  ],
  ["unknown policy", { policies: [{ name: "nope" }] }, "POLICY_UNKNOWN", "nope"],
  [
    "twice, by id and by title",
    { policies: [{ name: "copyleft-license" }, { name: "No copyleft licenses" }] },
    "POLICY_CONFIG_INVALID",
    "policies[1].name",
  ],
  [
    "unknown option",
    { policies: [{ name: fixable, config: { severity: [] } }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].config.severity",
  ],
  [
    "bad option",
    {
      policies: [{ name: "copyleft-license" }, { name: fixable, config: { severities: ["HIGH", "awful"] } }],
    },
    "POLICY_CONFIG_INVALID",
    "policies[1].config.severities[1]",
  ],
  [
    "option of a wrong type",
    { policies: [{ name: fixable, config: { fixable_only: "no" } }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].config.fixable_only",
  ],
  [
    "an option for a policy without any",
    { policies: [{ name: "default-non-root-user", config: { x: 1 } }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].config.x",
  ],
  ["bundles", { bundles: ["registry.example.com/p@sha256:1"] }, "POLICY_CONFIG_INVALID", "bundles"],
];

for (const [name, json, code, path] of bad) {
  test(`policy config: refuses ${name}`, () => {
    assert.throws(
      () => readPolicyConfig(json),
      (error: Error & { code?: string }) => error.code === code && error.message.includes(path),
    );
  });
}

test("policy config: bundles have an error of their own", () => {
  assert.throws(() => readPolicyConfig({ bundles: [] }), /not supported yet/);
});

test("policy config: only-policy takes ids and titles and keeps the order", () => {
  const selected = selectPolicies(builtInPolicies, ["No copyleft licenses", fixable, fixable]);
  assert.deepEqual(
    selected.map(({ id }) => id),
    [fixable, "copyleft-license"],
  );
  assert.throws(() => selectPolicies(builtInPolicies, ["nope"]), { code: "POLICY_UNKNOWN" });
});
