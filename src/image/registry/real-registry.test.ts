/**
 * The registry source against the reference implementation of a registry, filled by skopeo.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { buildImage, writeLayout } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { createRegistryClient } from "../../oci/client.ts";
import { openImage } from "../open.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-real-registry-"));
const children: ChildProcess[] = [];
after(async () => {
  for (const child of children) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.kill("SIGTERM")) await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function missingTool(): string | false {
  if (process.env["CI"] === "true") return false;
  for (const tool of ["skopeo", "docker-registry"]) {
    try {
      execFileSync(tool, ["--version"], { stdio: "ignore" });
    } catch {
      return `needs ${tool}, which is not on this machine`;
    }
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startRegistry(): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, "config.yml");
  const storage = `storage: { filesystem: { rootdirectory: ${folder}/storage } }`;
  writeFileSync(config, `version: 0.1\nlog: { level: error }\n${storage}\nhttp: { addr: "${host}" }\n`);
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  children.push(child);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null);
    if (answer?.ok === true) return host;
    await sleep(50);
  }
  throw new Error("docker-registry did not start");
}

test(
  "an image pushed by skopeo resolves, and its blobs have their digests",
  { skip: missingTool() },
  async () => {
    const host = await startRegistry();
    const layers = [
      { entries: [file("etc/os-release", "ID=test")] },
      { entries: [file("big", "0123456789".repeat(100_000))] },
    ];
    const image = buildImage({ layers, config: { User: "app" } });
    const layout = join(folder, "layout");
    writeLayout(layout, image, "1");
    const copy = (...args: string[]): Buffer =>
      execFileSync("skopeo", ["--insecure-policy", "copy", "--dest-tls-verify=false", ...args], {
        stdio: "pipe",
      });
    copy(`oci:${layout}:1`, `docker://${host}/team/app:1`);
    copy("--format", "v2s2", `oci:${layout}:1`, `docker://${host}/team/app:docker`);
    for (const tag of ["1", "docker"]) {
      const opened = await openImage(`registry://${host}/team/app:${tag}`, {
        platform: { os: "linux", architecture: "amd64", variant: null },
        ref: null,
        insecureRegistries: [],
        signal: null,
      });
      const { image: resolved, blobs } = opened;
      assert.equal(resolved.repository, `${host}/team/app`);
      assert.equal(resolved.config.user, "app");
      assert.deepEqual(resolved.attestations, []);
      assert.deepEqual(opened.problems, []);
      assert.equal(resolved.layers.length, 2);
      if (tag === "1") assert.equal(resolved.digest, image.manifestDigest);
      for (const [at, { content, proof, layer }] of blobs.entries()) {
        assert.equal(layer.diffId, image.layers[at]?.diffId);
        assert.ok(content.kind === "stream");
        const hash = createHash("sha256");
        for await (const piece of await content.open()) hash.update(piece);
        assert.equal(`sha256:${hash.digest("hex")}`, proof.digest);
      }
      await opened.close();
    }
    const credentials = async () => ({ credentials: null, note: null });
    const client = createRegistryClient({ credentials, insecureRegistries: [], signal: null });
    const app = { registry: host, path: "team/app" };
    assert.deepEqual((await client.fetchTags(app)).toSorted(), ["1", "docker"]);
    assert.equal(await client.fetchDigest(app, "1"), image.manifestDigest);
    await assert.rejects(client.fetchManifest(app, "absent"), { code: "SOURCE_NOT_FOUND" });
  },
);
