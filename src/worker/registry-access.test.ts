/** What of the operator's settings for registries reaches the images of organisations. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type FakeRegistry, startFakeRegistry } from "../../test/helpers/fake-registry.ts";
import { buildImage } from "../../test/helpers/oci-image.ts";
import { file } from "../../test/helpers/oci-tar.ts";
import { openImage } from "../image/open.ts";
import { createSecretBox } from "../io/secret-box.ts";
import { registryRoute } from "../oci/registry-certificates.ts";
import { openAccess, passwordPurpose, type RegistrySettings } from "./registry-access.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-access-"));
const servers: FakeRegistry[] = [];
after(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const image = buildImage({ layers: [{ entries: [file("a", "1")] }] });
const secrets = createSecretBox("a key that is long enough for tests of workers");
const registryId = "7f6c0c7e-6a4e-4b53-8a3c-0d2f1f6f6a11";

async function serve(options: Parameters<typeof startFakeRegistry>[0] = {}): Promise<FakeRegistry> {
  const server = await startFakeRegistry(options);
  servers.push(server);
  server.addImage("acme/app", "1", image);
  return server;
}

function accessTo(host: string, registries: RegistrySettings | null) {
  const passwordSealed = secrets.seal("secret", passwordPurpose(registryId));
  const registry = { orgId: "o", registryId, host, insecure: false, username: "ada", passwordSealed };
  return openAccess(registry, secrets, { registries, signal: null });
}

test("what an organisation may see its registry says; content comes from mirrors, which get no sign-in", async () => {
  const registry = await serve({ auth: "basic", user: "ada", password: "secret" });
  const mirror = await serve();
  const settings = { mirrors: { [registry.host]: [mirror.host] }, certificateFolders: [] };
  const { client, options } = accessTo(registry.host, settings);
  const place = { registry: registry.host, path: "acme/app" };
  assert.equal(await client.fetchDigest(place, "1"), image.manifestDigest);
  assert.equal((await client.fetchManifest(place, image.manifestDigest)).digest, image.manifestDigest);
  assert.equal(mirror.requests.length, 0);
  const before = registry.requests.length;
  const platform = { os: "linux", architecture: "amd64", variant: null };
  const named = `registry://${registry.host}/acme/app@${image.manifestDigest}`;
  const opened = await openImage(named, { ...options, platform });
  const content = opened.blobs[0]?.content;
  assert.ok(content?.kind === "stream");
  for await (const piece of await content.open()) assert.ok(piece.byteLength > 0);
  await opened.close();
  const fromMirror = mirror.requests.map(({ url }) => url).filter((url) => url.includes("/blobs/"));
  assert.equal(fromMirror.length, 2, "configuration and layer");
  assert.deepEqual(
    registry.requests.slice(before).filter(({ url }) => url.includes("/blobs/")),
    [],
  );
  assert.ok(mirror.requests.every(({ headers }) => headers.authorization === undefined));
});

test("of the operator's certificates the authorities are used, never a client's", async () => {
  const place = join(folder, "certs.d", "registry.example.com");
  mkdirSync(place, { recursive: true });
  for (const name of ["ca.crt", "client.cert", "client.key"]) writeFileSync(join(place, name), name);
  const folders = [join(folder, "certs.d")];
  assert.deepEqual(await registryRoute("registry.example.com", folders, "authorities"), { ca: "ca.crt" });
  assert.deepEqual(Object.keys((await registryRoute("registry.example.com", folders)) ?? {}), [
    "ca",
    "cert",
    "key",
  ]);
  const { options } = accessTo("registry.example.com", { mirrors: {}, certificateFolders: folders });
  assert.equal(options.registry?.certificateUse, "authorities");
  assert.deepEqual(options.registry.certificateFolders, folders);
});
