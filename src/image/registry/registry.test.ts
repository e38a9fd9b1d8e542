import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from "../../../test/helpers/fake-registry.ts";
import { buildImage, buildIndex, descriptor, manifestDescriptor } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import type { ResolveOptions } from "../types.ts";
import { registry } from "./index.ts";

const layers = [{ entries: [file("a", "1")] }];
const amd = buildImage({ layers });
const arm = buildImage({ layers, platform: { os: "linux", architecture: "arm64" } });
const index = buildIndex([
  manifestDescriptor(amd),
  manifestDescriptor(arm),
  descriptor(Buffer.from("x"), "application/vnd.oci.image.manifest.v1+json", {
    platform: { os: "unknown", architecture: "unknown" },
    annotations: { "vnd.docker.reference.type": "attestation-manifest" },
  }),
]);

const started: FakeRegistry[] = [];
after(async () => {
  for (const fake of started) await fake.close();
});

async function setUp(fakeOptions: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const fake = await startFakeRegistry(fakeOptions);
  started.push(fake);
  fake.addImage("team/app", "amd", amd);
  fake.addImage("team/app", "arm", arm);
  fake.addManifest("team/app", "all", index.bytes, index.mediaType);
  return fake;
}

function options(change: Partial<ResolveOptions> = {}): ResolveOptions {
  return {
    platform: { os: "linux", architecture: "arm64", variant: null },
    ref: null,
    insecureRegistries: [],
    signal: null,
    ...change,
  };
}

test("the platform's image is chosen from an index, by tag and by digest", async () => {
  const { host } = await setUp({ referrersApi: true });
  for (const reference of [`${host}/team/app:all`, `${host}/team/app@${index.digest}`]) {
    const { image, platforms } = await registry.open(reference, options());
    assert.equal(image.digest, arm.manifestDigest);
    assert.equal(image.indexDigest, index.digest);
    assert.equal(image.repository, `${host}/team/app`);
    assert.equal(image.tag, reference.includes("@") ? null : "all");
    assert.deepEqual(
      platforms.map(({ architecture }) => architecture),
      ["amd64", "arm64"],
    );
  }
  await assert.rejects(registry.open(`${host}/team/app:amd`, options()), { code: "PLATFORM_NOT_FOUND" });
});

test("referrers that cannot be listed leave attestations unknown, not absent", async () => {
  const fake = await setUp();
  fake.faults.push((request, response) => {
    if (!request.url?.includes("/referrers/")) return false;
    response.writeHead(403).end();
    return true;
  });
  const opened = await registry.open(`${fake.host}/team/app:arm`, options());
  assert.equal(opened.image.attestations, null);
  assert.deepEqual(
    opened.problems.map(({ code }) => code),
    ["ATTESTATIONS_UNAVAILABLE"],
  );
});

test("given credentials go to the registry of the image when no other is named", async () => {
  const { host } = await setUp({ auth: "basic", user: "me", password: "pw" });
  const access = (name: string | null) => ({
    registry: {
      credentialFiles: [],
      env: {},
      explicit: { registry: name, user: "me", password: "pw", token: null },
    },
  });
  const reference = `${host}/team/app:arm`;
  for (const name of [null, host]) {
    assert.equal((await registry.open(reference, options(access(name)))).image.digest, arm.manifestDigest);
  }
  await assert.rejects(registry.open(reference, options(access("quay.io"))), {
    code: "REGISTRY_UNAUTHORIZED",
  });
});

test("an abort ends it with the caller's reason", async () => {
  const fake = await setUp();
  fake.faults.push(() => true);
  const signal = AbortSignal.timeout(100);
  await assert.rejects(registry.open(`${fake.host}/team/app:arm`, options({ signal })), {
    name: "TimeoutError",
  });
});
