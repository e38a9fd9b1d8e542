import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretFinding } from "../../domain/secret.ts";
import { statedMalware, statedSecrets } from "./stated-secrets.ts";

const none = { findings: [], notListed: 0, notSearched: [] };
const finding = {
  rule: "aws-key",
  title: "AWS key",
  severity: "high",
  place: { kind: "label", name: "token" },
  shown: "AKIA…",
} as unknown as SecretFinding;
const hit = { signature: "Eicar", path: "a", layerIndex: 0 };

test("an empty list is stated where everything was searched", () => {
  assert.deepEqual(statedSecrets(none), []);
  assert.ok("scanner" in statedMalware({ hits: [], leftOut: [] }));
});

for (const [what, result] of [
  ["what was not searched", { ...none, notSearched: ["app.bin: too large"] }],
  ["findings that are not listed", { ...none, findings: [finding], notListed: 3 }],
  ["both", { findings: [finding], notListed: 3, notSearched: ["app.bin: too large"] }],
] as const) {
  test(`nothing is stated of secrets with ${what}`, () => {
    assert.throws(() => statedSecrets(result), { code: "USAGE" });
  });
}

test("malware that was found is stated, and none only where nothing was left out", () => {
  const leftOut = ["big.iso: too large"];
  assert.throws(() => statedMalware({ hits: [], leftOut }), { code: "USAGE" });
  assert.ok("scanner" in statedMalware({ hits: [hit], leftOut }));
});
