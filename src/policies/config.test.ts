import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPolicyConfig, readPolicyConfig, selectPolicies } from "./config.ts";
import { builtInPolicies } from "./definitions.ts";

const fixable = "fixable-vulnerabilities";

test("policy config: nothing given changes nothing", () => {
  const config = readPolicyConfig({});
  assert.deepEqual(config, { debug: false, policies: [], added: [] });
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
  ["neither id nor name", { policies: [{ type: "non-root" }] }, "POLICY_CONFIG_INVALID", "policies[0].name"],
  ["unknown type", { policies: [{ id: "a", type: "nope" }] }, "POLICY_UNKNOWN", "nope"],
  [
    "a new policy with the id of another",
    { policies: [{ id: fixable, type: "severity" }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].id",
  ],
  [
    "two new policies with one id",
    {
      policies: [
        { id: "a", type: "severity" },
        { name: "A", type: "non-root" },
      ],
    },
    "POLICY_CONFIG_INVALID",
    "policies[1].name",
  ],
  [
    "an id with a space",
    { policies: [{ id: "a b", type: "severity" }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].id",
  ],
  [
    "an effect that is none",
    { policies: [{ name: fixable, effect: "stop" }] },
    "POLICY_CONFIG_INVALID",
    "effect",
  ],
  [
    "a bad option of a new policy",
    { policies: [{ id: "a", type: "severity", config: { severities: [] } }] },
    "POLICY_CONFIG_INVALID",
    "policies[0].config.severities",
  ],
  [
    "a name that gives no id",
    { policies: [{ name: "規則", type: "severity" }] },
    "POLICY_CONFIG_INVALID",
    "規則",
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

test("policy config: several policies of a type, each with its name, words, weight and effect", () => {
  const config = readPolicyConfig({
    policies: [
      { id: fixable, name: "Ours", description: "Why.", effect: "warn" },
      {
        name: "Bases of the shop",
        type: "approved-base-images",
        config: { allowed_base_images: ["ghcr.io/shop/*"] },
      },
      { id: "tools", type: "approved-base-images", weight: 0, enabled: false, effect: "report" },
    ],
  });
  const applied = applyPolicyConfig(builtInPolicies, config);
  assert.deepEqual(applied[0], { ...builtInPolicies[0], title: "Ours", description: "Why.", effect: "warn" });
  assert.deepEqual(applied.slice(builtInPolicies.length), [
    {
      id: "bases-of-the-shop",
      title: "Bases of the shop",
      type: "approved-base-images",
      weight: 10,
      enabled: true,
      config: { allowed_base_images: ["ghcr.io/shop/*"] },
    },
    {
      id: "tools",
      title: "tools",
      type: "approved-base-images",
      weight: 0,
      enabled: false,
      config: {},
      effect: "report",
    },
  ]);
  assert.deepEqual(
    selectPolicies(applied, ["bases of the SHOP", "tools"]).map(({ id }) => id),
    ["bases-of-the-shop", "tools"],
  );
});

test("policy config: bundles have an error of their own", () => {
  assert.throws(() => readPolicyConfig({ bundles: [] }), /may name none/);
});

test("policy config: only-policy takes ids and titles and keeps the order", () => {
  const selected = selectPolicies(builtInPolicies, ["No copyleft licenses", fixable, fixable]);
  assert.deepEqual(
    selected.map(({ id }) => id),
    [fixable, "copyleft-license"],
  );
  assert.throws(() => selectPolicies(builtInPolicies, ["nope"]), { code: "POLICY_UNKNOWN" });
});

test("policy config: at most 1,000 entries", () => {
  const entries = (count: number) => ({
    policies: Array.from({ length: count }, (_, index) => ({ name: `Own ${index}`, type: "licenses" })),
  });
  assert.equal(readPolicyConfig(entries(1_000)).added.length, 1_000);
  assert.throws(() => readPolicyConfig(entries(1_001)), { code: "POLICY_CONFIG_INVALID" });
});
