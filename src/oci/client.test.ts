import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from "../../test/helpers/fake-registry.ts";
import { buildImage, descriptor, sha256 } from "../../test/helpers/oci-image.ts";
import { file } from "../../test/helpers/oci-tar.ts";
import { createRegistryClient } from "./client.ts";
import type { Credentials } from "./docker-config.ts";
import type { ErrorCode } from "../domain/error-codes.ts";
import { PlimsollError } from "../domain/error.ts";
import { createTagResolver } from "./tag-resolver.ts";

const image = buildImage({ layers: [{ entries: [file("a", "x".repeat(200_000))], compression: "none" }] });
const layer = image.layers[0]?.blob ?? Buffer.alloc(0);
const indexType = "application/vnd.oci.image.index.v1+json";

const started: FakeRegistry[] = [];
after(async () => {
  for (const registry of started) await registry.close();
});

async function setUp(options: FakeRegistryOptions = {}, credentials: Credentials | null = null) {
  const registry = await startFakeRegistry(options);
  started.push(registry);
  registry.addImage("team/app", "1", image);
  const client = createRegistryClient({
    credentials: async () => ({ credentials, note: null }),
    insecureRegistries: [],
    signal: null,
    limits: { retryPauseMs: 1, retriesMax: 2 },
  });
  return { registry, client, app: { registry: registry.host, path: "team/app" } };
}

async function rejectsWith(
  code: ErrorCode,
  promise: Promise<unknown>,
  secrets = /hunter2/,
): Promise<PlimsollError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof PlimsollError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(JSON.stringify([error.message, error.details, String(error.cause)]), secrets);
    return error;
  }
  assert.fail(`it should have failed with ${code}`);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const basic: Credentials = { kind: "basic", user: "me", password: "hunter2" };

test("each way to sign in opens the repository", async () => {
  const rows: readonly (readonly [string, FakeRegistryOptions, Credentials | null])[] = [
    ["anonymous", {}, null],
    ["basic", { auth: "basic", user: "me", password: "hunter2" }, basic],
    ["anonymous token", { auth: "token" }, null],
    ["token for a user", { auth: "token", user: "me", password: "hunter2" }, basic],
    [
      "token for an identity",
      { auth: "token", identityToken: "hunter2" },
      { kind: "identity-token", token: "hunter2" },
    ],
    ["given token", { auth: "token" }, { kind: "bearer", token: "token-for-tests" }],
  ];
  for (const [name, options, credentials] of rows) {
    const { client, app, registry } = await setUp(options, credentials);
    const manifest = await client.fetchManifest(app, "1");
    assert.equal(manifest.digest, image.manifestDigest, name);
    assert.equal(
      (await client.fetchBlob(app, image.configDigest, 10_000)).byteLength,
      image.config.byteLength,
      name,
    );
    // One challenge for both requests.
    const count = registry.requests.filter(
      (request) => request.at === "registry" && request.url !== "/v2/",
    ).length;
    assert.equal(count, options.auth === undefined ? 2 : 3, name);
  }
});

test("an identity token travels in a body, never in an address", async () => {
  const { client, app, registry } = await setUp(
    { auth: "token", identityToken: "hunter2" },
    { kind: "identity-token", token: "hunter2" },
  );
  await client.fetchManifest(app, "1");
  const exchange = registry.requests.find((request) => request.at === "auth");
  assert.equal(exchange?.method, "POST");
  assert.doesNotMatch(exchange?.url ?? "", /hunter2/);
  assert.equal(new URLSearchParams(exchange?.body).get("grant_type"), "refresh_token");
});

test("refused sign-ins", async () => {
  const wrong = { auth: "basic", user: "me", password: "other" } as const;
  const first = await setUp(wrong, basic);
  await rejectsWith("REGISTRY_UNAUTHORIZED", first.client.fetchManifest(first.app, "1"));
  const second = await setUp(wrong, null);
  await rejectsWith("REGISTRY_UNAUTHORIZED", second.client.fetchManifest(second.app, "1"));
  const third = await setUp({ ...wrong, auth: "token" }, basic);
  await rejectsWith("REGISTRY_UNAUTHORIZED", third.client.fetchManifest(third.app, "1"));
  const fourth = await setUp({ auth: "token" }, { kind: "bearer", token: "hunter2" });
  await rejectsWith("REGISTRY_UNAUTHORIZED", fourth.client.fetchManifest(fourth.app, "1"));
});

