/** `containerd://` and references without a prefix against a real containerd. No container is run. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newestLocalImage, openImage } from "../../src/image/open.ts";
import type { ResolveOptions } from "../../src/image/types.ts";
import { attestationManifest } from "../helpers/attested-image.ts";
import { type LocalContainerd, startContainerd } from "../helpers/containerd.ts";
import {
  buildImage,
  buildIndex,
  type BuiltImage,
  descriptor,
  dockerArchive,
  layoutFiles,
  manifestDescriptor,
} from "../helpers/oci-image.ts";
import { file, writeTar } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { type Run, runProcess } from "../helpers/run-plimsoll.ts";

const isRoot = process.getuid?.() === 0 || process.env["CI"] === "true";
const skip = isRoot ? skipWithoutPrograms("containerd", "ctr") : "containerd runs as root";
const folder = mkdtempSync(join(tmpdir(), "plimsoll-ctd-"));
let store: LocalContainerd | null = null;

function imageWith(version: string, architecture = "amd64"): BuiltImage {
  const entries = [
    file("etc/os-release", 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine"\n'),
    file("lib/apk/db/installed", `P:musl\nV:${version}\nA:x86_64\nS:1\nI:1\nT:libc\nL:MIT\no:musl\n\n`),
  ];
  return buildImage({ layers: [{ entries }], platform: { os: "linux", architecture } });
}

const app = imageWith("1.2.5-r0");
const other = imageWith("1.2.5-r1");
const arm = imageWith("1.2.5-r2", "arm64");
const half = buildImage({
  layers: [{ entries: [file("etc/os-release", "ID=x\n")] }, { entries: [file("gone", "1")] }],
});
const large = buildImage({
  layers: [{ entries: [file("large", randomBytes(24 * 1024 ** 2))], compression: "none" }],
});
const statement = { predicateType: "https://example.com/said/v1", predicate: { by: "test" } };
const attested = attestationManifest(app, [statement], "in-index");
const index = buildIndex([manifestDescriptor(app), manifestDescriptor(arm), attested.entry]);

/** An OCI archive of an index under a name. */
function indexArchive(name: string): Buffer {
  const blobs = new Map<string, Uint8Array>([
    ...app.blobs,
    ...arm.blobs,
    ...attested.blobs,
    [attested.digest, attested.bytes],
    [index.digest, index.bytes],
  ]);
  const top = descriptor(index.bytes, index.mediaType, { annotations: { "io.containerd.image.name": name } });
  return writeTar([...layoutFiles([top], blobs)].map(([path, bytes]) => file(path, bytes)));
}

before(async () => {
  if (skip !== false) return;
  mkdirSync(join(folder, "tmp"));
  store = await startContainerd(join(folder, "c"));
  await store.load("default", dockerArchive([{ image: app, tags: ["app:1"] }], { compressed: true }));
  await store.load("k8s.io", dockerArchive([{ image: other, tags: ["registry.example.com/team/app:2"] }]));
  await store.load("default", dockerArchive([{ image: half, tags: ["half:1"] }], { compressed: true }));
  await store.load("apart", dockerArchive([{ image: large, tags: ["large:1"] }]));
  await store.load("default", indexArchive("example.com/many:1"), "--all-platforms");
  await store.load("part", indexArchive("example.com/many:1"), "--all-platforms");
  await store.ctr("-n", "part", "content", "rm", arm.manifestDigest, attested.digest);
  await store.ctr("content", "rm", half.layers[1]?.digest ?? "");
});

after(async () => {
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const home = { HOME: folder, PLIMSOLL_HOME: join(folder, "home"), TMPDIR: join(folder, "tmp") };
  return runProcess(args, { env: { ...home, CONTAINERD_ADDRESS: store?.socket ?? "", ...env } });
}

function options(change: Partial<ResolveOptions> = {}, env: Readonly<Record<string, string>> = {}) {
  const platform = { os: "linux", architecture: "amd64", variant: null };
  const local = { env: { CONTAINERD_ADDRESS: store?.socket ?? "", ...env }, home: folder };
  return { platform, ref: null, insecureRegistries: [], signal: null, local, ...change };
}

interface Document {
  readonly image: {
    readonly source: string;
    readonly repository: string | null;
    readonly tag: string | null;
  };
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}

test("images are found by name, name space, digest and without a prefix", { skip }, async () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["containerd://app:1", "1.2.5-r0", "docker.io/library/app:1"],
    ["containerd://docker.io/library/app:1", "1.2.5-r0", "docker.io/library/app:1"],
    ["containerd://registry.example.com/team/app:2", "1.2.5-r1", "registry.example.com/team/app:2"],
    ["containerd://k8s.io/registry.example.com/team/app:2", "1.2.5-r1", "registry.example.com/team/app:2"],
    ["registry.example.com/team/app:2", "1.2.5-r1", "registry.example.com/team/app:2"],
    [`containerd://part/${index.digest.slice(7, 19)}`, "1.2.5-r0", "example.com/many:1"],
    [`containerd://example.com/many@${index.digest}`, "1.2.5-r0", "example.com/many:1"],
  ];
  for (const [reference, , name] of rows) {
    const { image, close } = await openImage(reference, options());
    await close();
    assert.equal(image.source, "containerd", reference);
    assert.equal(`${image.repository}:${image.tag}`, name, reference);
  }
  for (const [reference, version, name] of [rows[0]!, rows[4]!]) {
    const { exitCode, stdout, stderr } = await run(["sbom", "--format", "json", reference]);
    assert.equal(exitCode, 0, `${reference}: ${stderr}`);
    const { image, packages } = JSON.parse(stdout) as Document;
    assert.equal(image.source, "containerd", reference);
    assert.equal(`${image.repository}:${image.tag}`, name, reference);
    assert.deepEqual(
      packages.map((each) => each.version),
      [version],
      reference,
    );
  }
  assert.deepEqual(readdirSync(join(folder, "tmp")), [], "something was left behind");
});

