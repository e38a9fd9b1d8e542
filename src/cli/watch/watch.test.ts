import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { listWatchedRepositories } from "./list-repositories.ts";
import { listenForWebhooks } from "./listen.ts";
import { isWatched, readWatchSource } from "./source.ts";
import { createWatcher, type SeenImage, type WatcherOptions } from "./watcher.ts";
import { isProved, readWebhook, type ToldTag } from "./webhooks.ts";

test("a registry is a host, or pairs", () => {
  assert.deepEqual(readWatchSource("Registry.example.com:5000"), {
    type: "oci",
    registry: "registry.example.com:5000",
    api: null,
    stores: [],
    include: [],
    exclude: [],
    listen: null,
    subdomainMode: false,
  });
  const source = readWatchSource(
    "type=artifactory,registry=acme.jfrog.io,api=https://acme.jfrog.io/,repository=docker,include=docker/app*,exclude=*-old,port=8080,subdomain-mode=true",
  );
  assert.deepEqual(
    [source.api, source.stores, source.listen?.port, source.subdomainMode],
    ["https://acme.jfrog.io", ["docker"], 8080, true],
  );
  const watched = ["docker/app", "docker/app-old", "docker/web"].map((path) => isWatched(source, path));
  assert.deepEqual(watched, [true, false, false]);
});

const wrong = [
  "type=gar,registry=a.example.com",
  "registry=https://a.example.com",
  "registry=a.example.com,color=red",
  "type=nexus,registry=a.example.com",
  "type=oci,registry=a.example.com,port=80",
  "type=harbor,registry=a.example.com,port=x",
  "type=harbor,registry=a.example.com,registry=b.example.com",
  "type=harbor,registry=a.example.com,api=https://u:p@a.example.com",
  "registry=",
];
for (const text of wrong) {
  test(`--registry ${text} is refused`, () => {
    assert.throws(() => readWatchSource(text), { code: "USAGE" });
  });
}

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const harbor = {
  type: "PUSH_ARTIFACT",
  event_data: { resources: [{ tag: "1.2", digest: "sha256:0" }], repository: { repo_full_name: "acme/app" } },
};
const artifactory = {
  domain: "docker",
  event_type: "pushed",
  data: { repo_key: "docker", image_name: "acme/app", tag: "1.2" },
};
const nexus = {
  action: "CREATED",
  repositoryName: "docker",
  component: { format: "docker", name: "acme/app", version: "1.2" },
};

const told: readonly (readonly [
  type: string,
  more: string,
  body: object,
  path: string,
  header: string,
  algorithm: string | null,
])[] = [
  ["harbor", "", harbor, "acme/app", "authorization", null],
  ["artifactory", ",repository=docker", artifactory, "docker/acme/app", "x-jfrog-event-auth", "sha256"],
  ["nexus", ",repository=docker", nexus, "acme/app", "x-nexus-webhook-signature", "sha1"],
];
for (const [type, more, value, path, header, algorithm] of told) {
  const source = readWatchSource(`type=${type},registry=r.example.com,port=1${more}`);
  const body = bytes(value);
  const sign = (secret: string): string =>
    algorithm === null ? secret : createHmac(algorithm, secret).update(body).digest("hex");
  test(`${type} tells of a push, and proves it`, () => {
    assert.deepEqual(readWebhook(source, body), { registry: "r.example.com", path, tag: "1.2" });
    assert.equal(isProved(source, "secret", { headers: { [header]: sign("secret") }, body }), true);
    for (const headers of [{}, { [header]: sign("other") }, { [header]: "" }]) {
      assert.equal(isProved(source, "secret", { headers, body }), false);
    }
  });
  test(`${type}: what is no push, or no name, is nothing`, () => {
    const text = JSON.stringify(value);
    const others = [
      text.replace(/PUSH_ARTIFACT|pushed|CREATED/, "DELETED"),
      text.replace("acme/app", "../evil"),
      text.replace("1.2", "1 2"),
      "[]",
      "no JSON",
      "null",
    ];
    for (const other of others) assert.equal(readWebhook(source, Buffer.from(other)), null, other);
  });
}

test("webhooks: proved ones are told, others are refused", async () => {
  const source = readWatchSource("type=harbor,registry=r.example.com,port=1,include=acme/*");
  const heard: ToldTag[] = [];
  const server = await listenForWebhooks({ host: "127.0.0.1", port: 0 }, source, "secret", (tag) =>
    heard.push(tag),
  );
  try {
    const post = async (authorization: string, body: object, method = "POST"): Promise<number> => {
      const init = method === "POST" ? { body: JSON.stringify(body) } : {};
      return (
        await fetch(`http://127.0.0.1:${server.port}/`, { method, headers: { authorization }, ...init })
      ).status;
    };
    assert.equal(await post("secret", harbor), 204);
    assert.equal(await post("wrong", harbor), 401);
    assert.equal(await post("secret", {}, "GET"), 405);
    assert.equal(await post("secret", { long: "x".repeat(2 * 1024 * 1024) }).catch(() => 413), 413);
    const other = structuredClone(harbor);
    other.event_data.repository.repo_full_name = "other/app";
    assert.equal(await post("secret", other), 204);
    assert.deepEqual(heard, [{ registry: "r.example.com", path: "acme/app", tag: "1.2" }]);
  } finally {
    await server.close();
  }
});