test("credentials are not sent to a realm that is not as safe as the registry", async () => {
  const rows: readonly (readonly [string, ErrorCode])[] = [
    ["http://auth.example.com/token", "REGISTRY_INSECURE"],
    ["ftp://127.0.0.1/token", "REGISTRY_PROTOCOL"],
    ["not an address", "REGISTRY_PROTOCOL"],
  ];
  for (const [realm, code] of rows) {
    const { client, app, registry } = await setUp({ auth: "token", realm }, basic);
    await rejectsWith(code, client.fetchManifest(app, "1"));
    assert.ok(registry.requests.every((request) => request.headers.authorization === undefined));
  }
});

test("blobs may be redirected, without the credentials", async () => {
  const { client, app, registry } = await setUp({ auth: "token", redirectBlobs: true });
  const bytes = await collect(await client.openBlob(app, sha256(layer), layer.byteLength));
  assert.equal(sha256(bytes), sha256(layer));
  const [asked] = registry.requests.filter((request) => request.at === "storage");
  assert.ok(asked !== undefined);
  assert.equal(asked.headers.authorization, undefined);
});

test("where a redirect leads may not ask for the credentials", async () => {
  const { client, app, registry } = await setUp({ auth: "token" }, basic);
  const other = await setUp({ auth: "token" });
  registry.faults.push((request, response) => {
    if (!request.url?.includes("/blobs/")) return false;
    response.writeHead(307, { location: `http://${other.registry.host}${request.url}` }).end();
    return true;
  });
  await rejectsWith("REGISTRY_PROTOCOL", client.openBlob(app, sha256(layer), layer.byteLength));
  const sent = other.registry.requests.map(({ at, headers }) => [at, headers.authorization]);
  assert.deepEqual(sent, [["registry", undefined]]);
});

test("a blob that breaks off is resumed where it stopped", async () => {
  const { client, app, registry } = await setUp();
  let breaks = 0;
  registry.faults.push((request, response) => {
    if (!request.url?.includes("/blobs/") || breaks >= 2) return false;
    breaks += 1;
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const status = from === 0 ? 200 : 206;
    const total = layer.byteLength;
    const range = from === 0 ? {} : { "content-range": `bytes ${from}-${total - 1}/${total}` };
    response.writeHead(status, { "content-length": total - from, ...range });
    response.write(layer.subarray(from, from + 60_000), () => setTimeout(() => request.socket.destroy(), 30));
    return true;
  });
  const bytes = await collect(await client.openBlob(app, sha256(layer), layer.byteLength));
  assert.equal(sha256(bytes), sha256(layer));
  const ranges = registry.requests.flatMap((request) => request.headers.range ?? []);
  assert.deepEqual(ranges, ["bytes=60000-", "bytes=120000-"]);
});

test("a blob that keeps breaking off is an error, not a short blob", async () => {
  const { client, app, registry } = await setUp();
  registry.faults.push((request, response) => {
    if (!request.url?.includes("/blobs/")) return false;
    response.writeHead(200, { "content-length": layer.byteLength });
    response.write("half", () => setTimeout(() => request.socket.destroy(), 5));
    return true;
  });
  const stream = await client.openBlob(app, sha256(layer), layer.byteLength);
  await rejectsWith("REGISTRY_UNREACHABLE", collect(stream));
});

test("content that is not what it was named by is refused", async () => {
  const { client, app, registry } = await setUp();
  registry.manifests.set(`team/app:${sha256(Buffer.from("other"))}`, {
    bytes: image.manifest,
    mediaType: "a/b",
  });
  await rejectsWith("DIGEST_MISMATCH", client.fetchManifest(app, sha256(Buffer.from("other"))));
  registry.blobs.set(image.configDigest, Buffer.from("tampered"));
  await rejectsWith("DIGEST_MISMATCH", client.fetchBlob(app, image.configDigest, 1000));
  registry.blobs.set(image.configDigest, Buffer.alloc(1001));
  await rejectsWith("LIMIT_EXCEEDED", client.fetchBlob(app, image.configDigest, 1000));
  registry.addManifest("team/app", "huge", Buffer.alloc(4 * 1024 ** 2 + 1, " "), "a/b");
  await rejectsWith("LIMIT_EXCEEDED", client.fetchManifest(app, "huge"));
});

