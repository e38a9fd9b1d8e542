import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  buildImage,
  buildIndex,
  type Descriptor,
  descriptor,
  dockerArchive,
  layoutFiles,
  manifestDescriptor,
  ociArchive,
  sha256,
  writeFiles,
  writeLayout,
} from "../../test/helpers/oci-image.ts";
import { file, hardLink, symlink, writeTar } from "../../test/helpers/oci-tar.ts";
import { parsePlatform } from "../oci/platform.ts";
import { openImage, parseSource } from "./open.ts";
import type { LayerBlob, OpenedImage, ResolveOptions } from "./types.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-open-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const options: ResolveOptions = {
  platform: parsePlatform("linux/amd64"),
  ref: null,
  insecureRegistries: [],
  signal: null,
};
const history = [{ created_by: "ADD a" }, { created_by: "ENV", empty_layer: true }, { created_by: "RUN b" }];
const layers = [{ entries: [file("a", "1")] }, { entries: [file("b", "2")], compression: "none" }] as const;
const image = buildImage({ layers, history, config: { User: "app" }, annotations: { where: "manifest" } });
const arm = buildImage({
  layers: [{ entries: [file("c", "3")] }],
  platform: { os: "linux", architecture: "arm64" },
});

let count = 0;
function write(bytes: Uint8Array): string {
  count += 1;
  const path = join(folder, `file-${count}`);
  writeFileSync(path, bytes);
  return path;
}
function layout(manifests: readonly Descriptor[], blobs: ReadonlyMap<string, Uint8Array>): string {
  count += 1;
  const path = join(folder, `layout-${count}`);
  writeFiles(path, layoutFiles(manifests, blobs));
  return path;
}

/** The bytes of a layer as a reader would get them. */
async function readLayer(blob: LayerBlob): Promise<string> {
  const { content } = blob;
  const hash = createHash("sha256");
  const stream =
    content.kind === "stream"
      ? await content.open()
      : createReadStream(content.path, {
          start: content.offset,
          end: content.offset + content.sizeBytes - 1,
        });
  for await (const piece of stream) hash.update(piece as Uint8Array);
  return `sha256:${hash.digest("hex")}`;
}

async function withImage(
  reference: string,
  change: Partial<ResolveOptions>,
  check: (opened: OpenedImage) => unknown,
) {
  const opened = await openImage(reference, { ...options, ...change });
  try {
    await check(opened);
  } finally {
    await opened.close();
  }
}

test("one image is the same from a layout, an OCI tar and a gzip of it", async () => {
  const path = join(folder, "same");
  writeLayout(path, image, "1.2");
  const rows = [
    [`oci-dir://${path}`, "oci-dir"],
    [`archive://${write(ociArchive(image, "1.2"))}`, "archive"],
    [`archive://${write(gzipSync(ociArchive(image, "1.2")))}`, "archive"],
  ] as const;
  for (const [reference, source] of rows) {
    await withImage(reference, {}, async ({ image: resolved, blobs }) => {
      assert.equal(resolved.source, source);
      assert.equal(resolved.reference, reference);
      assert.equal(resolved.digest, image.manifestDigest);
      assert.equal(resolved.tag, "1.2");
      assert.equal(resolved.indexDigest, null);
      assert.equal(resolved.config.user, "app");
      assert.equal(resolved.annotations["where"], "manifest");
      assert.deepEqual(resolved.attestations, []);
      assert.deepEqual(
        resolved.layers.map((layer) => layer.command),
        ["ADD a", "RUN b"],
      );
      assert.deepEqual(
        resolved.layers.map((layer) => layer.diffId),
        image.layers.map((layer) => layer.diffId),
      );
      for (const blob of blobs) {
        assert.equal(blob.proof.of, "blob");
        assert.equal(await readLayer(blob), blob.proof.digest);
      }
    });
  }
});

test("a spooled archive is private, and removed", async () => {
  const opened = await openImage(`archive://${write(gzipSync(ociArchive(image)))}`, options);
  const [content] = opened.blobs.map((blob) => blob.content);
  assert.ok(content?.kind === "file");
  assert.equal(statSync(content.path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(content.path)).mode & 0o777, 0o700);
  await opened.close();
  assert.equal(existsSync(dirname(content.path)), false);
});

