import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findPredicateKind,
  isPredicateType,
  madeTypeOf,
  predicateTypeOf,
  wantedTypeOf,
} from "./predicate-types.ts";

/** Attestations of Docker Hardened Images, with the types that they carry. */
const catalogue: readonly (readonly [word: string, type: string])[] = [
  ["cyclonedx", "https://cyclonedx.org/bom/v1.5"],
  ["cyclonedx", "https://cyclonedx.org/bom/v1.6"],
  ["spdx", "https://spdx.dev/Document"],
  ["scout-sbom", "https://scout.docker.com/sbom/v0.1"],
  ["vulnerabilities", "https://in-toto.io/attestation/vulns/v0.1"],
  ["scout-vulnerabilities", "https://scout.docker.com/vulnerabilities/v0.1"],
  ["vex", "https://openvex.dev/ns/v0.2.0"],
  ["scout-health", "https://scout.docker.com/health/v0.1"],
  ["scout-provenance", "https://scout.docker.com/provenance/v0.1"],
  ["provenance", "https://slsa.dev/provenance/v0.2"],
  ["provenance-v1", "https://slsa.dev/provenance/v1"],
  ["vsa", "https://slsa.dev/verification_summary/v1"],
  ["secrets", "https://scout.docker.com/secrets/v0.1"],
  ["virus", "https://scout.docker.com/virus/v0.1"],
  ["tests", "https://scout.docker.com/tests/v0.1"],
  ["stig", "https://docker.com/dhi/stig/v0.1"],
  ["fips", "https://docker.com/dhi/fips/v0.1"],
];

test("every predicate type of the catalogue has a word, and the word its URI", () => {
  for (const [word, type] of catalogue) {
    const kind = findPredicateKind(type);
    assert.equal(kind?.id, word, type);
    assert.notEqual(kind.title, "");
    assert.ok(type.startsWith(predicateTypeOf(word)), word);
  }
  assert.equal(findPredicateKind("https://scout.docker.com/virus/v0.10"), null);
  assert.equal(predicateTypeOf("https://example.com/own/v1"), "https://example.com/own/v1");
});

for (const [word, types] of [
  ["provenance", ["https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"]],
  [
    "vulnerabilities",
    ["https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2"],
  ],
] as const) {
  test(`who looks for ${word} means it in any version`, () => {
    assert.ok(types.every((type) => isPredicateType(type, wantedTypeOf(word))));
    assert.equal(isPredicateType("https://slsa.dev/verification_summary/v1", wantedTypeOf(word)), false);
  });
}

test("a word of one version is of that version", () => {
  assert.equal(isPredicateType("https://slsa.dev/provenance/v1", wantedTypeOf("slsaprovenance")), false);
  assert.equal(wantedTypeOf("toString"), "toString");
});

test("a misspelt word does not become the type of a statement", () => {
  assert.equal(madeTypeOf("vex", {}), "https://openvex.dev/ns");
  assert.equal(madeTypeOf("urn:example:own", []), "urn:example:own");
  for (const word of ["sdpx", "", "https:", "a b:c"])
    assert.throws(() => madeTypeOf(word, {}), { code: "USAGE" }, word);
});

test("provenance that is stated is of the version that it is written in", () => {
  assert.equal(madeTypeOf("provenance", { buildDefinition: {} }), "https://slsa.dev/provenance/v1");
  assert.equal(madeTypeOf("provenance", { buildType: "x" }), "https://slsa.dev/provenance/v0.2");
  assert.equal(madeTypeOf("slsaprovenance", { buildDefinition: {} }), "https://slsa.dev/provenance/v0.2");
});

// What cosign 2.6 and 3.1 take for --type, and what they store.
for (const [word, type] of [
  ["slsaprovenance", "https://slsa.dev/provenance/v0.2"],
  ["slsaprovenance02", "https://slsa.dev/provenance/v0.2"],
  ["slsaprovenance1", "https://slsa.dev/provenance/v1"],
  ["link", "https://in-toto.io/Link/v1"],
  ["spdx", "https://spdx.dev/Document"],
  ["spdxjson", "https://spdx.dev/Document"],
  ["cyclonedx", "https://cyclonedx.org/bom"],
  ["vuln", "https://cosign.sigstore.dev/attestation/vuln/v1"],
  ["openvex", "https://openvex.dev/ns"],
  ["custom", "https://cosign.sigstore.dev/attestation/v1"],
] as const) {
  test(`cosign's word ${word} is ${type}`, () => assert.equal(predicateTypeOf(word), type));
}
