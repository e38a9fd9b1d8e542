/** What lies in layouts and archives besides the image that is meant. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { attestationManifest } from "../../test/helpers/attested-image.ts";
import {
  buildImage,
  buildIndex,
  type Descriptor,
  descriptor,
  layoutFiles,
  manifestDescriptor,
  sha256,
  writeFiles,
} from "../../test/helpers/oci-image.ts";
import { file, writeTar } from "../../test/helpers/oci-tar.ts";
import { openImage } from "./open.ts";
import type { ResolveOptions } from "./types.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-artifacts-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const platform = { os: "linux", architecture: "amd64", variant: null };
const options: ResolveOptions = { platform, ref: null, insecureRegistries: [], signal: null };
const app = buildImage({ layers: [{ entries: [file("a", "1")] }] });
const tool = buildImage({ layers: [{ entries: [file("b", "2")] }] });
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const imageConfig = "application/vnd.oci.image.config.v1+json";

function layout(manifests: readonly Descriptor[], blobs: readonly Uint8Array[]): string {
  count += 1;
  const path = join(folder, `layout-${count}`);
  writeFiles(path, layoutFiles(manifests, new Map(blobs.map((blob) => [sha256(blob), blob]))));
  return `oci-dir://${path}`;
}

function manifestOf(fields: Readonly<Record<string, unknown>>, type = manifestType): string {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...fields }));
  return layout(
    [descriptor(bytes, type)],
    [bytes, emptyConfig, foreignConfig("wasi"), foreignConfig("windows")],
  );
}

const emptyConfig = Buffer.from("{}");
function foreignConfig(os: string): Buffer {
  return Buffer.from(JSON.stringify({ os, architecture: "amd64", rootfs: { type: "layers", diff_ids: [] } }));
}

/** Media types of the config and of the only layer. */
function artifact(config: string, layer: string, more: Readonly<Record<string, unknown>> = {}): string {
  const layers = [descriptor(Buffer.from("layer"), layer)];
  return manifestOf({ config: descriptor(emptyConfig, config), layers, ...more });
}

const empty = "application/vnd.oci.empty.v1+json";
const windows = buildImage({ layers: [], platform: { os: "windows", architecture: "amd64" } });
const windowsIndex = buildIndex([manifestDescriptor(windows)]);
const rows: readonly (readonly [string, () => string, RegExp])[] = [
  [
    "a plugin of Docker",
    () =>
      artifact("application/vnd.docker.plugin.v1+json", "application/vnd.docker.image.rootfs.diff.tar.gzip"),
    /plugin of Docker.*fs:\/\//,
  ],
  [
    "a Helm chart",
    () =>
      artifact(
        "application/vnd.cncf.helm.config.v1+json",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
      ),
    /Helm chart/,
  ],
  [
    "a WebAssembly module",
    () => artifact("application/vnd.wasm.config.v0+json", "application/wasm"),
    /WebAssembly/,
  ],
  ["a module under an empty config", () => artifact(empty, "application/wasm"), /WebAssembly/],
  [
    "a system that is none",
    () => manifestOf({ config: descriptor(foreignConfig("wasi"), imageConfig), layers: [] }),
    /for wasi/,
  ],
  [
    "a signature under an image's config",
    () => artifact(imageConfig, "application/vnd.dev.cosign.simplesigning.v1+json"),
    /signature of cosign.*name the image/,
  ],
  ["attestations by themselves", () => artifact(imageConfig, "application/vnd.in-toto+json"), /attestations/],
  [
    "what names its own type",
    () => artifact(empty, "text/plain", { artifactType: "application/vnd.example.report" }),
    /application\/vnd\.example\.report/,
  ],
  ["what says nothing but its layer", () => artifact(empty, "text/plain"), /"text\/plain"/],
  [
    "Docker's first schema",
    () => {
      const type = "application/vnd.docker.distribution.manifest.v1+prettyjws";
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 1, name: "x", tag: "1", fsLayers: [] }));
      return layout([descriptor(bytes, type)], [bytes]);
    },
    /schema 1.*push it again/,
  ],
  [
    "a Windows image",
    () => manifestOf({ config: descriptor(foreignConfig("windows"), imageConfig), layers: [] }),
    /for windows/,
  ],
  [
    "an index of Windows images",
    () =>
      layout(
        [descriptor(windowsIndex.bytes, windowsIndex.mediaType)],
        [windowsIndex.bytes, ...windows.blobs.values()],
      ),
    /windows\/amd64 only/,
  ],
];
for (const [name, make, message] of rows) {
  test(`${name} is told for what it is`, async () => {
    const implied = { ...options, platform: null };
    await assert.rejects(openImage(make(), implied), { code: "IMAGE_UNSUPPORTED", message });
  });
}

const said = [{ predicateType: "https://example.com/said/v1", predicate: { by: "test" } }];
for (const style of ["in-index", "artifact"] as const) {
  for (const isNested of [true, false]) {
    test(`attestations (${style}, ${isNested ? "in the image's index" : "at the top"}) are no images and no platforms`, async () => {
      const attested = attestationManifest(app, said, style);
      const index = buildIndex([manifestDescriptor(app), attested.entry]);
      const blobs = [index.bytes, attested.bytes, ...app.blobs.values(), ...attested.blobs.values()];
      const top = isNested
        ? [descriptor(index.bytes, index.mediaType)]
        : [manifestDescriptor(app), attested.entry];
      const { image, platforms, problems, close } = await openImage(layout(top, blobs), options);
      await close();
      assert.equal(image.digest, app.manifestDigest);
      assert.deepEqual(
        image.attestations?.map(({ predicateType }) => predicateType),
        ["https://example.com/said/v1"],
      );
      assert.ok(platforms.every(({ os }) => os === "linux"));
      assert.deepEqual(problems, []);
    });
  }
}

test("of several images with attestations each has its own, in a folder and in a tar", async () => {
  const named = [
    { image: app, ref: "app:1" },
    { image: tool, ref: "team/tool:2" },
  ].map(({ image, ref }) => {
    const attested = attestationManifest(image, [{ ...said[0]!, predicate: { of: ref } }], "in-index");
    const index = buildIndex([manifestDescriptor(image), attested.entry]);
    const top = descriptor(index.bytes, index.mediaType, {
      annotations: { "io.containerd.image.name": ref },
    });
    return {
      image,
      ref,
      top,
      blobs: [index.bytes, attested.bytes, ...image.blobs.values(), ...attested.blobs.values()],
    };
  });
  const tops = named.map(({ top }) => top);
  const blobs = named.flatMap((each) => each.blobs);
  const tar = join(folder, "several.tar");
  const files = layoutFiles(tops, new Map(blobs.map((blob) => [sha256(blob), blob])));
  writeFileSync(tar, writeTar([...files].map(([path, bytes]) => file(path, bytes))));
  for (const reference of [layout(tops, blobs), `archive://${tar}`]) {
    for (const { image, ref } of named) {
      const opened = await openImage(reference, { ...options, ref });
      await opened.close();
      assert.equal(opened.image.digest, image.manifestDigest);
      assert.deepEqual(
        opened.image.attestations?.map(({ subjectDigests }) => subjectDigests),
        [[image.manifestDigest]],
      );
    }
    await assert.rejects(openImage(reference, options), {
      code: "SOURCE_AMBIGUOUS",
      message: /app:1.*team\/tool:2/,
    });
    await assert.rejects(openImage(reference, { ...options, ref: "tool:2" }), { code: "SOURCE_NOT_FOUND" });
  }
});
