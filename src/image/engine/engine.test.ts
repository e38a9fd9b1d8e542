import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildImage, dockerArchive, ociArchive } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { newestLocalImage, openImage } from "../open.ts";
import type { ResolveOptions } from "../types.ts";
import { enginePlaces } from "./places.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-engine-test-"));
const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
const id = image.configDigest;

interface Answers {
  readonly list?: unknown;
  readonly names?: readonly string[];
  readonly tar?: Uint8Array;
  readonly status?: number;
  readonly prefix?: string;
  readonly architecture?: string;
  readonly onSave?: () => void;
}

/** An engine with one image; returns its socket. */
async function serve(answers: Answers): Promise<string> {
  const names = answers.names ?? ["app:1"];
  const { prefix = "" } = answers;
  const platform = { Os: "linux", Architecture: answers.architecture ?? "amd64" };
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
    const known = [...names, id, id.slice(7), id.slice(7, 19)].map((name) => `${prefix}/images/${name}`);
    if (answers.status !== undefined) response.writeHead(answers.status).end();
    else if (path === `${prefix}/images/json`) response.end(JSON.stringify(answers.list ?? []));
    else if (path === `${prefix}/images/${id}/get`) {
      answers.onSave?.();
      response.end(answers.tar ?? "");
    } else if (known.some((name) => path === `${name}/json`))
      response.end(JSON.stringify({ Id: id, RepoTags: names, ...platform }));
    else response.writeHead(404).end("{}");
  });
  servers.push(server);
  const path = join(folder, `${servers.length}.sock`);
  await new Promise<void>((done) => server.listen(path, done));
  return path;
}

function options(
  env: Readonly<Record<string, string>>,
  platform: ResolveOptions["platform"] = null,
): ResolveOptions {
  const wish = platform ?? { os: "linux", architecture: "amd64", variant: null };
  return { platform: wish, ref: null, insecureRegistries: [], signal: null, local: { env, home: folder } };
}

test("the archive of either form is read, and the name is the one that was asked for", async () => {
  const docker = dockerArchive([{ image, tags: ["x:9"] }]);
  const oci = ociArchive(image);
  for (const tar of [docker, oci]) {
    const socket = await serve({ tar, names: ["other:2", "localhost/app:1"] });
    const opened = await openImage("local://localhost/app:1", options({ DOCKER_HOST: `unix://${socket}` }));
    try {
      assert.equal(opened.image.source, "engine");
      assert.equal(opened.image.repository, "localhost/app");
      assert.equal(opened.image.tag, "1");
      assert.equal(opened.image.reference, "local://localhost/app:1");
      assert.deepEqual(
        opened.image.layers.map(({ diffId }) => diffId),
        image.layers.map(({ diffId }) => diffId),
      );
      const [blob] = opened.blobs;
      assert.equal(blob?.content.kind, "file");
    } finally {
      await opened.close();
    }
  }
});

test("what was saved is removed when the image is closed, and when it cannot be read", async () => {
  const socket = await serve({ tar: dockerArchive([{ image, tags: [] }]) });
  const opened = await openImage(`local://${id}`, options({ DOCKER_HOST: `unix://${socket}` }));
  const content = opened.blobs[0]?.content;
  assert.ok(content?.kind === "file" && readFileSync(content.path).byteLength > 0);
  await opened.close();
  assert.throws(() => readFileSync(content.path), { code: "ENOENT" });
  const broken = await serve({ tar: Buffer.from("no tar") });
  await assert.rejects(openImage("local://app:1", options({ DOCKER_HOST: `unix://${broken}` })), {
    code: "SOURCE_INVALID",
  });
});

test("an image that is known is not saved again before a layer is read, and then held to its digest", async () => {
  const tar = dockerArchive([{ image, tags: [] }]);
  let saved = 0;
  const counts = await serve({ tar, names: ["app:1"], onSave: () => (saved += 1) });
  const cacheFolder = join(folder, "cache");
  const known = (): ResolveOptions => {
    const plain = options({ DOCKER_HOST: `unix://${counts}` });
    return { ...plain, local: { env: {}, home: folder, ...plain.local, cacheFolder } };
  };
  const first = await openImage("local://app:1", known());
  await first.close();
  assert.equal(saved, 1);
  const second = await openImage("local://app:1", known());
  assert.equal(saved, 1);
  const { reference, ...told } = second.image;
  assert.deepEqual({ ...told, reference }, first.image);
  const [blob] = second.blobs;
  assert.deepEqual(blob?.proof, { of: "blob", digest: image.layers[0]?.diffId });
  assert.ok(blob?.content.kind === "stream");
  const hash = createHash("sha256");
  for await (const piece of await blob.content.open()) hash.update(piece);
  assert.equal(`sha256:${hash.digest("hex")}`, blob.proof.digest);
  assert.equal(saved, 2);
  await second.close();
  const arm = { os: "linux", architecture: "arm64", variant: null };
  await assert.rejects(openImage("local://app:1", { ...known(), platform: arm }), {
    code: "PLATFORM_NOT_FOUND",
  });
  for (const name of readdirSync(join(cacheFolder, "engine"))) {
    assert.equal(statSync(join(cacheFolder, "engine", name)).mode & 0o777, 0o600);
    writeFileSync(join(cacheFolder, "engine", name), "{");
  }
  await (await openImage("local://app:1", known())).close();
  assert.equal(saved, 4);
});

