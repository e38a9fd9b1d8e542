import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../../domain/image.ts";
import { factsWith, imageDigest } from "../fixtures/facts.ts";
import { supplyChainAttestations } from "./index.ts";

const METADATA = "https://mobyproject.org/buildkit@v1#metadata";
const steps = { llbDefinition: [{ id: "step0" }] };
const source = { infos: [{ filename: "Dockerfile" }], locations: {} };

// What BuildKit writes: the parts that tell the modes apart, with the fields that both modes share around them.
const shared02 = {
  buildType: "https://mobyproject.org/buildkit@v1",
  invocation: {
    parameters: { frontend: "dockerfile.v0", args: { target: "x" }, locals: [{ name: "context" }] },
  },
};
const max02 = { ...shared02, buildConfig: steps, metadata: { [METADATA]: { source, layers: {} } } };
const min02 = {
  ...shared02,
  metadata: { [METADATA]: { vcs: { revision: "1" } }, completeness: { parameters: true } },
};
const shared1 = { externalParameters: { configSource: { path: "Dockerfile" }, request: { args: {} } } };
const max1 = { buildDefinition: { ...shared1, internalParameters: { buildConfig: steps } } };
const max1map = { buildDefinition: shared1, runDetails: { metadata: { buildkit_metadata: { source } } } };
const max1early = { buildDefinition: { externalParameters: { buildConfig: steps } } };
const max1earlyMap = { runDetails: { metadata: { [METADATA]: { source } } } };
const min1 = {
  buildDefinition: { ...shared1, resolvedDependencies: [{ uri: "pkg:docker/alpine@3" }] },
  runDetails: { metadata: { buildkit_metadata: { vcs: {} }, buildkit_completeness: { request: false } } },
};
const otherBuilder = {
  buildDefinition: {
    buildType: "https://actions.github.io/buildtypes/workflow/v1",
    externalParameters: { workflow: {} },
  },
};

const spdx = attestation("https://spdx.dev/Document", {});
const v02 = attestation("https://slsa.dev/provenance/v0.2", max02);

const rows: [name: string, attestations: Attestation[], misses: string[]][] = [
  ["none at all", [], ["provenance missing", "SBOM missing"]],
  ["SPDX and v0.2 in max mode", [spdx, v02], []],
  ["SPDX with a version", [attestation("https://spdx.dev/Document/v2.3", {}), v02], []],
  ["CycloneDX", [attestation("https://cyclonedx.org/bom", {}), v02], []],
  ["CycloneDX with a version", [attestation("https://cyclonedx.org/bom/v1.6", {}), v02], []],
  ["a look-alike is no SBOM", [attestation("https://spdx.dev/DocumentX", {}), v02], ["SBOM missing"]],
  ["only an SBOM", [spdx], ["provenance missing"]],
  ["only provenance", [v02], ["SBOM missing"]],
  [
    "v0.2 in min mode",
    [spdx, attestation("https://slsa.dev/provenance/v0.2", min02)],
    ["provenance min mode"],
  ],
  ["v1 in max mode", [spdx, attestation("https://slsa.dev/provenance/v1", max1)], []],
  ["v1 in max mode, told by the map", [spdx, attestation("https://slsa.dev/provenance/v1", max1map)], []],
  ["early v1 in max mode", [spdx, attestation("https://slsa.dev/provenance/v1", max1early)], []],
  ["early v1, told by the map", [spdx, attestation("https://slsa.dev/provenance/v1", max1earlyMap)], []],
  ["v1 in min mode", [spdx, attestation("https://slsa.dev/provenance/v1", min1)], ["provenance min mode"]],
  [
    "another builder",
    [spdx, attestation("https://slsa.dev/provenance/v1", otherBuilder)],
    ["provenance min mode"],
  ],
  ["min and max", [spdx, attestation("https://slsa.dev/provenance/v1", min1), v02], []],
  [
    "provenance v0.1 is too old",
    [spdx, attestation("https://slsa.dev/provenance/v0.1", max02)],
    ["provenance missing"],
  ],
  [
    "empty steps are no max mode",
    [spdx, attestation("https://slsa.dev/provenance/v0.2", { buildConfig: { llbDefinition: [] } })],
    ["provenance min mode"],
  ],
  [
    "a predicate of a wrong shape",
    [spdx, attestation("https://slsa.dev/provenance/v0.2", [1])],
    ["provenance min mode"],
  ],
  [
    "a predicate that is null",
    [spdx, attestation("https://slsa.dev/provenance/v0.2", null)],
    ["provenance min mode"],
  ],
  [
    "an SBOM of another image",
    [attestation("https://spdx.dev/Document", {}, ["sha256:b"]), v02],
    ["SBOM other subject"],
  ],
  [
    "provenance without subject",
    [spdx, attestation("https://slsa.dev/provenance/v0.2", max02, [])],
    ["provenance other subject"],
  ],
  ["one of two subjects", [attestation("https://spdx.dev/Document", {}, ["sha256:b", imageDigest]), v02], []],
  [
    "min mode about this image, max mode about another",
    [
      spdx,
      attestation("https://slsa.dev/provenance/v1", min1),
      attestation("https://slsa.dev/provenance/v0.2", max02, []),
    ],
    ["provenance min mode"],
  ],
];

