import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretFinding, SecretsResult } from "../../domain/secret.ts";
import { attested, run, words } from "../fixtures/run.ts";
import { SECRETS_REPORT, secrets } from "./index.ts";

const token: SecretFinding = {
  rule: "github-personal-token",
  title: "GitHub personal access token",
  severity: "critical",
  place: { kind: "file", path: "app/.env", line: 3, layer: "sha256:layer", layerIndex: 1 },
  shown: "ghp_…",
  removedIn: null,
};
const found = (changes: Partial<SecretFinding> = {}): SecretsResult => ({
  findings: [{ ...token, ...changes }],
  notListed: 0,
  notSearched: [],
});
const removedIn = { layer: "sha256:later", layerIndex: 2 };

type Row = [name: string, result: SecretsResult, config: object, status: string];
const rows: Row[] = [
  ["none", { findings: [], notListed: 0, notSearched: [] }, {}, "met"],
  ["one", found(), {}, "not_met"],
  ["a severity that is not listed", found(), { severities: ["low"] }, "met"],
  ["an ignored rule", found(), { ignored_rules: ["github-personal-token"] }, "met"],
  ["an ignored path", found(), { ignored_paths: ["app/*"] }, "met"],
  ["another path", found(), { ignored_paths: ["opt/*", "app/.en"] }, "not_met"],
  ["a removed file", found({ removedIn }), {}, "not_met"],
  ["a removed file that does not count", found({ removedIn }), { include_removed: false }, "met"],
  [
    "in the environment, whatever paths are ignored",
    found({ place: { kind: "environment", name: "T" } }),
    { ignored_paths: ["*"] },
    "not_met",
  ],
  [
    "not everything searched",
    { findings: [], notListed: 0, notSearched: ["big.bin: too large"] },
    {},
    "no_data",
  ],
  [
    "not everything searched, and one found",
    { ...found(), notSearched: ["big.bin: too large"] },
    {},
    "not_met",
  ],
  ["not everything listed", { findings: [], notListed: 3, notSearched: [] }, {}, "no_data"],
];
for (const [name, result, config, status] of rows) {
  test(`secrets: ${name}`, () => assert.equal(run(secrets, { secrets: result }, config).status, status));
}

test("secrets: a deviation names place, layer and what to do, and never the value", () => {
  const outcome = run(secrets, { secrets: found() });
  assert.equal(words(outcome), "GitHub personal access token in app/.env:3");
  assert.ok(outcome.status === "not_met");
  assert.equal(outcome.deviations[0]?.layer, "sha256:layer");
  assert.match(outcome.deviations[0].remediation ?? "", /Revoke/);
  assert.ok(!JSON.stringify(outcome).includes("ghp_"));
});

test("secrets: without a search only a signed report about this image counts", () => {
  const none = { secrets: null, missing: { secrets: "not searched" } };
  const status = (...attestations: Parameters<typeof attested>[]) =>
    run(secrets, { ...none, attestations: attestations.map((one) => attested(...one)) }).status;
  assert.equal(words(run(secrets, none)), "not searched");
  assert.equal(status([SECRETS_REPORT, []]), "met");
  assert.equal(status([SECRETS_REPORT, [{}]]), "not_met");
  assert.equal(status([SECRETS_REPORT, [], { trust: "unsigned" }]), "no_data");
  assert.equal(status([SECRETS_REPORT, [], { subjectDigests: ["sha256:other"] }]), "no_data");
  assert.equal(status([SECRETS_REPORT, { findings: [] }]), "no_data");
});
