import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import { redactImage } from "./redact-image.ts";
import { redactOnce, type RedactionCache } from "./redact-once.ts";

const word = "kr7-Zeta-9";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function provenance(predicate: unknown): Attestation {
  return {
    predicateType: "https://slsa.dev/provenance/v0.2",
    predicate,
    subjectDigests: [],
    storage: "in-index",
    trust: "unsigned",
  };
}

const image: ResolvedImage = {
  source: "oci-dir",
  reference: "oci-dir://x",
  repository: null,
  tag: null,
  indexDigest: null,
  digest: null,
  config: {
    platform: { os: "linux", architecture: "amd64", variant: null },
    createdAt: null,
    user: "app",
    env: ["PATH=/bin", `DB_PASSWORD=${word}`],
    labels: { a: "b" },
    entrypoint: [],
    cmd: ["run", `--token=${word}`],
    workingDir: "",
    exposedPorts: [],
    history: [{ createdBy: `RUN A_TOKEN=${word} make`, emptyLayer: false }],
  },
  layers: [
    {
      index: 0,
      diffId: "d",
      digest: null,
      mediaType: "m",
      sizeBytes: 1,
      command: `RUN A_TOKEN=${word} make`,
      source: { file: "Dockerfile", firstLine: 1, lastLine: 2, text: `RUN \\\n  A_TOKEN=${word} make` },
    },
  ],
  annotations: {},
  attestations: [
    provenance({
      invocation: {
        parameters: {
          args: { "build-arg:API_TOKEN": `${word} ${word}`, "build-arg:MODE": "fast", target: "app" },
        },
      },
      steps: [
        { meta: { env: ["PATH=/bin", `DB_PASSWORD=${word}`], args: ["sh", "-c", `A_TOKEN=${word} make`] } },
      ],
      infos: [{ filename: "Dockerfile", data: base64(`FROM a\nENV API_TOKEN=${word}\nCMD run\n`) }],
      materials: [{ uri: "pkg:docker/alpine@3.22", digest: { sha256: "ab".repeat(32) } }],
      count: 3,
    }),
    { ...provenance({ name: `A_TOKEN=${word}-not-a-command` }), predicateType: "https://spdx.dev/Document" },
  ],
  sizeBytes: 1,
};

test("redact image: no secret of configuration and commands is left, and everything else is", () => {
  const redacted = redactImage(image);
  const [built, list] = redacted.attestations ?? [];
  assert.ok(!JSON.stringify({ ...redacted, attestations: [built] }).includes(word));
  assert.deepEqual(redacted.config.env, ["PATH=/bin", "DB_PASSWORD=…"]);
  assert.deepEqual(redacted.config.cmd, ["run", "--token=…"]);
  assert.equal(redacted.layers[0]?.command, "RUN A_TOKEN=… make");
  assert.equal(redacted.layers[0]?.source?.text, "RUN \\\n  A_TOKEN=… make");
  assert.equal(redacted.config.history[0]?.createdBy, redacted.layers[0]?.command);
  assert.deepEqual(built?.predicate, {
    invocation: {
      parameters: { args: { "build-arg:API_TOKEN": "…", "build-arg:MODE": "fast", target: "app" } },
    },
    steps: [{ meta: { env: ["PATH=/bin", "DB_PASSWORD=…"], args: ["sh", "-c", "A_TOKEN=… make"] } }],
    infos: [{ filename: "Dockerfile", data: base64("FROM a\nENV API_TOKEN=…\nCMD run\n") }],
    materials: [{ uri: "pkg:docker/alpine@3.22", digest: { sha256: "ab".repeat(32) } }],
    count: 3,
  });
  assert.deepEqual(list, image.attestations?.[1]);
  assert.deepEqual(redactImage(redacted), redacted);
});

function memory(): RedactionCache & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    files,
    get: (key) => Promise.resolve(files.get(key) ?? null),
    put: (key, text) => Promise.resolve(void files.set(key, text)),
  };
}

test("redact once: the same texts are not redacted again, and nothing secret is remembered", async () => {
  const cache = memory();
  assert.deepEqual(await redactOnce(image, cache, "rules 1"), redactImage(image));
  const [[key, text] = ["", ""]] = cache.files;
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.ok(!text.includes(word) && !text.includes(base64(word).slice(0, 12)));
  cache.files.set(key, text.replace("PATH=/bin", "PATH=/remembered"));
  assert.equal((await redactOnce(image, cache, "rules 1")).config.env[0], "PATH=/remembered");
  assert.deepEqual(await redactOnce(image, cache, "rules 2"), redactImage(image), "other rules");
  const other = { ...image, config: { ...image.config, user: "root" } };
  assert.deepEqual(await redactOnce(other, cache, "rules 1"), redactImage(other), "other texts");
  assert.equal(cache.files.size, 3);
});

test("redact once: what is damaged is redacted anew, and without rules' name nothing is remembered", async () => {
  const cache = memory();
  await redactOnce(image, cache, "rules");
  const [key = ""] = cache.files.keys();
  for (const damaged of ["", "null", "{}", '{"config":{},"layers":[],"provenances":[]}']) {
    cache.files.set(key, damaged);
    assert.deepEqual(await redactOnce(image, cache, "rules"), redactImage(image), damaged);
  }
  cache.files.clear();
  assert.deepEqual(await redactOnce(image, cache, null), redactImage(image));
  assert.deepEqual(await redactOnce(image, null, "rules"), redactImage(image));
  assert.equal(cache.files.size, 0);
});
