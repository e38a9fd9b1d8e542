import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingFacts, ImageFacts } from "../../domain/policy.ts";
import { factsWith, findingWith } from "../fixtures/facts.ts";
import { highProfile } from "./index.ts";

const kev = { kev: { dateAdded: "2024-04-01", ransomware: false }, epss: null };
const listed = { cves: ["cve-2024-29041"] };
const noKev = { hasKev: false, missing: { kev: "no KEV feed" } };

type Row = [
  name: string,
  finding: Partial<FindingFacts> | null,
  config: object,
  facts: Partial<ImageFacts>,
  status: string,
];

const rows: Row[] = [
  ["nothing found", null, listed, {}, "met"],
  ["listed, by id in any case", {}, listed, {}, "not_met"],
  ["listed, by alias", {}, { cves: ["GHSA-RV95-896H-C2VC"] }, {}, "not_met"],
  ["in KEV", { context: kev }, {}, {}, "not_met"],
  [
    "in KEV, which is not asked for",
    { context: kev },
    { cves: ["CVE-1"], include_cisa_kev: false },
    {},
    "met",
  ],
  ["ignored beats the list", {}, { ...listed, ignored_cves: ["CVE-2024-29041"] }, {}, "met"],
  ["ignored beats KEV", { context: kev }, { ignored_cves: ["CVE-2024-29041"] }, {}, "met"],
  ["ignored by alias beats KEV", { context: kev }, { ignored_cves: ["ghsa-rv95-896h-c2vc"] }, {}, "met"],
  ["another vulnerability", {}, { cves: ["CVE-2014-0160"] }, {}, "met"],
  ["without a fix it still violates", { fixedVersion: null, severity: "low" }, listed, {}, "not_met"],
  ["suppressed", { status: "not_affected", suppressed: true }, listed, {}, "met"],
  ["under investigation counts", { status: "under_investigation" }, listed, {}, "not_met"],
  ["undetermined gives no answer", { status: "undetermined" }, listed, {}, "no_data"],
  [
    "undetermined but ignored",
    { status: "undetermined" },
    { ...listed, ignored_cves: ["CVE-2024-29041"] },
    {},
    "met",
  ],
  ["no KEV catalogue", null, listed, noKev, "no_data"],
  ["no KEV catalogue, but a listed one is found", {}, listed, noKev, "not_met"],
  ["no KEV catalogue and none asked for", null, { ...listed, include_cisa_kev: false }, noKev, "met"],
];

for (const [name, finding, config, facts, status] of rows) {
  test(`high-profile: ${name}`, () => {
    const findings = finding === null ? [] : [findingWith(finding)];
    const options = highProfile.options.parse(config);
    assert.equal(highProfile.evaluate(factsWith({ ...facts, findings }), options, () => {}).status, status);
  });
}

test("high-profile: the reason for missing KEV is the one the facts give", () => {
  const outcome = highProfile.evaluate(factsWith(noKev), highProfile.options.parse(listed), () => {});
  assert.deepEqual(outcome, { status: "no_data", reason: "no KEV feed" });
});

test("high-profile: a policy that could never violate is refused", () => {
  assert.equal(highProfile.options.safeParse({ cves: [], include_cisa_kev: false }).success, false);
});
