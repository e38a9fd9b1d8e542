/**
 * Real registries and a real client (`docker-registry`, `skopeo copy`): what is there is listed, enabled by a pattern and back-filled;
 * what is pushed later is told by notifications, or found by polling where nothing is told; a registry that is gone says so.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { distributionSettings } from "../../src/cli/server/notification-settings.ts";
import { openApiAsOwner, type ApiClient } from "../helpers/api-client.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort, startRegistry, type LocalRegistry } from "../helpers/local-registry.ts";
import { buildImage, writeLayout } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { processesNaming, startServerProcess, type ServerProcess } from "../helpers/server-process.ts";

const skip = skipWithoutPrograms("docker-registry", "skopeo");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-polling-"));
chmodSync(folder, 0o711);
const user = {
  user: "ann",
  password: "s3cret-pass",
  // crypt(3) of the password with bcrypt, cost 4: no secret, it opens nothing but this test's registry.
  htpasswd: "ann:$2y$04$abcdefghijklmnopqrstuuaUNpTaGyHErb7YklXKRt/SEtSLxPST6",
};
const signIn = { username: user.user, password: user.password };
let server: ServerProcess | null = null;
let api: ApiClient | null = null;
const registries: LocalRegistry[] = [];

before(async () => {
  if (skip !== false) return;
  server = await startServerProcess({ home: join(folder, "home") });
  api = await openApiAsOwner(server.address, server.ownerToken ?? "");
  await api.must("POST", "/orgs", { name: "acme" });
});

after(async () => {
  await server?.stop();
  for (const registry of registries) await registry.stop();
  for (const line of processesNaming(folder)) process.kill(Number.parseInt(line, 10), "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown) =>
  (api ?? assert.fail("no server")).must(method, `/orgs/acme${path}`, body);

/** Made at that hour, and pushed as people do. */
async function push(reference: string, hour: number): Promise<string> {
  const image = buildImage({
    layers: [
      {
        entries: [
          file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"),
          file("lib/apk/db/installed", `P:musl\nV:1.2.5-r${hour}\nA:x86_64\no:musl\nL:MIT\n\n`),
          file("name", reference),
        ],
      },
    ],
    created: `2026-11-20T${String(hour).padStart(2, "0")}:00:00Z`,
  });
  const layout = mkdtempSync(join(folder, "layout-"));
  writeLayout(layout, image, "pushed");
  const args = ["--insecure-policy", "copy", "--dest-tls-verify=false", "--dest-creds", "ann:s3cret-pass"];
  await promisify(execFile)("skopeo", [...args, `oci:${layout}:pushed`, `docker://${reference}`]);
  return image.manifestDigest;
}

interface ListedImage {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly state: string;
}

/** Of the repository, by tag, once there are as many and all are analysed. */
const analysed = (repository: string, count: number) =>
  eventually(async () => {
    const { entries } = await ask("GET", "/images?limit=200");
    const own = (entries as ListedImage[]).filter((row) => row.repository === repository);
    return own.length >= count && own.every(({ state }) => state === "analysed") && own;
  }, `${count} images of ${repository} are analysed`);

test(
  "what is there is listed, enabled by a pattern and back-filled; what is new is found by a poll",
  { skip },
  async () => {
    const registry = await startRegistry(join(folder, "silent"), user);
    registries.push(registry);
    const { host } = registry;
    await push(`${host}/acme/app:1.0`, 1);
    await push(`${host}/acme/app:2.0`, 2);
    const third = await push(`${host}/acme/app:3.0`, 3);
    await push(`${host}/other/tool:1`, 4);
    const { id } = await ask("POST", "/registries", { host, insecure: true, ...signIn });
    await ask("POST", `/registries/${id}/list`);
    const { entries } = await eventually(async () => {
      const page = await ask("GET", `/registries/${id}/listed`);
      assert.equal(page.failure, null);
      return page.listedAt !== null && page;
    }, "the registry has listed");
    assert.deepEqual(
      entries.map(({ name }: { name: string }) => name),
      ["acme/app", "other/tool"],
    );
    const wanted = { pattern: "acme/*", enabled: true, backfill: 1, future: true };
    assert.deepEqual((await ask("POST", `/registries/${id}/switch`, wanted)).names, ["acme/app"]);
    const [newest] = await analysed(`${host}/acme/app`, 1);
    assert.deepEqual([newest?.tag, newest?.digest], ["3.0", third]);
    const fourth = await push(`${host}/acme/app:4.0`, 5);
    await push(`${host}/acme/late:1.0`, 6);
    await ask("POST", `/registries/${id}/poll`);
    await eventually(async () => {
      const { json } = await (api ?? assert.fail()).request(
        "GET",
        `/orgs/acme/verdict?repository=${host}/acme/app&tag=4.0`,
      );
      return json?.digest === fourth && json.state === "analysed";
    }, "the new tag is analysed");
    const names = async () =>
      (await ask("GET", "/repositories?enabled=true")).entries.map(({ name }: { name: string }) => name);
    await eventually(async () => (await names()).includes("acme/late"), "what fits later is enabled");
    assert.ok(!(await names()).includes("other/tool"));
    // A sign-in that does not open it, and a registry that is gone.
    const stateOf = async () =>
      (await ask("GET", "/registries")).registries.find((row: { id: string }) => row.id === id);
    await ask("PATCH", `/registries/${id}`, { password: "wrong" });
    await ask("POST", `/registries/${id}/poll`);
    const refused = await eventually(async () => {
      const row = await stateOf();
      return row.state === "error" && row;
    }, "a refusal is shown");
    assert.doesNotMatch(refused.failure, /wrong|s3cret/);
    await ask("PATCH", `/registries/${id}`, { password: user.password });
    assert.equal((await stateOf()).state, "connected");
    await registry.stop();
    await ask("POST", `/registries/${id}/poll`);
    await eventually(async () => (await stateOf()).state === "error", "a registry that is gone is shown");
  },
);

test("what a client pushes is told by the registry, and judged", { skip }, async () => {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const registry = await ask("POST", "/registries", { host, insecure: true, ...signIn });
  await ask("POST", "/repositories", { registry: host, name: "acme/told" });
  const wanted = { name: "registry", scopes: ["analyse"], expiresInDays: 1 };
  const { token } = await ask("POST", "/tokens", wanted);
  const url = `${server?.address ?? ""}${registry.notificationPath}`;
  registries.push(
    await startRegistry(join(folder, "told"), user, distributionSettings({ org: "acme", url, token }), port),
  );
  const digest = await push(`${host}/acme/told:1.0`, 7);
  const [image] = await analysed(`${host}/acme/told`, 1);
  assert.deepEqual([image?.tag, image?.digest], ["1.0", digest]);
  const { registries: rows } = await ask("GET", "/registries");
  assert.equal(rows.find((row: { id: string }) => row.id === registry.id).state, "connected");
});
