import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../domain/image.ts";
import { attestedSboms, addStages, onlyStages } from "./attested.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

function spdx(name: string, ...packages: readonly string[]): unknown {
  return {
    spdxVersion: "SPDX-2.3",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    packages: packages.map((pkg, at) => ({
      SPDXID: `SPDXRef-${at}`,
      name: pkg,
      externalRefs: [{ referenceType: "purl", referenceLocator: `pkg:npm/${pkg}@1` }],
    })),
  };
}

function statement(predicate: unknown, more: Partial<Attestation> = {}): Attestation {
  return {
    predicateType: "https://spdx.dev/Document",
    predicate,
    subjectDigests: [DIGEST],
    storage: "in-index",
    trust: "unsigned",
    ...more,
  };
}

const read = (...attestations: readonly Attestation[]): ReturnType<typeof attestedSboms> =>
  attestedSboms({ attestations, digest: DIGEST });
const names = (sbom: { packages: readonly { name: string }[] } | null): string[] =>
  (sbom?.packages ?? []).map(({ name }) => name);

const nameRows: readonly (readonly [documentName: string, stage: string | null])[] = [
  ["sbom", null],
  ["sbom-build", "build"],
  ["sbom-context", "context"],
  ["sbom-stage-0", "stage-0"],
  ["/run/src/core", null],
  ["/run/src/core/sbom", null],
  ["/run/src/extras/sbom-build", "build"],
  ["docker.io/team/sbom-tool", null],
  ["app", null],
  ["sbom-", null],
];

for (const [documentName, stage] of nameRows) {
  test(`a document named ${documentName} is about ${stage ?? "the image"}`, () => {
    const { image, stages } = read(statement(spdx(documentName, "a")));
    assert.deepEqual(
      stages.map(({ name }) => name),
      stage === null ? [] : [stage],
    );
    assert.equal(image === null, stage !== null);
  });
}

test("only BuildKit's own statements name stages: an image may be called sbom-tool", () => {
  const { image, stages } = read(statement(spdx("sbom-tool", "a"), { storage: "referrer" }));
  assert.deepEqual([names(image), stages], [["a"], []]);
});

test("a verified statement is believed before an unsigned one, and its trust is told", () => {
  const { image } = read(
    statement(spdx("sbom", "unsigned")),
    statement(spdx("app", "signed"), { trust: "verified", storage: "referrer" }),
  );
  assert.deepEqual(names(image), ["signed"]);
  assert.deepEqual(image?.origin, {
    kind: "attestation",
    format: "spdx",
    predicateType: "https://spdx.dev/Document",
    trust: "verified",
  });
});

test("a statement of cosign with the document below Data, and one of CycloneDX", () => {
  assert.deepEqual(names(read(statement({ Data: spdx("app", "a") })).image), ["a"]);
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { component: { type: "container", name: "sbom-build" } },
    components: [{ type: "library", name: "b", purl: "pkg:npm/b@1" }],
  };
  const { stages } = read(statement(bom, { predicateType: "https://cyclonedx.org/bom/v1.6" }));
  assert.deepEqual([stages[0]?.name, names(stages[0]?.sbom ?? null)], ["build", ["b"]]);
});

const brokenRows: readonly (readonly [name: string, attestation: Attestation])[] = [
  ["about another image", statement(spdx("sbom", "a"), { subjectDigests: [`sha256:${"b".repeat(64)}`] })],
  ["about nothing", statement(spdx("sbom", "a"), { subjectDigests: [] })],
  ["that holds no document", statement(null)],
  ["of another format than its type", statement({ hello: 1 })],
  ["with packages that are no list", statement({ spdxVersion: "SPDX-2.3", packages: {} })],
];

for (const [name, attestation] of brokenRows) {
  test(`a statement ${name} is a problem, and no inventory`, () => {
    const { image, stages, problems } = read(attestation);
    assert.deepEqual([image, stages], [null, []]);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["ATTESTATION_INVALID"],
    );
  });
}

test("statements about other things are passed over, and without attestations there is nothing", () => {
  const nothing = { image: null, stages: [], problems: [] };
  assert.deepEqual(read(statement({}, { predicateType: "https://slsa.dev/provenance/v1" })), nothing);
  assert.deepEqual(attestedSboms({ attestations: null, digest: DIGEST }), nothing);
});

test("packages of stages carry the stage's name, and what a stage lacks the inventory lacks", () => {
  const { image, stages } = read(
    statement(spdx("sbom", "b")),
    statement(spdx("sbom-two", "c")),
    statement(spdx("sbom-one", "a", "b")),
    statement(spdx("sbom-cut")),
  );
  assert.ok(image !== null);
  const all = addStages(image, stages);
  assert.deepEqual(
    all.packages.map(({ name, stage }) => [name, stage]),
    [
      ["a", "one"],
      ["b", undefined],
      ["b", "one"],
      ["c", "two"],
    ],
  );
  assert.deepEqual(
    all.stages?.map(({ name }) => name),
    ["cut", "one", "two"],
  );
  assert.equal(all.completeness, "incomplete");
  assert.match(all.problems[0]?.message ?? "", /^stage cut: /);
  const whole = stages.filter(({ name }) => name === "one");
  assert.equal(addStages(image, whole).completeness, "complete");
  assert.deepEqual(
    onlyStages(image, whole).packages.map(({ name, stage }) => [name, stage]),
    [
      ["a", "one"],
      ["b", "one"],
    ],
  );
});
