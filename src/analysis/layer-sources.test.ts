/** Lines of a Dockerfile for layers, from provenance in the shape that BuildKit 0.11 and later write (by specification). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Layer, ResolvedImage } from "../domain/image.ts";
import { layerSources, withLayerSources } from "./layer-sources.ts";

const dockerfile = [
  "# syntax=docker/dockerfile:1",
  "FROM golang:1.24 AS builder",
  "COPY . /src",
  "RUN go build -o /app /src",
  "",
  "FROM debian:13-slim",
  "RUN apt-get update \\",
  "  && apt-get install -y curl",
  "COPY --from=builder /app /app",
  "",
].join("\n");

const blobs = ["base-1", "base-2", "curl", "app"].map((name) => `sha256:${name}`);
const layers = blobs.map((digest, index): Layer => ({
  index,
  diffId: `sha256:diff-${index}`,
  digest,
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  sizeBytes: 1,
  command: null,
}));

const at = (start: number, end = start) => ({
  ranges: [{ start: { line: start }, end: { line: end } }],
});
const chain = (...names: readonly string[]) =>
  names.map((name) => ({
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    digest: `sha256:${name}`,
    size: 1,
  }));

/** As of a build of `dockerfile`: steps in the order of the graph, each chain twice where two exporters asked for it. */
const source = {
  locations: {
    step0: { locations: [at(6)] },
    step1: { locations: [at(2)] },
    step2: {},
    step3: { locations: [at(3)] },
    step4: { locations: [at(4)] },
    step5: { locations: [at(7, 8)] },
    step6: { locations: [at(9)] },
  },
  infos: [{ filename: "Dockerfile", data: Buffer.from(dockerfile).toString("base64"), llbDefinition: [] }],
};
const stepLayers = {
  "step0:0": [chain("base-1", "base-2"), chain("base-1", "base-2")],
  "step1:0": [chain("golang-1")],
  "step5:0": [chain("base-1", "base-2", "curl")],
  "step6:0": [chain("base-1", "base-2", "curl", "app")],
};
type Metadata = { readonly source: unknown; readonly layers: unknown };
const v02 = (metadata: Metadata) => ({
  metadata: { "https://mobyproject.org/buildkit@v1#metadata": metadata },
});
const v1 = (metadata: Metadata) => ({ runDetails: { metadata: { buildkit_metadata: metadata } } });
const linesOf = (predicate: unknown) =>
  [...layerSources(predicate, layers)].map(([index, { firstLine, lastLine }]) => [
    index,
    firstLine,
    lastLine,
  ]);

const whole = [
  [0, 6, 6],
  [1, 6, 6],
  [2, 7, 8],
  [3, 9, 9],
];

for (const [version, predicate] of [
  ["v0.2", v02({ source, layers: stepLayers })],
  ["v1", v1({ source, layers: stepLayers })],
] as const) {
  test(`layer sources: ${version} names the lines of every layer`, () => {
    assert.deepEqual(linesOf(predicate), whole);
    assert.deepEqual(layerSources(predicate, layers).get(2), {
      file: "Dockerfile",
      firstLine: 7,
      lastLine: 8,
      text: "RUN apt-get update \\\n  && apt-get install -y curl",
    });
  });
}

const withLocation = (location: unknown) =>
  v02({
    source: { ...source, locations: { ...source.locations, step6: { locations: [location] } } },
    layers: stepLayers,
  });
const withoutLast = whole.slice(0, 3);

const cases: readonly (readonly [string, unknown, readonly (readonly number[])[]])[] = [
  ["a step without lines leaves its layer without, and gives it to no other", withLocation({}), withoutLast],
  ["a line past the end of the file", withLocation(at(1000)), withoutLast],
  ["line 0", withLocation(at(0)), withoutLast],
  ["an end before its start", withLocation(at(9, 3)), withoutLast],
  [
    "a line that is text",
    withLocation({ ranges: [{ start: { line: "9" }, end: { line: 9 } }] }),
    withoutLast,
  ],
  ["a file that is not there", withLocation({ ...at(9), sourceIndex: 7 }), withoutLast],
  ["a file at a negative place", withLocation({ ...at(9), sourceIndex: -1 }), withoutLast],
  ["a file by a word", withLocation({ ...at(9), sourceIndex: "length" }), withoutLast],
  [
    "several ranges are one",
    withLocation({ ranges: [...at(9).ranges, ...at(7, 8).ranges] }),
    [...withoutLast, [3, 7, 9]],
  ],
  [
    "an instruction of two stages: the last place",
    v02({
      source: { ...source, locations: { step0: { locations: [at(2), at(6)] } } },
      layers: { "step0:0": [chain("base-1", "base-2")] },
    }),
    whole.slice(0, 2),
  ],
  [
    "a middle step unknown: the next does not take its layer",
    v02({ source, layers: { "step0:0": stepLayers["step0:0"], "step6:0": stepLayers["step6:0"] } }),
    [whole[0], whole[1], whole[3]] as number[][],
  ],
  [
    "layers of another image",
    v02({ source, layers: { "step0:0": [chain("base-1", "other")], "step6:0": [chain("x", "y")] } }),
    [],
  ],
  [
    "more layers than the image has",
    v02({ source, layers: { "step6:0": [chain("base-1", "base-2", "curl", "app", "more")] } }),
    [],
  ],
  ["mode=min", v02({ source: undefined, layers: undefined }), []],
  ["no text", v02({ source: { ...source, infos: [{ filename: "Dockerfile" }] }, layers: stepLayers }), []],
  ["no names", v02({ source: { ...source, infos: [null, 3] }, layers: stepLayers }), []],
  ["lists for objects", v02({ source: [source], layers: [stepLayers] }), []],
  ["text for lists", v02({ source, layers: { "step0:0": "base-1", "step6:0": [["base-1"], null, 7] } }), []],
  ["nothing", null, []],
  ["a word", "provenance", []],
];

for (const [name, predicate, expected] of cases) {
  test(`layer sources: ${name}`, () => assert.deepEqual(linesOf(predicate), expected));
}

test("layer sources: hostile sizes are cut", () => {
  const long = `RUN ${"x".repeat(100_000)}\n`.repeat(20);
  const infos = [{ filename: "n".repeat(10_000), data: Buffer.from(long).toString("base64") }];
  const locations = { s: { locations: [at(1, 20)] } };
  const found = layerSources(
    v1({ source: { locations, infos }, layers: { "s:0": [chain("base-1")] } }),
    layers,
  );
  assert.equal(found.get(0)?.file.length, 500);
  assert.equal(found.get(0)?.text.length, 16 * 1024);
  assert.deepEqual([found.get(0)?.firstLine, found.get(0)?.lastLine], [1, 20]);
});

test("layer sources: provenance about this image alone, and layers without a digest get none", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const attestation = (subject: string) => ({
    predicateType: "https://slsa.dev/provenance/v0.2",
    predicate: v02({ source, layers: stepLayers }),
    subjectDigests: [subject],
    storage: "in-index" as const,
    trust: "unsigned" as const,
  });
  const image = { digest, layers, attestations: [attestation(digest)] } as unknown as ResolvedImage;
  assert.deepEqual(
    withLayerSources(image).layers.map((layer) => layer.source?.firstLine),
    [6, 6, 7, 9],
  );
  const other = { ...image, attestations: [attestation("sha256:other")] };
  assert.equal(withLayerSources(other), other);
  const unnamed = { ...image, layers: layers.map((layer) => ({ ...layer, digest: null })) };
  assert.equal(withLayerSources(unnamed), unnamed);
});