test("without a prefix the engine's image is taken; another platform, a broken engine and ssh:// leave it to the registry", async () => {
  const socket = await serve({ tar: dockerArchive([{ image, tags: [] }]), names: ["127.0.0.1:1/app:1"] });
  const host = { DOCKER_HOST: `unix://${socket}` };
  for (const reference of ["127.0.0.1:1/app:1", "image://127.0.0.1:1/app:1", id.slice(7, 19)]) {
    const opened = await openImage(reference, options(host));
    assert.equal(opened.image.source, "engine", reference);
    await opened.close();
  }
  const arm = { os: "linux", architecture: "arm64", variant: null };
  const failing = await serve({ status: 500 });
  const rows: readonly ResolveOptions[] = [
    options(host, arm),
    options({ DOCKER_HOST: `unix://${failing}` }),
    options({ DOCKER_HOST: `unix://${folder}/none.sock` }),
    options({ DOCKER_HOST: "ssh://ada@build.example.com" }),
    { platform: null, ref: null, insecureRegistries: [], signal: null },
  ];
  for (const row of rows) {
    await assert.rejects(openImage("127.0.0.1:1/app:1", row), { code: "REGISTRY_UNREACHABLE" });
  }
  await assert.rejects(openImage("registry://127.0.0.1:1/app:1", options(host)), {
    code: "REGISTRY_UNREACHABLE",
  });
});

test("Podman's own interface is spoken where CONTAINER_HOST names the engine", async () => {
  const socket = await serve({ tar: dockerArchive([{ image, tags: [] }]), prefix: "/v4.0.0/libpod" });
  const opened = await openImage("local://app:1", options({ CONTAINER_HOST: `unix://${socket}` }));
  assert.equal(opened.image.digest, id);
  await opened.close();
});

test("what goes wrong has a code", async () => {
  const empty = await serve({});
  const failing = await serve({ status: 500 });
  const odd = await serve({ list: [{ Id: "nonsense", RepoTags: null, Created: 1 }] });
  const rows: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ["local://absent:1", { DOCKER_HOST: `unix://${empty}` }, "SOURCE_NOT_FOUND"],
    ["local://absent:1", { DOCKER_HOST: `unix://${failing}` }, "ENGINE_FAILED"],
    ["local://absent:1", { DOCKER_HOST: `unix://${folder}/none.sock` }, "ENGINE_UNREACHABLE"],
    ["local://absent:1", { DOCKER_HOST: "ssh://ada@build.example.com" }, "SOURCE_UNSUPPORTED"],
    ["local://absent:1", { DOCKER_HOST: "tcp://127.0.0.1:1" }, "ENGINE_UNREACHABLE"],
    ["local://absent:1", { DOCKER_CONTEXT: "absent" }, "CONFIG_INVALID"],
  ];
  for (const [reference, env, code] of rows) {
    await assert.rejects(openImage(reference, options(env)), { code }, JSON.stringify(env));
  }
  await assert.rejects(newestLocalImage(options({ DOCKER_HOST: `unix://${empty}` })), {
    code: "SOURCE_NOT_FOUND",
  });
  await assert.rejects(newestLocalImage(options({ DOCKER_HOST: `unix://${odd}` })), {
    code: "ENGINE_FAILED",
  });
});

test("the newest image is named, by its id where it has no name", async () => {
  const older = { Id: `sha256:${"1".repeat(64)}`, RepoTags: ["old:1"], Created: 100 };
  const rows: readonly (readonly [unknown, string])[] = [
    [[older, { Id: id, RepoTags: ["new:1", "new:2"], Created: 200 }], "local://new:1"],
    [[{ Id: id, RepoTags: null, Created: 200 }, older], `local://${id}`],
    [[{ Id: id, RepoTags: ["<none>:<none>"], Created: 200 }, older], `local://${id}`],
  ];
  for (const [list, expected] of rows) {
    const socket = await serve({ list });
    assert.equal(await newestLocalImage(options({ DOCKER_HOST: `unix://${socket}` })), expected);
  }
});

test("engines are found by settings, then contexts, then the usual sockets", async () => {
  const config = join(folder, "docker");
  const context = createHash("sha256").update("build").digest("hex");
  mkdirSync(join(config, "contexts/meta", context), { recursive: true });
  mkdirSync(join(config, "contexts/tls", context, "docker"), { recursive: true });
  writeFileSync(join(config, "config.json"), JSON.stringify({ currentContext: "build" }));
  const meta = { Name: "build", Endpoints: { docker: { Host: "tcp://build.example.com" } } };
  writeFileSync(join(config, "contexts/meta", context, "meta.json"), JSON.stringify(meta));
  writeFileSync(join(config, "contexts/tls", context, "docker/ca.pem"), "an authority");
  const names = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    (await enginePlaces({ env, home: folder })).map(({ api, name }) => `${api} ${name}`);
  assert.deepEqual(await names({ DOCKER_HOST: "tcp://127.0.0.1", DOCKER_CONFIG: config }), [
    "docker tcp://127.0.0.1:2375",
  ]);
  assert.deepEqual(await names({ DOCKER_HOST: "unix:///a", CONTAINER_HOST: "unix:///b" }), [
    "docker unix:///a",
    "libpod unix:///b",
  ]);
  const [place] = await enginePlaces({ env: { DOCKER_CONFIG: config }, home: folder });
  assert.equal(place?.baseUrl, "https://build.example.com:2376");
  assert.deepEqual(place?.route, { ca: "an authority" });
  const secure = await enginePlaces({
    env: { DOCKER_HOST: "tcp://a:1", DOCKER_TLS_VERIFY: "1" },
    home: folder,
  });
  assert.equal(secure[0]?.baseUrl, "https://a:1");
});
