import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageFacts } from "../../domain/policy.ts";
import { baseWith } from "../fixtures/facts.ts";
import { attested, run, words } from "../fixtures/run.ts";
import { hardenedBase, VERIFICATION_SUMMARY } from "./index.ts";

const summary = {
  verifier: { id: "https://docker.com/dhi" },
  verificationResult: "PASSED",
  verifiedLevels: ["SLSA_BUILD_LEVEL_3"],
};
const own = (predicate: object, changes = {}) =>
  attested(VERIFICATION_SUMMARY, { ...summary, ...predicate }, changes);
const ofBase = (predicate: object = {}, changes = {}) =>
  own(predicate, { subjectDigests: ["sha256:one"], ...changes });

type Row = [name: string, facts: Partial<ImageFacts>, config: object, status: string];
const rows: Row[] = [
  ["the image", { attestations: [own({})] }, {}, "met"],
  ["the base image", { baseAttestations: [ofBase()] }, {}, "met"],
  ["neither", {}, {}, "not_met"],
  ["not signed", { attestations: [own({}, { trust: "unsigned" })] }, {}, "not_met"],
  ["about another image", { attestations: [own({}, { subjectDigests: ["sha256:other"] })] }, {}, "not_met"],
  ["about another base", { baseAttestations: [own({})] }, {}, "not_met"],
  ["failed", { attestations: [own({ verificationResult: "FAILED" })] }, {}, "not_met"],
  ["no result", { attestations: [own({ verificationResult: undefined })] }, {}, "not_met"],
  ["a verifier that is listed", { attestations: [own({})] }, { verifiers: ["https://docker.com/*"] }, "met"],
  [
    "a verifier that is not",
    { attestations: [own({})] },
    { verifiers: ["https://example.com/*"] },
    "not_met",
  ],
  ["a level", { attestations: [own({})] }, { levels: ["SLSA_BUILD_LEVEL_3"] }, "met"],
  ["a level that it lacks", { attestations: [own({})] }, { levels: ["FIPS"] }, "not_met"],
  ["the base is not enough", { baseAttestations: [ofBase()] }, { accept_base: false }, "not_met"],
  [
    "a base that is only claimed",
    { baseImage: baseWith({ evidence: "claimed", claimedBy: "label" }), baseAttestations: [ofBase()] },
    {},
    "no_data",
  ],
  [
    "no base is known",
    { baseImage: null, baseAttestations: null, missing: { baseImage: "unknown" } },
    {},
    "no_data",
  ],
  [
    "the base's attestations could not be had",
    { baseAttestations: null, missing: { baseAttestations: "offline" } },
    {},
    "no_data",
  ],
  ["from scratch", { baseImage: baseWith({ scratch: true }) }, {}, "not_met"],
];
for (const [name, facts, config, status] of rows) {
  test(`hardened-base: ${name}`, () => assert.equal(run(hardenedBase, facts, config).status, status));
}

test("hardened-base: tells by whom it was verified", () => {
  assert.equal(
    words(run(hardenedBase, { baseAttestations: [ofBase()] })),
    "the base image docker.io/library/debian: verified by https://docker.com/dhi",
  );
});