for (const [name, attestations, misses] of rows) {
  test(`supply chain attestations: ${name}`, () => {
    const options = supplyChainAttestations.options.parse({});
    const outcome = supplyChainAttestations.evaluate(factsWith({ attestations }), options, () => {});
    const deviations = outcome.status === "not_met" ? outcome.deviations : [];
    assert.equal(outcome.status, misses.length === 0 ? "met" : "not_met");
    assert.deepEqual(
      deviations.map(({ columns }) => `${columns["Attestation"]} ${columns["State"]}`).toSorted(),
      misses.toSorted(),
    );
  });
}

test("supply chain attestations: each miss says which build flag to add", () => {
  const outcome = supplyChainAttestations.evaluate(
    factsWith(),
    supplyChainAttestations.options.parse({}),
    () => {},
  );
  const texts =
    outcome.status === "not_met" ? outcome.deviations.map(({ remediation }) => remediation ?? "") : [];
  assert.equal(texts.filter((text) => text.endsWith("--attest type=sbom")).length, 1);
  assert.equal(texts.filter((text) => text.endsWith("--attest type=provenance,mode=max")).length, 1);
});

test("supply chain attestations: a met result says that nothing is signed", () => {
  const facts = factsWith({ attestations: [spdx, v02] });
  const outcome = supplyChainAttestations.evaluate(
    facts,
    supplyChainAttestations.options.parse({}),
    () => {},
  );
  assert.ok(outcome.status === "met" && outcome.note === "the attestations are not signed");
});

test("supply chain attestations: without a digest to compare with there is no answer", () => {
  const facts = factsWith({ attestations: [spdx, v02], imageDigest: null });
  assert.equal(
    supplyChainAttestations.evaluate(facts, supplyChainAttestations.options.parse({}), () => {}).status,
    "no_data",
  );
});

test("supply chain attestations: types of one kind are alternatives, others are required each", () => {
  const scan = "https://in-toto.io/attestation/vulns/v0.1";
  const only = (types: string[], attestations: Attestation[]) =>
    supplyChainAttestations.evaluate(
      factsWith({ attestations }),
      supplyChainAttestations.options.parse({ required_attestations: types }),
      () => {},
    ).status;
  assert.equal(only(["https://spdx.dev/Document"], [spdx]), "met");
  assert.equal(only(["https://cyclonedx.org/bom"], [spdx]), "not_met");
  assert.equal(only([scan], [spdx]), "not_met");
  assert.equal(only(["https://spdx.dev/Document", scan], [spdx, attestation(scan, {})]), "met");
});

function attestation(predicateType: string, predicate: unknown, subjectDigests = [imageDigest]): Attestation {
  return { predicateType, predicate, subjectDigests, storage: "in-index", trust: "unsigned" };
}

test("supply chain: a signature is asked for only where the policy says so, and then of each", () => {
  const signer = { kind: "key", name: "ci.pub", issuer: null, keyId: "SHA256:x" } as const;
  const sign = (one: Attestation): Attestation => ({ ...one, trust: "verified", signers: [signer] });
  const judge = (attestations: Attestation[], config: object) =>
    supplyChainAttestations.evaluate(
      factsWith({ attestations }),
      supplyChainAttestations.options.parse(config),
      () => {},
    );
  const note = judge([sign(spdx), sign(v02)], {});
  assert.equal(note.status === "met" && note.note, "signed by ci.pub (SHA256:x)");
  assert.equal(judge([sign(spdx), sign(v02)], { require_signed: true }).status, "met");
  assert.equal(judge([sign(spdx), v02], {}).status, "met");
  const one = judge([sign(spdx), v02], { require_signed: true });
  assert.deepEqual(one.status === "not_met" && one.deviations.map(({ columns }) => columns["State"]), [
    "unsigned",
  ]);
});