test("repositories as Harbor, Artifactory and Nexus list them, page by page and with a sign-in", async () => {
  const asked: string[] = [];
  const answers = (url: string): unknown => {
    if (url.includes("/repositories?page=1"))
      return Array.from({ length: 100 }, (_, index) => ({ name: `acme/h${index}` }));
    if (url.includes("/repositories?page=2")) return [{ name: "acme/last" }];
    if (url.includes("_catalog")) return { repositories: ["app"] };
    if (url.includes("continuationToken=next"))
      return { items: [{ format: "docker", name: "acme/b" }], continuationToken: null };
    return {
      items: [
        { format: "docker", name: "acme/a" },
        { format: "raw", name: "x" },
      ],
      continuationToken: "next",
    };
  };
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.end(JSON.stringify(answers(request.url ?? "")));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const access = { user: "ada", password: "secret", signal: null };
    const list = async (type: string, more = ""): Promise<string[]> => {
      const source = readWatchSource(`type=${type},registry=r.example.com,api=${api}${more}`);
      const rows = await listWatchedRepositories(source, {} as never, access);
      return rows.map(({ registry, path }) => `${registry}/${path}`);
    };
    assert.equal((await list("harbor")).length, 101);
    assert.deepEqual(await list("artifactory", ",repository=docker"), ["r.example.com/docker/app"]);
    assert.deepEqual(await list("artifactory", ",repository=docker,subdomain-mode=true"), [
      "docker.r.example.com/app",
    ]);
    assert.deepEqual(await list("nexus", ",repository=docker"), [
      "r.example.com/acme/a",
      "r.example.com/acme/b",
    ]);
    assert.ok(asked.every((header) => header === `Basic ${Buffer.from("ada:secret").toString("base64")}`));
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

/** A registry as a table: `acme/app:1` -> digest. */
function watching(
  tags: Map<string, string>,
  options: Partial<WatcherOptions> = {},
  asking: () => Promise<void> = async () => {},
) {
  const seen: SeenImage[] = [];
  const warnings: string[] = [];
  const failing = new Set<string>();
  let listed = 0;
  const watcher = createWatcher(
    {
      listRepositories: async () => {
        listed += 1;
        const paths = new Set([...tags.keys()].map((key) => key.split(":")[0] ?? ""));
        return [...paths].map((path) => ({ registry: "r.example.com", path }));
      },
      listTags: async ({ path }) => {
        if (failing.has(path)) throw new Error("down");
        return [...tags.keys()]
          .filter((key) => key.startsWith(`${path}:`))
          .map((key) => key.split(":")[1] ?? "");
      },
      findDigest: async ({ path, tag }) => {
        await asking();
        return tags.get(`${path}:${tag}`) ?? "";
      },
      onImage: async (image) => {
        if (failing.has(image.tag)) throw new Error("no");
        seen.push(image);
      },
      warn: (text) => warnings.push(text),
    },
    { isTagWanted: () => true, allImages: false, refreshRegistry: false, workers: 2, ...options },
  );
  const names = () => seen.splice(0).map(({ path, tag, digest }) => `${path}:${tag}@${digest}`);
  return { watcher, names, warnings, failing, listed: () => listed };
}

test("the first round learns, the next ones tell of what is new or moved", async () => {
  const tags = new Map([["acme/app:1", "a"]]);
  const { watcher, names } = watching(tags);
  await watcher.round();
  assert.deepEqual(names(), []);
  tags.set("acme/app:1", "b").set("acme/app:2", "c").set("acme/new:1", "d");
  assert.equal((await watcher.round()).images, 2);
  assert.deepEqual(names().toSorted(), ["acme/app:1@b", "acme/app:2@c"]);
  await watcher.told({ registry: "r.example.com", path: "acme/new", tag: "1" });
  await watcher.told({ registry: "r.example.com", path: "acme/new", tag: "1" });
  assert.deepEqual(names(), ["acme/new:1@d"]);
});

test("--workers: so many tags are asked about at the same time, and no more", async () => {
  for (const workers of [1, 3]) {
    const tags = new Map(Array.from({ length: 9 }, (_, index) => [`acme/app:${index}`, "a"] as const));
    let [now, most] = [0, 0];
    const { watcher } = watching(tags, { workers }, async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    });
    await watcher.round();
    assert.equal(most, workers);
  }
});

test("--all-images counts what is there, --refresh-registry finds new repositories, --tag chooses", async () => {
  const tags = new Map([
    ["acme/app:1", "a"],
    ["acme/app:x", "b"],
  ]);
  const { watcher, names, listed } = watching(tags, {
    allImages: true,
    refreshRegistry: true,
    isTagWanted: (tag) => /^\d/.test(tag),
  });
  await watcher.round();
  tags.set("acme/new:1", "c");
  await watcher.round();
  assert.deepEqual(names(), ["acme/app:1@a", "acme/new:1@c"]);
  assert.equal(listed(), 2);
});

test("what fails is told, tried again, and keeps nothing else from being seen", async () => {
  const tags = new Map([
    ["acme/app:1", "a"],
    ["acme/down:1", "b"],
  ]);
  const { watcher, names, warnings, failing } = watching(tags, { allImages: true });
  failing.add("acme/down").add("1");
  await watcher.round();
  assert.deepEqual([names(), warnings.length], [[], 2]);
  failing.clear();
  await watcher.round();
  assert.deepEqual(names().toSorted(), ["acme/app:1@a", "acme/down:1@b"]);
});
