import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  startPushRegistry,
  type PushRegistry,
  type PushRegistryOptions,
} from "../../test/helpers/push-registry.ts";
import { createRegistryClient } from "./client.ts";
import { digestOf } from "./digest.ts";
import { createRegistryWriter, type RegistryWriter } from "./push.ts";
import type { RegistryClientOptions, RepositoryName } from "./registry-options.ts";

const bytes = Buffer.from([0, 255, 128, 10, 200]);
const mediaType = "application/vnd.oci.image.manifest.v1+json";

async function start(
  t: TestContext,
  options: PushRegistryOptions = {},
): Promise<{
  registry: PushRegistry;
  writer: RegistryWriter;
  repository: RepositoryName;
  client: RegistryClientOptions;
}> {
  const registry = await startPushRegistry(options);
  t.after(() => registry.close());
  const [user = "", password = ""] = (options.basic ?? ":").split(":");
  const client: RegistryClientOptions = {
    credentials: async () => ({ credentials: { kind: "basic", user, password }, note: null }),
    insecureRegistries: [],
    signal: null,
    limits: { retriesMax: 0 },
    // Asked for nothing: what is written goes to the registry itself.
    mirrors: { [registry.host]: ["127.0.0.1:1"] },
  };
  return {
    registry,
    writer: createRegistryWriter(client),
    repository: { registry: registry.host, path: "team/db" },
    client,
  };
}

test("pushing: what was pushed is what is pulled", async (t) => {
  const { registry, writer, repository, client } = await start(t);
  assert.equal(await writer.hasBlob(repository, digestOf(bytes)), false);
  assert.equal(await writer.putBlob(repository, bytes), digestOf(bytes));
  assert.equal(await writer.hasBlob(repository, digestOf(bytes)), true);
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2 }));
  assert.equal(await writer.putManifest(repository, "latest", manifest, mediaType), digestOf(manifest));
  const reader = createRegistryClient({ ...client, mirrors: {} });
  assert.deepEqual(Buffer.from((await reader.fetchManifest(repository, "latest")).bytes), manifest);
  assert.deepEqual(Buffer.from(await reader.fetchBlob(repository, digestOf(bytes), 100)), bytes);
  // The place that the registry named, with its own query kept.
  const put = registry.requests.find(({ line }) => line.startsWith("PUT") && line.includes("uploads"));
  assert.match(put?.line ?? "", /uploads\/1\?state=x&digest=sha256%3A/);
});

test("pushing: the sign-in goes to the registry, and not to where its storage lies", async (t) => {
  const { registry, writer, repository } = await start(t, { basic: "robot:secret", uploadsElsewhere: true });
  await writer.putBlob(repository, bytes);
  assert.deepEqual(registry.blobs.get(digestOf(bytes)), bytes);
  const stored = registry.requests.find(({ line }) => line.startsWith("PUT /storage"));
  assert.equal(stored?.authorization, null);
  assert.ok(registry.requests.some(({ authorization }) => authorization?.startsWith("Basic ") === true));
});

test("pushing: a refusal is told by its code", async (t) => {
  const { registry, repository, client } = await start(t, { basic: "robot:secret" });
  const writer = createRegistryWriter({
    ...client,
    credentials: async () => ({ credentials: null, note: null }),
  });
  await assert.rejects(writer.putBlob(repository, bytes), { code: "REGISTRY_UNAUTHORIZED" });
  assert.equal(registry.blobs.size, 0);
});
