import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation, BaseImage, ImageConfig } from "../domain/image.ts";
import { findBaseImage } from "./base-image.ts";

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

/** `docker.io/library/alpine:3.22@sha256:a… provenance`, `scratch`, or `unknown`. */
function describe(
  attestations: readonly Attestation[],
  annotations: Readonly<Record<string, string>> = {},
): string {
  const config = { labels: {} } as unknown as ImageConfig;
  const { base, scratch, reason } = findBaseImage(attestations, image, annotations, config);
  assert.equal(reason === null, base !== null, "a reason stands where there is no base");
  if (scratch) return "scratch";
  return base === null ? "unknown" : nameOf(base);
}

function nameOf({ name, tag, digest, evidence }: BaseImage): string {
  return `${name}:${tag ?? "-"} ${digest?.slice("sha256:".length, "sha256:".length + 1) ?? "-"} ${evidence}`;
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
    expected: "scratch",
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
  test(`base by provenance: ${name}`, () => {
    assert.equal(describe([v1(input)]), expected, "v1");
    assert.equal(describe([v02(input)]), expected, "v0.2");
  });
}

test("a claim stands behind provenance, and empty claims are none", () => {
  const name = "org.opencontainers.image.base.name";
  const claim = { [name]: "debian:13", "org.opencontainers.image.base.digest": two };
  assert.equal(describe([], claim), "docker.io/library/debian:13 b claimed");
  assert.equal(describe([v1({ materials: [alpine] })], claim), "docker.io/library/alpine:3.22 a provenance");
  assert.equal(
    describe([v1({ materials: [alpine, golang] })], claim),
    "docker.io/library/debian:13 b claimed",
  );
  assert.equal(describe([], { [name]: "", "org.opencontainers.image.base.digest": "" }), "unknown");
  assert.equal(describe([], { [name]: "not a reference!" }), "unknown");
});