test("a docker archive is proven by its config", async () => {
  const tags = ["local/x:1", "docker.io/team/app:2"];
  for (const compressed of [false, true]) {
    const archive = write(dockerArchive([{ image, tags }], { compressed }));
    await withImage(`archive://${archive}`, {}, async ({ image: resolved, blobs }) => {
      assert.equal(resolved.digest, image.configDigest);
      assert.equal(resolved.repository, "docker.io/local/x");
      assert.equal(resolved.tag, "1");
      assert.equal(resolved.attestations, null);
      assert.deepEqual(
        blobs.map((blob) => blob.proof),
        image.layers.map(({ diffId }) => ({ of: "content", digest: diffId })),
      );
      assert.equal(resolved.layers[0]?.digest, null);
      const suffix = compressed ? "+gzip" : "";
      assert.equal(resolved.layers[0]?.mediaType, `application/vnd.oci.image.layer.v1.tar${suffix}`);
      for (const [at, blob] of blobs.entries()) {
        const layer = image.layers[at];
        assert.equal(await readLayer(blob), compressed ? layer?.digest : layer?.diffId);
      }
    });
  }
});

test("layers of a docker archive may be links to each other", async () => {
  const twice = buildImage({ layers: [layers[0], layers[0], layers[0]] });
  const config = twice.config;
  const name = `${sha256(config).slice(7)}.json`;
  const manifest = [{ Config: name, RepoTags: null, Layers: ["a/layer.tar", "b/layer.tar", "c/layer.tar"] }];
  const tar = writeTar([
    file("./a/layer.tar", twice.layers[0]?.tar ?? ""),
    symlink("b/layer.tar", "../a/layer.tar"),
    hardLink("c/layer.tar", "a/layer.tar"),
    file(name, config),
    file("manifest.json", JSON.stringify(manifest)),
  ]);
  await withImage(`archive://${write(tar)}`, {}, async ({ blobs }) => {
    assert.equal(blobs.length, 3);
    for (const blob of blobs) assert.equal(await readLayer(blob), blob.proof.digest);
  });
});

test("--ref chooses by what a name means", async () => {
  const other = buildImage({ layers: [layers[0]] });
  const archive = write(
    dockerArchive([
      { image, tags: ["alpine:3.20"] },
      { image: other, tags: ["team/app:1"] },
    ]),
  );
  const named = (built: typeof image, name: string): Descriptor =>
    descriptor(built.manifest, built.manifestMediaType, {
      annotations: { "io.containerd.image.name": name },
    });
  const manifests = [named(image, "docker.io/library/alpine:3.20"), named(other, "docker.io/team/app:1")];
  const path = layout(manifests, new Map([...image.blobs, ...other.blobs]));
  const rows: readonly (readonly [string, string | null, string])[] = [
    ["archive", "alpine:3.20", image.configDigest],
    ["archive", "docker.io/library/alpine:3.20", image.configDigest],
    ["archive", "team/app:1", other.configDigest],
    ["archive", other.configDigest, other.configDigest],
    ["oci-dir", "alpine:3.20", image.manifestDigest],
    ["oci-dir", "docker.io/team/app:1", other.manifestDigest],
    ["oci-dir", other.manifestDigest, other.manifestDigest],
  ];
  const places = { archive, "oci-dir": path } as Readonly<Record<string, string>>;
  for (const [scheme, ref, digest] of rows) {
    await withImage(`${scheme}://${places[scheme]}`, { ref }, ({ image: resolved }) =>
      assert.equal(resolved.digest, digest, `${scheme} ${ref}`),
    );
  }
  for (const scheme of ["archive", "oci-dir"]) {
    const reference = `${scheme}://${places[scheme]}`;
    await assert.rejects(openImage(reference, options), (error: { code?: string; message?: string }) => {
      assert.equal(error.code, "SOURCE_AMBIGUOUS");
      assert.match(error.message ?? "", /alpine:3\.20.*team\/app:1/);
      return true;
    });
    await assert.rejects(openImage(reference, { ...options, ref: "absent:1" }), { code: "SOURCE_NOT_FOUND" });
  }
});

test("platforms are chosen from an index, and from the top of a layout", async () => {
  const index = buildIndex([manifestDescriptor(image), manifestDescriptor(arm)]);
  const blobs = new Map([...image.blobs, ...arm.blobs, [index.digest, index.bytes] as const]);
  const nested = layout([descriptor(index.bytes, index.mediaType)], blobs);
  const flat = layout([manifestDescriptor(image), manifestDescriptor(arm)], blobs);
  for (const [path, indexDigest] of [
    [nested, index.digest],
    [flat, null],
  ] as const) {
    const reference = `oci-dir://${path}`;
    await withImage(reference, { platform: parsePlatform("linux/arm64/v8") }, (opened) => {
      assert.equal(opened.image.digest, arm.manifestDigest);
      assert.equal(opened.image.indexDigest, indexDigest);
      assert.deepEqual(
        opened.platforms.map((platform) => platform.architecture),
        ["amd64", "arm64"],
      );
    });
    await assert.rejects(openImage(reference, { ...options, platform: parsePlatform("linux/s390x") }), {
      code: "PLATFORM_NOT_FOUND",
      details: { wanted: "linux/s390x", platforms: "linux/amd64, linux/arm64" },
    });
  }
  const single = layout([manifestDescriptor(arm)], arm.blobs);
  await assert.rejects(openImage(`oci-dir://${single}`, options), { code: "PLATFORM_NOT_FOUND" });
});