test("statuses become codes", async () => {
  const rows: readonly (readonly [number, ErrorCode])[] = [
    [403, "REGISTRY_DENIED"],
    [404, "SOURCE_NOT_FOUND"],
    [429, "REGISTRY_RATE_LIMITED"],
    [500, "REGISTRY_UNREACHABLE"],
    [503, "REGISTRY_UNREACHABLE"],
    [418, "REGISTRY_PROTOCOL"],
    [401, "REGISTRY_PROTOCOL"],
  ];
  for (const [status, code] of rows) {
    const { client, app, registry } = await setUp();
    registry.faults.push((request, response) => {
      if (!request.url?.includes("/manifests/")) return false;
      response.writeHead(status, { "retry-after": "0" }).end('{"errors":[{"code":"SOME_CODE"}]}');
      return true;
    });
    await rejectsWith(code, client.fetchManifest(app, "1"));
  }
});

test("a rate limit that passes is waited for", async () => {
  const { client, app, registry } = await setUp();
  let refusals = 1;
  registry.faults.push((request, response) => {
    if (!request.url?.includes("/manifests/") || refusals === 0) return false;
    refusals -= 1;
    response.writeHead(429, { "retry-after": "0" }).end();
    return true;
  });
  assert.equal((await client.fetchManifest(app, "1")).digest, image.manifestDigest);
});

test("plain HTTP is for loopback, and silence is told", async () => {
  const { client, app } = await setUp();
  const port = app.registry.split(":")[1];
  assert.equal(
    (await client.fetchManifest({ registry: `localhost:${port}`, path: "team/app" }, "1")).digest,
    image.manifestDigest,
  );
  await rejectsWith(
    "REGISTRY_UNREACHABLE",
    client.fetchManifest({ registry: "127.0.0.1:1", path: "a" }, "1"),
  );
});

test("referrers come from the API, else from the fall-back tag, else there are none", async () => {
  const referrer = descriptor(image.manifest, image.manifestMediaType, { artifactType: "a/b" });
  const api = await setUp({ referrersApi: true });
  api.registry.referrers.set(image.manifestDigest, [referrer]);
  assert.equal((await api.client.fetchReferrers(api.app, image.manifestDigest))[0]?.artifactType, "a/b");
  const tagged = await setUp();
  assert.deepEqual(await tagged.client.fetchReferrers(tagged.app, image.manifestDigest), []);
  const index = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [referrer] }),
  );
  tagged.registry.addManifest("team/app", image.manifestDigest.replace(":", "-"), index, indexType);
  assert.equal((await tagged.client.fetchReferrers(tagged.app, image.manifestDigest)).length, 1);
});

test("tags come page by page", async () => {
  const { client, app, registry } = await setUp();
  for (const tag of ["2", "3", "4", "5"]) registry.addImage("team/app", tag, image);
  assert.deepEqual(await client.fetchTags(app), ["1", "2", "3", "4", "5"]);
});

test("what a tag names now, or why it cannot be told", async () => {
  const { client, app, registry } = await setUp();
  const resolveTag = createTagResolver(client);
  const repository = `${app.registry}/${app.path}`;
  assert.deepEqual(await resolveTag(repository, "1"), { digest: image.manifestDigest });
  assert.equal(registry.requests.at(-1)?.method, "HEAD");
  assert.ok("reason" in (await resolveTag(repository, "absent")));
  assert.ok("reason" in (await resolveTag(repository, "no tag")));
});

test("a mirror is asked first, with its own sign-in only, and the registry for what it does not have", async () => {
  const asked: string[] = [];
  const { registry: origin } = await setUp();
  const { registry: mirror } = await setUp();
  const { registry: empty } = await startedWithout();
  const dead = "127.0.0.1:1";
  const client = createRegistryClient({
    credentials: async (registry) => {
      asked.push(registry);
      return { credentials: null, note: null };
    },
    insecureRegistries: [],
    signal: null,
    limits: { retryPauseMs: 1, retriesMax: 0 },
    mirrors: { "registry.test": [mirror.host], [origin.host]: [dead, empty.host] },
  });
  const stored = await client.fetchManifest({ registry: "registry.test", path: "team/app" }, "1");
  assert.equal(stored.digest, image.manifestDigest);
  const fallen = await client.fetchManifest({ registry: origin.host, path: "team/app" }, "1");
  assert.equal(fallen.digest, image.manifestDigest);
  const blob = await client.fetchBlob(
    { registry: origin.host, path: "team/app" },
    image.configDigest,
    100_000,
  );
  assert.deepEqual(blob, image.config);
  assert.ok(!asked.includes("registry.test"));
  await rejectsWith(
    "SOURCE_NOT_FOUND",
    client.fetchManifest({ registry: origin.host, path: "team/app" }, "absent"),
  );
});

async function startedWithout(): Promise<{ readonly registry: FakeRegistry }> {
  const registry = await startFakeRegistry({});
  started.push(registry);
  return { registry };
}
