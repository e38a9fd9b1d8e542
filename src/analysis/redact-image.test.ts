import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResolvedImage } from "../domain/image.ts";
import { redactImage } from "./redact-image.ts";

const word = "kr7-Zeta-9";

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
  attestations: null,
  sizeBytes: 1,
};

test("redact image: no secret of configuration and commands is left, and everything else is", () => {
  const redacted = redactImage(image);
  assert.ok(!JSON.stringify(redacted).includes(word));
  assert.deepEqual(redacted.config.env, ["PATH=/bin", "DB_PASSWORD=…"]);
  assert.deepEqual(redacted.config.cmd, ["run", "--token=…"]);
  assert.equal(redacted.layers[0]?.command, "RUN A_TOKEN=… make");
  assert.equal(redacted.layers[0]?.source?.text, "RUN \\\n  A_TOKEN=… make");
  assert.equal(redacted.config.history[0]?.createdBy, redacted.layers[0]?.command);
  assert.deepEqual(redactImage(redacted), redacted);
});