test("attestations are read from the index and from referrers, broken ones are problems", async () => {
  const statement = (subject: string, predicateType = "https://slsa.dev/provenance/v1"): Buffer =>
    Buffer.from(
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v0.1",
        subject: [{ name: "x", digest: { sha256: subject.slice(7) } }],
        predicateType,
        predicate: { builder: { id: "b" } },
      }),
    );
  const type = "application/vnd.in-toto+json";
  const good = statement(image.manifestDigest);
  const lying = statement(image.manifestDigest, "https://spdx.dev/Document");
  const annotated = (bytes: Buffer): Descriptor =>
    descriptor(bytes, type, {
      annotations: { "in-toto.io/predicate-type": "https://slsa.dev/provenance/v1" },
    });
  const emptyConfig = Buffer.from("{}");
  const manifestOf = (more: object): Buffer =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: descriptor(emptyConfig, "application/vnd.oci.empty.v1+json"),
        ...more,
      }),
    );
  const inIndex = manifestOf({ layers: [annotated(good), annotated(lying), annotated(Buffer.from("gone"))] });
  const envelope = Buffer.from(
    JSON.stringify({
      payloadType: type,
      payload: statement(image.manifestDigest, "https://openvex.dev/ns/v0.2.0").toString("base64"),
      signatures: [{ sig: "AA==" }],
    }),
  );
  const subject = descriptor(image.manifest, image.manifestMediaType);
  const dsse = "application/vnd.dsse.envelope.v1+json";
  const referrer = manifestOf({ artifactType: dsse, subject, layers: [descriptor(envelope, dsse)] });
  const manifestType = "application/vnd.oci.image.manifest.v1+json";
  const index = buildIndex([
    manifestDescriptor(image),
    descriptor(inIndex, manifestType, {
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": image.manifestDigest,
      },
    }),
  ]);
  const blobs = new Map<string, Uint8Array>(image.blobs);
  for (const bytes of [good, lying, inIndex, envelope, referrer, emptyConfig, index.bytes])
    blobs.set(sha256(bytes), bytes);
  const top = [
    descriptor(index.bytes, index.mediaType),
    descriptor(referrer, manifestType, { artifactType: dsse }),
  ];
  await withImage(`oci-dir://${layout(top, blobs)}`, {}, (opened) => {
    assert.equal(opened.image.digest, image.manifestDigest);
    assert.deepEqual(
      opened.platforms.map((platform) => platform.architecture),
      ["amd64"],
    );
    const found = (opened.image.attestations ?? []).map(
      ({ predicateType, storage, trust, subjectDigests }) => {
        assert.deepEqual(subjectDigests, [image.manifestDigest]);
        return `${storage} ${trust} ${predicateType}`;
      },
    );
    assert.deepEqual(found, [
      "in-index unsigned https://slsa.dev/provenance/v1",
      "referrer unsigned https://openvex.dev/ns/v0.2.0",
    ]);
    assert.deepEqual(
      opened.problems.map((problem) => problem.code),
      ["ATTESTATION_INVALID", "ATTESTATION_INVALID"],
    );
  });
});

