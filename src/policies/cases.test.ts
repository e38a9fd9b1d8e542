import assert from "node:assert/strict";
import { test } from "node:test";
import { readPolicyCases, runPolicyCase } from "./cases.ts";
import { knownPolicies } from "./definitions.ts";
import { evaluatePolicies } from "./evaluate.ts";
import { factsWith, findingWith, packageWith } from "./fixtures/facts.ts";
import { attested } from "./fixtures/run.ts";
import { recordFacts } from "./record-facts.ts";
import { readRecordedFacts } from "./recorded-facts.ts";

const express = { ecosystem: "npm", name: "express", version: "4.17.1" };
const document = {
  facts: { packages: [express], config: { user: "app" }, inventory: {} },
  policies: [{ id: "no-express", type: "disallowed-packages", config: { packages: ["express@<4.19.2"] } }],
  tests: [
    {
      name: "an old one",
      expect: {
        "no-express": { status: "not_met", deviations: 1, messages: ["express 4.17.1"] },
        "default-non-root-user": "met",
      },
    },
    {
      name: "a newer one, as root",
      facts: { packages: [{ ...express, version: "4.19.2" }], config: { user: "" } },
      expect: {
        "no-express": "met",
        "Default non-root user": "not_met",
        "no-secrets": { status: "no_data", reason: "not recorded" },
      },
    },
  ],
};

test("policy tests: facts of a test are laid over those of the document", () => {
  const results = readPolicyCases(document).map((one) => runPolicyCase(one));
  assert.deepEqual(
    results.map(({ name, failures }) => [name, failures]),
    [
      ["an old one", []],
      ["a newer one, as root", []],
    ],
  );
});

const wrong: [name: string, expect: object, failure: RegExp][] = [
  ["another status", { "no-express": "met" }, /^no-express is not_met, not met: express 4.17.1/],
  ["another number", { "no-express": { status: "not_met", deviations: 2 } }, /has 1 deviations, not 2/],
  [
    "another message",
    { "no-express": { status: "not_met", messages: ["lodash"] } },
    /no deviation with "lodash"/,
  ],
  ["another reason", { "no-secrets": { status: "no_data", reason: "network" } }, /without "network"/],
];
for (const [name, expect, failure] of wrong) {
  test(`policy tests: ${name} fails`, () => {
    const [only] = readPolicyCases({ ...document, tests: [{ name, expect }] }).map((one) =>
      runPolicyCase(one),
    );
    assert.equal(only!.failures.length, 1);
    assert.match(only!.failures[0]!, failure);
  });
}

const refused: [name: string, document: object, code: string, words: RegExp][] = [
  ["no test", { ...document, tests: [] }, "POLICY_TEST_INVALID", /tests/],
  [
    "a test that expects nothing",
    { tests: [{ name: "x", expect: {} }] },
    "POLICY_TEST_INVALID",
    /could not fail/,
  ],
  [
    "a policy that does not exist",
    { tests: [{ name: "x", expect: { nope: "met" } }] },
    "POLICY_UNKNOWN",
    /nope/,
  ],
  [
    "a fact that does not exist",
    { tests: [{ name: "x", facts: { pakages: [] }, expect: { "no-secrets": "met" } }] },
    "POLICY_TEST_INVALID",
    /tests\[0\]\.facts\.pakages/,
  ],
  [
    "a finding in no package",
    {
      tests: [
        {
          name: "x",
          facts: { findings: [{ vulnerability: "CVE-1", package: "nope" }] },
          expect: { "no-secrets": "met" },
        },
      ],
    },
    "POLICY_TEST_INVALID",
    /no package URL/,
  ],
];
for (const [name, json, code, words] of refused) {
  test(`policy tests: refuses ${name}`, () => {
    assert.throws(
      () => readPolicyCases(json),
      (error: Error & { code?: string }) => error.code === code && words.test(error.message),
    );
  });
}

test("recorded facts: every policy judges them as it judged the image", () => {
  const secret = {
    rule: "r",
    title: "t",
    severity: "high",
    place: { kind: "environment", name: "TOKEN" },
    shown: "ab…",
    removedIn: null,
  } as const;
  const facts = factsWith({
    packages: [
      packageWith(),
      packageWith({
        name: "bash",
        ecosystem: "deb",
        namespace: "debian",
        purl: "pkg:deb/debian/bash@5",
        licenses: ["GPL-3.0-only"],
      }),
    ],
    findings: [findingWith(), findingWith({ vulnerability: "MAL-1", kind: "malicious" })],
    attestations: [attested("https://spdx.dev/Document", {})],
    secrets: { findings: [secret], notListed: 0, notSearched: [] },
    missing: { kev: "a reason", qualityGate: "nobody asked", baseSupport: "no list" },
  });
  const policies = knownPolicies.map((policy) => ({ ...policy, enabled: true }));
  const written: unknown = JSON.parse(JSON.stringify(recordFacts(facts)));
  assert.ok(!JSON.stringify(written).includes("ab…"));
  assert.deepEqual(evaluatePolicies(readRecordedFacts(written), policies), evaluatePolicies(facts, policies));
});
