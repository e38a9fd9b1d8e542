/** Whose statements come down to a child: of proven bases, for packages that nothing has touched since. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleImage, sampleSbom } from "../../test/golden/sample-analysis.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { KnownBase } from "../domain/ports.ts";
import { findingWith, packageWith, statementWith } from "../vex/fixtures/findings.ts";
import type { BaseEvidence } from "./base-image.ts";
import { reassess, type ReassessInput } from "./reassess.ts";
import { vexBases } from "./vex-bases.ts";

const digest = `sha256:${"c".repeat(64)}`;
const base: KnownBase = { name: "ghcr.io/org/base", tag: "1", digest, layerCount: 1 };
const layer = (index: number, text = "RUN make"): ResolvedImage["layers"][number] => ({
  index,
  diffId: `sha256:${String(index).repeat(64)}`,
  digest: null,
  mediaType: "application/vnd.oci.image.layer.v1.tar",
  sizeBytes: 1,
  command: null,
  source: { file: "Dockerfile", firstLine: 1, lastLine: 1, text },
});
const image: ResolvedImage = {
  ...sampleImage,
  attestations: [],
  layers: [layer(0, "FROM ghcr.io/org/base:1"), layer(1), layer(2)],
};
const asked: BaseEvidence = {
  contentProved: true,
  findBaseByLayers: () => Promise.resolve(base),
  acceptsUnsignedProvenance: false,
};
const packageAt = (...layers: readonly (number | null)[]) =>
  packageWith({
    evidence: layers.map((layerIndex) => ({ path: "var/lib/dpkg/status", layer: null, layerIndex })),
  });

test("vex bases: what came with the base and lies in its layers alone", async () => {
  const [found] = await vexBases(image, asked);
  assert.equal(found?.name, "ghcr.io/org/base:1");
  assert.deepEqual(found.image.digests, [digest]);
  const removedIn = { layer: "sha256:x", layerIndex: 2 };
  assert.deepEqual(
    [
      packageAt(0),
      packageAt(0, 0),
      packageAt(1),
      packageAt(0, 2),
      packageAt(null),
      packageAt(),
      { ...packageAt(0), removedIn },
    ].map((pkg) => found.holds(pkg)),
    [true, true, false, false, false, false, false],
  );
});

const withoutBase: [name: string, evidence: Partial<BaseEvidence>][] = [
  ["nobody can be asked", { findBaseByLayers: null }],
  ["the layers were not compared", { contentProved: false }],
  [
    "nobody tells how many layers it has",
    { findBaseByLayers: () => Promise.resolve({ name: base.name, tag: null, digest }) },
  ],
];

for (const [name, changes] of withoutBase) {
  test(`vex bases: none where ${name}`, async () => {
    assert.deepEqual(await vexBases(image, { ...asked, ...changes }), []);
  });
}

test("vex bases: what a label claims is none; provenance that counts names its layers", async () => {
  const labels = { "org.opencontainers.image.base.name": "ghcr.io/org/base:1" };
  const claimed = { ...image, config: { ...image.config, labels } };
  const alone = { ...asked, findBaseByLayers: null };
  assert.deepEqual(await vexBases(claimed, alone), []);
  const provenance = {
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        resolvedDependencies: [
          { uri: "pkg:docker/ghcr.io/org/base@1", digest: { sha256: digest.slice("sha256:".length) } },
        ],
      },
    },
    subjectDigests: [image.digest ?? ""],
    storage: "in-index" as const,
    trust: "verified" as const,
  };
  const [found] = await vexBases({ ...image, attestations: [provenance] }, alone);
  assert.deepEqual([found?.name, found?.holds(packageAt(0))], ["ghcr.io/org/base:1", true]);
  assert.equal(found?.holds(packageAt(1)), false);
});

test("reassess: a statement about the base takes a finding of the child out of sight, and withdraws with the layer", async () => {
  let questions = 0;
  const products = [{ ids: [`pkg:oci/base@${digest}`], subcomponents: ["pkg:deb/debian/openssl"] }];
  const statusOf = async (layerIndex: number): Promise<string | undefined> => {
    const input: ReassessInput = {
      image,
      sbom: sampleSbom,
      openProblems: [],
      findings: [findingWith({ package: packageAt(layerIndex) })],
      database: null,
      findContexts: null,
      statements: [statementWith({ products })],
      trustsAuthor: null,
      exceptions: [],
      policies: null,
      debugPolicies: false,
      resolveTag: null,
      now: new Date("2026-11-21T12:00:00Z"),
      ...asked,
      findBaseByLayers: () => {
        questions++;
        return Promise.resolve(base);
      },
    };
    return (await reassess(input)).findings?.[0]?.status;
  };
  assert.equal(await statusOf(0), "not_affected");
  assert.equal(await statusOf(2), "affected");
  assert.equal(questions, 2, "the base is asked for once an image");
});

const attested = {
  predicateType: "https://openvex.dev/ns/v0.2.0",
  predicate: {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex/1",
    author: "Base Team",
    timestamp: "2026-01-01T00:00:00Z",
    version: 1,
    statements: [
      {
        vulnerability: { name: "CVE-2026-1" },
        products: [
          {
            "@id": `pkg:oci/base@sha256:${"d".repeat(64)}`,
            subcomponents: [{ "@id": "pkg:deb/debian/openssl" }],
          },
        ],
        status: "not_affected",
        justification: "component_not_present",
      },
    ],
  },
  // The attested manifest and the index that names it: the base is known by either.
  subjectDigests: [`sha256:${"d".repeat(64)}`, digest],
  storage: "referrer" as const,
  trust: "verified" as const,
};

const answers: [
  name: string,
  answer: Awaited<ReturnType<NonNullable<ReassessInput["findBaseAttestations"]>>>,
  status: string,
  codes: string[],
][] = [
  ["a statement", { value: [attested] }, "not_affected", []],
  ["none", { value: [] }, "affected", []],
  [
    "one that nobody signed",
    { value: [{ ...attested, trust: "unsigned" }] },
    "affected",
    ["VEX_NOT_APPLIED"],
  ],
  ["no answer", { reason: "nobody is there" }, "affected", ["ATTESTATIONS_UNAVAILABLE"]],
  [
    "one about another image",
    { value: [{ ...attested, subjectDigests: [`sha256:${"e".repeat(64)}`] }] },
    "affected",
    [],
  ],
];

for (const [name, answer, status, codes] of answers) {
  test(`reassess: what is attested for the base: ${name}`, async () => {
    const { findings, problems } = await reassess({
      image,
      sbom: sampleSbom,
      openProblems: [],
      findings: [findingWith({ package: packageAt(0) }), findingWith({ package: packageAt(2) })],
      database: null,
      findContexts: null,
      statements: [],
      trustsAuthor: null,
      exceptions: [],
      policies: null,
      debugPolicies: false,
      resolveTag: null,
      now: new Date("2026-11-21T12:00:00Z"),
      tierMin: "approved",
      findBaseAttestations: () => Promise.resolve(answer),
      ...asked,
    });
    assert.deepEqual([findings?.[0]?.status, findings?.[1]?.status], [status, "affected"]);
    assert.equal(findings?.[0]?.inheritedFrom, status === "affected" ? undefined : "ghcr.io/org/base:1");
    assert.deepEqual(
      problems.map(({ code }) => code),
      codes,
    );
  });
}