test("sources that are not what they should be", async () => {
  const tampered = new Map<string, Uint8Array>(image.blobs);
  tampered.set(image.configDigest, Buffer.from("{}"));
  const plain = join(folder, "plain");
  mkdirSync(plain);
  writeFileSync(join(plain, "x"), "y");
  const windows = buildImage({ layers: [], platform: { os: "windows", architecture: "amd64" } });
  const chart = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: descriptor(image.config, "application/vnd.cncf.helm.config.v1+json"),
      layers: [],
    }),
  );
  const chartType = "application/vnd.oci.image.manifest.v1+json";
  const wrongConfig = writeTar([
    file(`${"a".repeat(64)}.json`, image.config),
    file("manifest.json", JSON.stringify([{ Config: `${"a".repeat(64)}.json`, Layers: [] }])),
  ]);
  const escaping = writeTar([
    file("manifest.json", JSON.stringify([{ Config: "../../etc/passwd", Layers: [] }])),
  ]);
  const whole = ociArchive(image);
  const rows: readonly (readonly [string, string])[] = [
    [`oci-dir://${folder}/absent`, "SOURCE_NOT_FOUND"],
    [`oci-dir://${plain}`, "SOURCE_INVALID"],
    [`oci-dir://${plain}/x`, "SOURCE_INVALID"],
    [`oci-dir://${layout([manifestDescriptor(image)], tampered)}`, "DIGEST_MISMATCH"],
    [`oci-dir://${layout([manifestDescriptor(image)], new Map())}`, "SOURCE_INVALID"],
    [`oci-dir://${layout([], new Map())}`, "SOURCE_INVALID"],
    [`oci-dir://${layout([manifestDescriptor(windows)], windows.blobs)}`, "IMAGE_UNSUPPORTED"],
    [
      `oci-dir://${layout([descriptor(chart, chartType)], new Map([[sha256(chart), chart]]))}`,
      "IMAGE_UNSUPPORTED",
    ],
    [`archive://${folder}/absent.tar`, "SOURCE_NOT_FOUND"],
    [`archive://${plain}`, "SOURCE_INVALID"],
    [`archive://${write(Buffer.from("no tar at all"))}`, "SOURCE_INVALID"],
    [`archive://${write(Buffer.alloc(0))}`, "SOURCE_INVALID"],
    [`archive://${write(writeTar([file("x", "y")]))}`, "SOURCE_INVALID"],
    [`archive://${write(whole.subarray(0, 1500))}`, "SOURCE_INVALID"],
    [`archive://${write(gzipSync(whole).subarray(0, 300))}`, "SOURCE_INVALID"],
    [`archive://${write(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))}`, "SOURCE_INVALID"],
    [`archive://${write(wrongConfig)}`, "DIGEST_MISMATCH"],
    [`archive://${write(escaping)}`, "SOURCE_INVALID"],
    [`fs://${folder}/absent`, "SOURCE_NOT_FOUND"],
    [`sbom://${folder}/absent`, "SOURCE_NOT_FOUND"],
    [`sbom://${folder}`, "SOURCE_INVALID"],
    ["sbom://-", "SOURCE_INVALID"],
    ["local://alpine", "ENGINE_UNREACHABLE"],
    ["docker-daemon://alpine", "SOURCE_UNSUPPORTED"],
    ["ftp://alpine", "SOURCE_UNSUPPORTED"],
    ["registry://Not/Valid//", "REFERENCE_INVALID"],
    [`${plain}`, "REFERENCE_INVALID"],
    ["./absent.tar", "SOURCE_NOT_FOUND"],
    [`${write(whole)}`, "REFERENCE_INVALID"],
  ];
  for (const [reference, code] of rows) {
    await assert.rejects(openImage(reference, options), { code }, reference);
  }
});

test("a layer that a layout does not hold is missed when it is read, and the others are there", async () => {
  const blobs = new Map<string, Uint8Array>(image.blobs);
  blobs.delete(image.layers[0]?.digest ?? "");
  const whole = layoutFiles([manifestDescriptor(image)], blobs);
  const tar = writeTar([...whole].map(([path, bytes]) => file(path, bytes)));
  const path = layout([manifestDescriptor(image)], blobs);
  for (const reference of [`oci-dir://${path}`, `archive://${write(tar)}`]) {
    await withImage(reference, {}, async (opened) => {
      const [first, second] = opened.blobs;
      assert.ok(first?.content.kind === "file" && second !== undefined);
      await assert.rejects(readLayer(first), { code: "ENOENT" });
      assert.equal(await readLayer(second), second.proof.digest);
    });
  }
});

test("a path without prefix is answered with the prefix", async () => {
  const path = join(folder, "hinted");
  writeLayout(path, image);
  await assert.rejects(openImage(path, options), { details: { hint: "oci-dir" } });
});

test("documents come from a file or standard input", async () => {
  const path = write(Buffer.from('{"a":1}'));
  await withImage(`sbom://${path}`, {}, ({ document }) => assert.equal(document?.byteLength, 7));
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("{}");
  }
  for (const reference of ["sbom://", "sbom://-"]) {
    await withImage(reference, { stdin: stdin() }, ({ document }) => assert.equal(document?.byteLength, 2));
  }
});

test("prefixes name their source", () => {
  for (const [reference, id, location] of [
    ["alpine", "registry", "alpine"],
    ["image://alpine", "registry", "alpine"],
    ["fs://", "rootfs", ""],
    ["archive://./a b.tar", "archive", "./a b.tar"],
  ] as const) {
    const parsed = parseSource(reference);
    assert.deepEqual([parsed.source.id, parsed.location], [id, location]);
  }
});
