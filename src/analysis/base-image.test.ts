/** Which evidence for a base image counts, and in what order. Long, because both tables share the builders of provenance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chainIds } from "../domain/chain-id.ts";
import type { Attestation, BaseImage, ImageConfig, Layer } from "../domain/image.ts";
import type { BaseByLayers } from "../domain/ports.ts";
import { findBaseImage, type BaseEvidence, type BaseImageAnswer } from "./base-image.ts";

const image = `sha256:${"1".repeat(64)}`;
const one = `sha256:${"a".repeat(64)}`;
const two = `sha256:${"b".repeat(64)}`;

/** `uri digest` of each material. */
type Material = readonly [uri: string, digest: string];

const alpine: Material = ["pkg:docker/alpine@3.22?platform=linux%2Famd64", one];
const golang: Material = ["pkg:docker/golang@1.25?platform=linux%2Famd64", two];
const frontend: Material = ["pkg:docker/docker/dockerfile@1", two];
const alpineByDigest: Material = [`pkg:docker/alpine?digest=${one}&platform=linux%2Famd64`, one];

interface ProvenanceInput {
  readonly materials: readonly Material[];
  readonly dockerfile?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly subject?: string;
}

function v1({ materials, dockerfile, args = {}, subject = image }: ProvenanceInput): Attestation {
  const source = dockerfile === undefined ? {} : sourceOf(dockerfile);
  return {
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: { externalParameters: { request: { args } }, resolvedDependencies: listOf(materials) },
      runDetails: { metadata: { buildkit_metadata: { source } } },
    },
    subjectDigests: [subject],
    storage: "in-index",
    trust: "unsigned",
  };
}

function v02({ materials, dockerfile, args = {}, subject = image }: ProvenanceInput): Attestation {
  const source = dockerfile === undefined ? {} : sourceOf(dockerfile);
  return {
    predicateType: "https://slsa.dev/provenance/v0.2",
    predicate: {
      invocation: { parameters: { args } },
      materials: listOf(materials),
      metadata: { "https://mobyproject.org/buildkit@v1#metadata": { source } },
    },
    subjectDigests: [subject],
    storage: "referrer",
    trust: "unsigned",
  };
}

function listOf(materials: readonly Material[]): object[] {
  return materials.map(([uri, digest]) => ({ uri, digest: { sha256: digest.slice("sha256:".length) } }));
}

function sourceOf(dockerfile: string): object {
  return { infos: [{ filename: "Dockerfile", data: Buffer.from(dockerfile).toString("base64") }] };
}

type Input = Partial<BaseEvidence> & {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly diffIds?: readonly string[];
  readonly digest?: string | null;
};

function ask(attestations: readonly Attestation[] | null, input: Input = {}): Promise<BaseImageAnswer> {
  const { annotations = {}, labels = {}, diffIds = [], digest = image, ...evidence } = input;
  const asked = {
    attestations,
    digest,
    annotations,
    config: { labels, history: [] } as unknown as ImageConfig,
    layers: diffIds.map((diffId) => ({ diffId }) as Layer),
  };
  return findBaseImage(asked, {
    contentProved: true,
    findBaseByLayers: null,
    acceptsUnsignedProvenance: true,
    ...evidence,
  });
}

/** `docker.io/library/alpine:3.22 a provenance`, `scratch provenance`, or `unknown`. */
async function describe(attestations: readonly Attestation[] | null, input: Input = {}): Promise<string> {
  const answer = await ask(attestations, input);
  if (answer.kind === "scratch") return `scratch ${answer.evidence}`;
  return answer.kind === "unknown" ? "unknown" : nameOf(answer.base);
}

function nameOf({ name, tag, digest, evidence, claimedBy }: BaseImage): string {
  const by = claimedBy === null ? evidence : `${evidence} by ${claimedBy}`;
  return `${name}:${tag ?? "-"} ${digest?.slice("sha256:".length, "sha256:".length + 1) ?? "-"} ${by}`;
}