test("the newest image of the store is named where no engine answers", { skip }, async () => {
  const env = { DOCKER_HOST: `unix://${join(folder, "none.sock")}` };
  assert.equal(await newestLocalImage(options({}, env)), "containerd://default/example.com/many:1");
  const apart = { ...env, CONTAINERD_NAMESPACE: "apart" };
  const named = await newestLocalImage(options({}, apart));
  assert.equal(named, "containerd://apart/docker.io/library/large:1");
  const { image, close } = await openImage(named, options({}, apart));
  await close();
  assert.equal(image.tag, "1");
  // What the engine said is told: most machines have no containerd.
  await assert.rejects(newestLocalImage(options({}, { ...env, CONTAINERD_NAMESPACE: "empty" })), {
    code: "ENGINE_UNREACHABLE",
  });
});

test("what is said when an image cannot be had", { skip }, async () => {
  const local = { ...options().local, env: { CONTAINERD_ADDRESS: join(folder, "none.sock") } };
  const arm64 = { os: "linux", architecture: "arm64", variant: null };
  const rows: readonly (readonly [string, Partial<ResolveOptions>, string, RegExp])[] = [
    ["app:9", {}, "SOURCE_NOT_FOUND", /default\/docker\.io\/library\/app:1.*k8s\.io\/registry/],
    ["nothing-like-it:1", {}, "SOURCE_NOT_FOUND", /name spaces asked; there are: .*k8s\.io/],
    ["large:1", {}, "SOURCE_NOT_FOUND", /apart\/docker\.io\/library\/large:1/],
    ["app:1", { local }, "ENGINE_UNREACHABLE", /there is no such socket/],
    ["half:1", {}, "CONTENT_MISSING", /1 of the image's 2 layers/],
    ["part/example.com/many:1", { platform: arm64 }, "PLATFORM_NOT_FOUND", /linux\/amd64.*--platform/],
  ];
  for (const [location, change, code, message] of rows) {
    await assert.rejects(openImage(`containerd://${location}`, options(change)), { code, message }, location);
  }
  const wrong = { CONTAINERD_NAMESPACE: "../x" };
  await assert.rejects(openImage("containerd://app:1", options({}, wrong)), { code: "CONFIG_INVALID" });
  const only = options({}, { CONTAINERD_NAMESPACE: "k8s.io" });
  await assert.rejects(openImage("containerd://app:1", only), { code: "SOURCE_NOT_FOUND" });
});

test("platforms and attestations are those that the store holds", { skip }, async () => {
  const whole = await openImage("containerd://example.com/many:1", options());
  assert.deepEqual(
    whole.platforms.map(({ architecture }) => architecture),
    ["amd64", "arm64"],
  );
  assert.deepEqual(
    whole.image.attestations?.map(({ predicateType }) => predicateType),
    [statement.predicateType],
  );
  assert.deepEqual(whole.problems, []);
  assert.equal(whole.image.indexDigest, index.digest);
  await whole.close();
  const part = await openImage("containerd://part/example.com/many:1", options());
  assert.deepEqual(
    part.platforms.map(({ architecture }) => architecture),
    ["amd64"],
  );
  assert.equal(part.image.attestations, null);
  assert.deepEqual(
    part.problems.map(({ code }) => code),
    ["ATTESTATIONS_UNAVAILABLE"],
  );
  await part.close();
});

test(
  "a layer of many pieces arrives whole, twice at once, and may be left in the middle",
  { skip },
  async () => {
    const opened = await openImage("containerd://apart/large:1", options());
    try {
      const [blob] = opened.blobs;
      assert.ok(blob?.content.kind === "stream");
      const { content } = blob;
      for await (const piece of await content.open()) {
        assert.ok(piece.byteLength > 0);
        break;
      }
      const digests = await Promise.all(
        [1, 2].map(async () => {
          const hash = createHash("sha256");
          for await (const piece of await content.open()) hash.update(piece);
          return `sha256:${hash.digest("hex")}`;
        }),
      );
      assert.deepEqual(digests, [blob.proof.digest, blob.proof.digest]);
    } finally {
      await opened.close();
    }
  },
);
