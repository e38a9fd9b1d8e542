/** What policies that people wrote leave unsaid is told from the facts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deviation, ImageFacts, PolicyOutcome } from "../domain/policy.ts";
import { evaluatePolicies } from "./evaluate.ts";
import { factsWith, findingWith } from "./fixtures/facts.ts";
import type { PolicyDefinition } from "./types.ts";

function judged(type: "cel" | "rego", outcome: PolicyOutcome, facts: ImageFacts, config = {}) {
  const policy: PolicyDefinition = { id: "mine", title: "Mine", type, weight: 1, enabled: true, config };
  const answer = { outcome, lines: [], bindings: null };
  const [result] = evaluatePolicies(facts, [policy], { outcomes: new Map([["mine", answer]]) });
  return result!;
}

const finding = findingWith({ vulnerability: "CVE-2026-1", fixedVersion: "9.9" });
const { purl, evidence } = finding.package;
const said = { message: "m", purl, vulnerability: "CVE-2026-1", layer: null, columns: {}, remediation: null };

test("a deviation has the layer of its package and the update of its finding, unless it says others", () => {
  const facts = factsWith({ findings: [finding], packages: [finding.package] });
  const rows: readonly (readonly [Partial<Deviation>, string | null, string | null])[] = [
    [{}, evidence[0]!.layer, `Update ${finding.package.name} to 9.9 or later.`],
    [{ vulnerability: null }, evidence[0]!.layer, null],
    [{ purl: "pkg:npm/other@1" }, null, null],
    [{ layer: "sha256:own", remediation: "Do so." }, "sha256:own", "Do so."],
  ];
  for (const [given, layer, remediation] of rows) {
    const outcome = { status: "not_met" as const, deviations: [{ ...said, ...given }] };
    const [deviation] = judged("rego", outcome, facts).deviations;
    assert.deepEqual([deviation?.layer, deviation?.remediation], [layer, remediation], JSON.stringify(given));
  }
});

const reason = "the image was not searched";
const unsearched = factsWith({ secrets: null, missing: { secrets: reason } });
const rows: readonly (readonly [type: "cel" | "rego", reason: string, config: object, supply: RegExp])[] = [
  ["cel", reason, {}, /^List "secrets" under asks/],
  ["cel", reason, { asks: ["secrets"] }, /^Run plimsoll policy on the image itself/],
  ["rego", reason, {}, /^Run plimsoll policy on the image itself/],
  ["rego", "rego engine missing: opa was not found", {}, /^Install opa/],
  ["rego", "the policy took longer than 10 s and was ended", {}, /cheaper/],
  [
    "rego",
    "cosign.verify_image of a/b: The key at https://a cannot be had",
    {},
    /^Run plimsoll policy where/,
  ],
  [
    "rego",
    "oci.index of a was not asked: nobody looks outside in this run",
    {},
    /^Run plimsoll policy where/,
  ],
  ["rego", "the base image is only claimed", {}, /plimsoll base add/],
  ["rego", "the module failed: x", {}, /^Correct the module/],
  ["cel", "rules[0]: No such key: nope", {}, /^Correct the rules/],
];
for (const [type, words, config, supply] of rows) {
  test(`no data comes with what to do: ${type}: ${words} ${JSON.stringify(config)}`, () => {
    assert.match(judged(type, { status: "no_data", reason: words }, unsearched, config).supply ?? "", supply);
  });
}