const rows: readonly (ProvenanceInput & { readonly name: string; readonly expected: string })[] = [
  { name: "one image", materials: [alpine], expected: "docker.io/library/alpine:3.22 a provenance" },
  {
    name: "the frontend is no base",
    materials: [frontend, alpine],
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  { name: "several images and no Dockerfile", materials: [alpine, golang], expected: "unknown" },
  { name: "no image", materials: [], expected: "unknown" },
  {
    name: "several images, and the Dockerfile",
    materials: [golang, alpine],
    dockerfile: "FROM golang:1.25 AS build\nFROM alpine:3.22\nCOPY --from=build /x /x",
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  {
    name: "a build argument chooses",
    materials: [golang, alpine],
    dockerfile: "ARG BASE=golang:1.25\nFROM ${BASE}",
    args: { "build-arg:BASE": "alpine:3.22" },
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  {
    name: "a target chooses",
    materials: [golang, alpine],
    dockerfile: "FROM alpine:3.22 AS run\nFROM golang:1.25 AS test",
    args: { target: "run" },
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  {
    name: "scratch",
    materials: [golang],
    dockerfile: "FROM golang:1.25 AS b\nFROM scratch",
    expected: "scratch provenance",
  },
  {
    name: "the builder is no substitute for a base that is not listed",
    materials: [golang],
    dockerfile: "FROM golang:1.25 AS b\nFROM local-context",
    expected: "unknown",
  },
  {
    name: "a build context put another tag in the place of the written one",
    materials: [alpine],
    dockerfile: "FROM alpine:3.18",
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  {
    name: "by digest alone, without the Dockerfile",
    materials: [alpineByDigest],
    expected: "docker.io/library/alpine:- a provenance",
  },
  {
    name: "by digest alone",
    materials: [alpineByDigest, golang],
    dockerfile: `FROM golang:1.25 AS b\nFROM alpine@${one}`,
    expected: "docker.io/library/alpine:- a provenance",
  },
  {
    name: "by tag and digest",
    materials: [[`pkg:docker/alpine@3.22?digest=${one}`, one]],
    dockerfile: `FROM alpine:3.22@${one}`,
    expected: "docker.io/library/alpine:3.22 a provenance",
  },
  {
    name: "a digest that is not among the materials",
    materials: [[`pkg:docker/alpine@3.22?digest=${one}`, one]],
    dockerfile: `FROM alpine:3.22@${two}`,
    expected: "unknown",
  },
  {
    name: "a registry with a port, escaped or not",
    materials: [["pkg:docker/localhost%3A5000/team/base@1", one]],
    dockerfile: "FROM localhost:5000/team/base:1",
    expected: "localhost:5000/team/base:1 a provenance",
  },
  {
    name: "a registry with a port, not escaped",
    materials: [["pkg:docker/localhost:5000/team/base@1", one]],
    expected: "localhost:5000/team/base:1 a provenance",
  },
  { name: "about another image", materials: [alpine], subject: two, expected: "unknown" },
];

for (const { name, expected, ...input } of rows) {
  test(`base by provenance: ${name}`, async () => {
    assert.equal(await describe([v1(input)]), expected, "v1");
    assert.equal(await describe([v02(input)]), expected, "v0.2");
  });
}

const NAME = "org.opencontainers.image.base.name";
const DIGEST = "org.opencontainers.image.base.digest";

test("a claim stands behind provenance, and empty claims are none", async () => {
  const annotations = { [NAME]: "debian:13", [DIGEST]: two };
  const claimed = "docker.io/library/debian:13 b claimed by annotation";
  assert.equal(await describe([], { annotations }), claimed);
  assert.equal(
    await describe([v1({ materials: [alpine] })], { annotations }),
    "docker.io/library/alpine:3.22 a provenance",
  );
  assert.equal(await describe([v1({ materials: [alpine, golang] })], { annotations }), claimed);
  assert.equal(await describe(null, { annotations, labels: { [NAME]: "alpine:3" } }), claimed);
  assert.equal(await describe([], { labels: annotations }), "docker.io/library/debian:13 b claimed by label");
  assert.equal(await describe([], { annotations: { [NAME]: "", [DIGEST]: "" } }), "unknown");
  assert.equal(await describe([], { annotations: { [NAME]: "not a reference!" } }), "unknown");
});

/** Layers of a known base, and what is stacked on it. */
const [l1, l2, l3, l4] = ["1", "2", "3", "4"].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
  string,
];
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** Known images by their chain, as a store would look them up: the longest prefix wins, never the image itself. */
function knownImages(
  images: readonly { readonly name: string; readonly digest: string; readonly diffIds: readonly string[] }[],
): BaseByLayers {
  return (chain, asked) => {
    const found = chain
      .toReversed()
      .flatMap((id) =>
        images.filter(({ diffIds, digest }) => chainIds(diffIds).at(-1) === id && digest !== asked.digest),
      );
    const [best] = found;
    return Promise.resolve(best === undefined ? null : { name: best.name, tag: "1", digest: best.digest });
  };
}

const approved = { name: "localhost:5000/org/dhi-python", digest: digestOf("c"), diffIds: [l1, l2] };
const lower = { name: "docker.io/library/debian", digest: digestOf("d"), diffIds: [l1] };
const findBaseByLayers = knownImages([lower, approved]);
const byLayers = "localhost:5000/org/dhi-python:1 c layers";
const forged = { annotations: { [NAME]: `${approved.name}:1`, [DIGEST]: approved.digest } };
const forgedClaim = "localhost:5000/org/dhi-python:1 c claimed by annotation";
const fromScratch = v1({ materials: [], dockerfile: "FROM scratch" });
const namesAlpine = v1({ materials: [alpine] });
const signed = (attestation: Attestation): Attestation => ({ ...attestation, trust: "verified" });

const orderRows: [
  name: string,
  attestations: readonly Attestation[] | null,
  input: Input,
  expected: string,
][] = [
  ["a layer on top of the base", [], { diffIds: [l1, l2, l3] }, byLayers],
  ["configuration alone on top of the base", [], { diffIds: [l1, l2] }, byLayers],
  ["the longest prefix wins", [], { diffIds: [l1, l3, l2] }, "docker.io/library/debian:1 d layers"],
  ["the layers of the base, but not first", [], { diffIds: [l3, l1, l2] }, "unknown"],
  ["the upper layer of the base alone", [], { diffIds: [l2, l3] }, "unknown"],
  ["the layers of the base in another order", [], { diffIds: [l2, l1] }, "unknown"],
  ["the lowest layer of the base replaced", [], { diffIds: [l4, l2] }, "unknown"],
  ["no layers", [], { diffIds: [] }, "unknown"],
  [
    "the image itself is no base of its own",
    [],
    { diffIds: [l1, l2], digest: approved.digest },
    "docker.io/library/debian:1 d layers",
  ],
  ["content that was not checked", [], { diffIds: [l1, l2, l3], contentProved: false }, "unknown"],
  ["known images cannot be asked", [], { diffIds: [l1, l2, l3], findBaseByLayers: null }, "unknown"],
  ["from scratch with a forged annotation", [], { diffIds: [l4], ...forged }, forgedClaim],
  ["no layers with a forged annotation", [], { diffIds: [], ...forged }, forgedClaim],
  [
    "from scratch with a forged label",
    [],
    { diffIds: [l4], labels: forged.annotations },
    "localhost:5000/org/dhi-python:1 c claimed by label",
  ],
  [
    "a claim is not used where layers prove another base",
    [],
    { diffIds: [l1, l4], ...forged },
    "docker.io/library/debian:1 d layers",
  ],
  [
    "verified provenance before layers",
    [signed(namesAlpine)],
    { diffIds: [l1, l2, l3] },
    "docker.io/library/alpine:3.22 a provenance",
  ],
  ["verified scratch before layers", [signed(fromScratch)], { diffIds: [l1, l2] }, "scratch provenance"],
  ["layers before unsigned provenance", [namesAlpine], { diffIds: [l1, l2, l3] }, byLayers],
  [
    "layers where verified provenance is unclear",
    [signed(v1({ materials: [] }))],
    { diffIds: [l1, l2] },
    byLayers,
  ],
  [
    "verified provenance about another image is none",
    [signed(v1({ materials: [alpine], subject: two }))],
    { diffIds: [l1, l2] },
    byLayers,
  ],
  [
    "unsigned provenance where it is accepted",
    [namesAlpine],
    { diffIds: [l4], acceptsUnsignedProvenance: true },
    "docker.io/library/alpine:3.22 a provenance",
  ],
  [
    "unsigned provenance only claims",
    [namesAlpine],
    { diffIds: [l4] },
    "docker.io/library/alpine:3.22 a claimed by provenance",
  ],
  ["unsigned scratch only claims", [fromScratch], { diffIds: [l4] }, "scratch claimed"],
  ["layers before an unsigned scratch", [fromScratch], { diffIds: [l1, l2, l3] }, byLayers],
  [
    "unsigned provenance claims before annotations",
    [namesAlpine],
    { diffIds: [l4], ...forged },
    "docker.io/library/alpine:3.22 a claimed by provenance",
  ],
];

for (const [name, attestations, input, expected] of orderRows) {
  test(`base image: ${name}`, async () => {
    const evidence = { findBaseByLayers, acceptsUnsignedProvenance: false, ...input };
    assert.equal(await describe(attestations, evidence), expected);
  });
}

test("base image: an unknown one says why", async () => {
  const reason = async (input: Input, attestations: readonly Attestation[] = []) => {
    const answer = await ask(attestations, { diffIds: [l4], ...input });
    assert.equal(answer.kind, "unknown");
    return answer.kind === "unknown" ? answer.reason : "";
  };
  const reasons = [
    await reason({}),
    await reason({ findBaseByLayers }),
    await reason({ findBaseByLayers, contentProved: false }),
    await reason({}, [v1({ materials: [] })]),
    await reason({}, [v1({ materials: [alpine, golang] })]),
  ];
  assert.equal(new Set(reasons).size, reasons.length);
  assert.match(reasons[2] ?? "", /the list of its layers begins with no known image; plimsoll base add/);
});
