import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../domain/error-codes.ts";
import { layerCommands, parseImageConfig } from "./image-config.ts";
import { parseManifest } from "./manifest.ts";

const digest = `sha256:${"a".repeat(64)}`;
const bytes = (value: unknown): Buffer =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 2 };
const oci = "application/vnd.oci.image.manifest.v1+json";
const docker = "application/vnd.docker.distribution.manifest.v2+json";
const list = "application/vnd.docker.distribution.manifest.list.v2+json";

test("manifests and indexes of both formats", () => {
  const rows = [
    {
      document: { schemaVersion: 2, mediaType: oci, config, layers: [] },
      declared: null,
      kind: "manifest",
      mediaType: oci,
    },
    {
      document: { schemaVersion: 2, mediaType: docker, config, layers: [] },
      declared: oci,
      kind: "manifest",
      mediaType: docker,
    },
    { document: { schemaVersion: 2, config, layers: [] }, declared: null, kind: "manifest", mediaType: oci },
    {
      document: { schemaVersion: 2, config, layers: null },
      declared: `${docker}; charset=utf-8`,
      kind: "manifest",
      mediaType: docker,
    },
    { document: { schemaVersion: 2, manifests: [config] }, declared: list, kind: "index", mediaType: list },
    {
      document: { schemaVersion: 2, manifests: null },
      declared: null,
      kind: "index",
      mediaType: "application/vnd.oci.image.index.v1+json",
    },
  ];
  for (const { document, declared, kind, mediaType } of rows) {
    const parsed = parseManifest(bytes(document), declared);
    assert.equal(parsed.kind, kind);
    assert.equal(parsed.mediaType, mediaType);
  }
});

test("addresses inside a descriptor are not read", () => {
  const layers = [{ ...config, urls: ["https://evil.example/layer"] }];
  const parsed = parseManifest(bytes({ schemaVersion: 2, mediaType: oci, config, layers }), null);
  assert.doesNotMatch(JSON.stringify(parsed), /evil/);
});

test("what is no manifest is refused by code", () => {
  const base = { schemaVersion: 2, mediaType: oci, config, layers: [] };
  const rows: readonly (readonly [string, unknown, ErrorCode])[] = [
    ["no JSON", "{", "JSON_INVALID"],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1"), "JSON_INVALID"],
    ["a list", "[]", "DOCUMENT_INVALID"],
    ["too deep", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "LIMIT_EXCEEDED"],
    ["too large", " ".repeat(4 * 1024 ** 2 + 1), "LIMIT_EXCEEDED"],
    ["schema 1", { schemaVersion: 1, fsLayers: [] }, "IMAGE_UNSUPPORTED"],
    ["schema 3", { ...base, schemaVersion: 3 }, "DOCUMENT_INVALID"],
    ["no schema", { ...base, schemaVersion: undefined }, "DOCUMENT_INVALID"],
    ["both in one", { ...base, manifests: [] }, "DOCUMENT_INVALID"],
    ["an index that says manifest", { schemaVersion: 2, mediaType: oci, manifests: [] }, "DOCUMENT_INVALID"],
    [
      "another kind",
      { ...base, mediaType: "application/vnd.oci.artifact.manifest.v1+json" },
      "IMAGE_UNSUPPORTED",
    ],
    ["no config", { ...base, config: undefined }, "DOCUMENT_INVALID"],
    [
      "path as digest",
      { ...base, config: { ...config, digest: "sha256:../../etc/passwd" } },
      "DOCUMENT_INVALID",
    ],
    [
      "other hash",
      { ...base, config: { ...config, digest: `sha512:${"a".repeat(128)}` } },
      "DOCUMENT_INVALID",
    ],
    ["negative size", { ...base, config: { ...config, size: -1 } }, "DOCUMENT_INVALID"],
    ["huge size", { ...base, config: { ...config, size: 1e300 } }, "DOCUMENT_INVALID"],
    ["annotation of a number", { ...base, annotations: { a: 1 } }, "DOCUMENT_INVALID"],
    ["layers as a map", { ...base, layers: {} }, "DOCUMENT_INVALID"],
  ];
  for (const [name, document, code] of rows) {
    const input = name === "not UTF-8" ? Buffer.from([0x7b, 0xff, 0x7d]) : bytes(document);
    assert.throws(() => parseManifest(input, null), { code }, name);
  }
});

test("a config is read with everything it may leave out", () => {
  const full = parseImageConfig(
    bytes({
      architecture: "arm64",
      os: "linux",
      variant: "v8",
      created: "2024-01-02T03:04:05Z",
      config: {
        User: "app",
        Env: ["A=1"],
        Cmd: ["run"],
        Entrypoint: "start",
        WorkingDir: "/srv",
        Labels: { b: "2", __proto__x: "3" },
        ExposedPorts: { "8080/tcp": {}, "22/tcp": {} },
      },
      rootfs: { type: "layers", diff_ids: [digest] },
      history: [{ created_by: "ADD" }, { created_by: "ENV", empty_layer: true }, {}],
    }),
  );
  assert.deepEqual(full.config.platform, { os: "linux", architecture: "arm64", variant: "v8" });
  assert.deepEqual(full.config.entrypoint, ["start"]);
  assert.deepEqual(full.config.exposedPorts, ["22/tcp", "8080/tcp"]);
  assert.deepEqual(full.config.history[2], { createdBy: null, emptyLayer: false });
  assert.deepEqual(full.diffIds, [digest]);
  const bare = parseImageConfig(bytes({ config: null, history: null, created: "0001-01-01T00:00:00Z" }));
  assert.deepEqual(bare.diffIds, []);
  assert.equal(bare.config.user, "");
  assert.equal(bare.config.createdAt, null);
});

test("a key named __proto__ is a key", () => {
  const { config: read } = parseImageConfig(bytes('{"config":{"Labels":{"__proto__":"x"}}}'));
  assert.deepEqual(Object.keys(read.labels), ["__proto__"]);
});

test("configs that cannot be used", () => {
  const rows: readonly (readonly [unknown, ErrorCode])[] = [
    [{ os: "windows" }, "IMAGE_UNSUPPORTED"],
    [{ os: "linux", rootfs: { diff_ids: ["sha256:zz"] } }, "DOCUMENT_INVALID"],
    [{ os: "linux", config: { Env: [1] } }, "DOCUMENT_INVALID"],
    [{ os: "linux", config: { User: 0 } }, "DOCUMENT_INVALID"],
    [{ os: 1 }, "DOCUMENT_INVALID"],
  ];
  for (const [document, code] of rows) assert.throws(() => parseImageConfig(bytes(document)), { code });
});

test("build commands pair with layers, or are not told", () => {
  const made = (createdBy: string) => ({ createdBy, emptyLayer: false });
  const empty = { createdBy: "ENV", emptyLayer: true };
  assert.deepEqual(layerCommands([made("a"), empty, made("b")], 2), ["a", "b"]);
  assert.deepEqual(layerCommands([made("a"), empty, made("b")], 3), [null, null, null]);
  assert.deepEqual(layerCommands([], 1), [null]);
});
