/** Registries, repositories and environments: changes with their traces, and secrets that are never told. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { seedImages } from "../../../test/helpers/seed.ts";
import { seedDigest } from "../../../test/helpers/seed-images.ts";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";

const PASSWORD = "hunter2-of-the-registry";
let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const ask = (method: string, path: string, body?: unknown, as: As = "editor"): Promise<Answer> =>
  server.request(as, method, `/orgs/acme${path}`, body);

// eslint-disable-next-line typescript/no-explicit-any
async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
  const { rows } = await inOrg(server.parts.store, server.orgs.acme, (tx) => query.execute(tx));
  return rows;
}

/** Every row that a secret could have slipped into. */
async function traces(): Promise<string> {
  const rows = await rowsOf(sql`
    select json_agg(a)::text as text from audit_entry a union all select json_agg(e)::text from event e`);
  return rows.map(({ text }) => text).join("\n");
}

async function connect(host: string, more: object = {}): Promise<string> {
  const answer = await ask("POST", "/registries", { host, ...more });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.id;
}

async function disconnectAll(): Promise<void> {
  for (const { id } of (await ask("GET", "/registries")).json.registries)
    await ask("DELETE", `/registries/${id}`);
}

describe("a registry", () => {
  test("is connected, with its password sealed for it and never told", async () => {
    const body = { host: "Registry.Example.com:5000", username: "robot", password: PASSWORD };
    const { status, json, text } = await ask("POST", "/registries", body);
    assert.equal(status, 201);
    assert.deepEqual(json, {
      id: json.id,
      host: "registry.example.com:5000",
      kind: "distribution",
      insecure: false,
      username: "robot",
      hasPassword: true,
      state: "pending",
      notifiedAt: null,
      failure: null,
      notificationPath: `/api/v1/orgs/acme/registries/${json.id}/notifications`,
      settings: { apiUrl: null, spaces: [], spaceInPath: null },
      pollSeconds: null,
      enablePattern: null,
      polledAt: null,
      nextPollAt: null,
      listedAt: null,
      hookPath: null,
    });
    const [{ sealed }] = await rowsOf(
      sql`select password_sealed as sealed from registry where id = ${json.id}`,
    );
    assert.equal(server.parts.secrets.open(sealed, `registry:${json.id}`), PASSWORD);
    assert.throws(() => server.parts.secrets.open(sealed, "registry:another"));
    const list = await ask("GET", "/registries", undefined, "viewer");
    for (const told of [text, list.text, await traces()]) assert.ok(!told.includes(PASSWORD));
  });

  test("is connected once", async () => {
    const again = await ask("POST", "/registries", { host: "registry.example.com:5000" });
    assert.deepEqual([again.status, again.json.code], [409, "CONFLICT"]);
  });

  test("of another organisation with the same host is another one", async () => {
    const body = { host: "registry.example.com:5000" };
    const answer = await server.request("outsider", "POST", "/orgs/other/registries", body);
    assert.equal(answer.status, 201);
    await server.request("outsider", "DELETE", `/orgs/other/registries/${answer.json.id}`);
    assert.equal((await ask("GET", "/registries")).json.registries.length, 1);
  });

  const wrong: readonly (readonly [name: string, body: object, code: string])[] = [
    ["a scheme", { host: "https://registry.example.com" }, "REQUEST_INVALID"],
    ["a path", { host: "registry.example.com/x" }, "REQUEST_INVALID"],
    ["a name that is a part of names on the hub", { host: "registry" }, "REFERENCE_INVALID"],
    ["a port that is none", { host: "registry.example.com:99999" }, "REFERENCE_INVALID"],
    ["a password without a user", { host: "a.example.com", password: PASSWORD }, "REQUEST_INVALID"],
    ["a kind that there is not", { host: "a.example.com", kind: "docker" }, "REQUEST_INVALID"],
  ];
  for (const [name, body, code] of wrong) {
    test(`is not connected with ${name}`, async () => {
      const answer = await ask("POST", "/registries", body);
      assert.deepEqual([answer.status, answer.json.code], [400, code]);
      assert.ok(!answer.text.includes(PASSWORD));
    });
  }

  test("changes its sign-in field by field", async () => {
    await disconnectAll();
    const id = await connect("b.example.com", { username: "robot", password: PASSWORD });
    const sealed = async () => {
      const [row] = await rowsOf(sql`select password_sealed as sealed from registry where id = ${id}`);
      return row.sealed === null ? null : server.parts.secrets.open(row.sealed, `registry:${id}`);
    };
    const patch = async (body: object) => (await ask("PATCH", `/registries/${id}`, body)).json;
    const kept = await patch({ insecure: true });
    assert.deepEqual(
      [kept.insecure, kept.username, kept.hasPassword, await sealed()],
      [true, "robot", true, PASSWORD],
    );
    const renewed = await patch({ password: "another-secret" });
    assert.deepEqual([renewed.insecure, renewed.hasPassword, await sealed()], [true, true, "another-secret"]);
    const signedOut = await patch({ username: null });
    assert.deepEqual([signedOut.username, signedOut.hasPassword, await sealed()], [null, false, null]);
    assert.equal((await ask("PATCH", `/registries/${id}`, { password: "x" })).json.code, "REQUEST_INVALID");
    assert.ok(!(await traces()).includes("another-secret"));
  });

  test("is removed with its repositories, and the images stay", async () => {
    await disconnectAll();
    const [image] = await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/app", tag: "1" },
    ]);
    const { registries } = (await ask("GET", "/registries")).json;
    assert.equal((await ask("DELETE", `/registries/${registries[0].id}`)).status, 204);
    assert.deepEqual((await ask("GET", "/repositories")).json, { entries: [], next: null });
    const { status, json } = await ask("GET", `/images/${image!.id}`);
    assert.deepEqual([status, json.places], [200, []]);
    assert.equal((await ask("DELETE", `/registries/${registries[0].id}`)).status, 404);
    const [told] = await rowsOf(
      sql`select title, actor from event where kind = 'registry.removed' order by id desc limit 1`,
    );
    assert.deepEqual(told, { title: "The registry registry.example.com was removed", actor: "editor" });
  });

  test("leaves a trace of every change in the audit log", async () => {
    const rows = await rowsOf(
      sql`select action, target, actor_name as actor from audit_entry where action like 'registry.%' order by id`,
    );
    const actions = new Set(rows.map(({ action }) => action));
    assert.deepEqual(actions, new Set(["registry.created", "registry.changed", "registry.deleted"]));
    assert.deepEqual(new Set(rows.map(({ actor }) => actor)), new Set(["editor"]));
  });
});

describe("a repository", () => {
  before(disconnectAll);

  test("needs a registry", async () => {
    const answer = await ask("POST", "/repositories", { name: "acme/app" });
    assert.deepEqual([answer.status, answer.json.code], [404, "REGISTRY_UNKNOWN"]);
  });

  test("is enabled by name in the only registry, once", async () => {
    await connect("one.example.com");
    const { status, json } = await ask("POST", "/repositories", { name: "acme/app" });
    assert.equal(status, 201);
    const fullName = "one.example.com/acme/app";
    const expected = { registry: "one.example.com", name: "acme/app", fullName, enabled: true };
    const unpushed = {
      tagCount: 0,
      lastPushedAt: null,
      latestTag: null,
      grade: null,
      polledAt: null,
      failure: null,
    };
    assert.deepEqual(json, { id: json.id, ...expected, ...unpushed });
    const again = await ask("POST", "/repositories", { name: "acme/app" });
    assert.equal(again.json.id, json.id);
    const events = await rowsOf(sql`select title from event where kind = 'repository.enabled'`);
    assert.deepEqual(events, [{ title: `${fullName} was enabled` }]);
  });

  test("of several registries needs its registry named", async () => {
    await connect("two.example.com");
    const unnamed = await ask("POST", "/repositories", { name: "acme/app" });
    assert.equal(unnamed.json.code, "REGISTRY_AMBIGUOUS");
    assert.match(unnamed.json.detail, /one\.example\.com, two\.example\.com/);
    const named = await ask("POST", "/repositories", { registry: "TWO.example.com", name: "acme/app" });
    assert.equal(named.json.fullName, "two.example.com/acme/app");
    const unknown = await ask("POST", "/repositories", { registry: "three.example.com", name: "acme/app" });
    assert.equal(unknown.json.code, "REGISTRY_UNKNOWN");
  });

  test("on Docker Hub has its whole name", async () => {
    await connect("index.docker.io");
    const { json } = await ask("POST", "/repositories", { registry: "docker.io", name: "alpine" });
    assert.equal(json.fullName, "docker.io/library/alpine");
  });

  test("is disabled and enabled again, each time told once", async () => {
    const [{ id }] = (await ask("GET", "/repositories?q=one.example")).json.entries;
    const patch = async (enabled: boolean) =>
      (await ask("PATCH", `/repositories/${id}`, { enabled })).json.enabled;
    server.setNow(new Date("2026-11-22T13:00:00Z"));
    assert.deepEqual([await patch(false), await patch(false)], [false, false]);
    server.setNow(new Date("2026-11-22T14:00:00Z"));
    assert.equal(await patch(true), true);
    const events = await rowsOf(sql`select kind from event where repository_id = ${id} order by id`);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["repository.enabled", "repository.disabled", "repository.enabled"],
    );
    const audit = await rowsOf(
      sql`select before, after from audit_entry where action = 'repository.disabled'`,
    );
    assert.deepEqual(audit, [{ before: { enabled: true }, after: { enabled: false } }]);
  });

  test("stands in a list that pages and filters", async () => {
    for (let at = 0; at < 5; at += 1)
      await ask("POST", "/repositories", { registry: "one.example.com", name: `acme/many-${at}` });
    const names: string[] = [];
    let cursor = "";
    do {
      const { json } = await ask("GET", `/repositories?limit=2&q=MANY${cursor}`);
      names.push(...json.entries.map(({ name }: { name: string }) => name));
      cursor = json.next === null ? "" : `&cursor=${json.next}`;
    } while (cursor !== "");
    assert.deepEqual(names, ["acme/many-0", "acme/many-1", "acme/many-2", "acme/many-3", "acme/many-4"]);
    const [{ id }] = (await ask("GET", "/repositories?q=many-3")).json.entries;
    await ask("PATCH", `/repositories/${id}`, { enabled: false });
    const { json } = await ask("GET", "/repositories?q=many&enabled=false");
    assert.deepEqual(
      json.entries.map(({ name }: { name: string }) => name),
      ["acme/many-3"],
    );
    assert.equal((await ask("GET", "/repositories?cursor=bm9uZQ")).json.code, "REQUEST_INVALID");
  });
});

describe("an environment", () => {
  const digest = seedDigest("deployed");
  const index = seedDigest("index of deployed");
  let images: readonly { readonly id: string }[];
  let id = "";
  before(async () => {
    const shared = { repository: "acme/deployed", tag: "1", index };
    images = await seedImages(server.parts.store, server.orgs.acme, [
      { ...shared, digest },
      { ...shared, platform: "linux/arm64" },
    ]);
    const { status, json } = await ask("POST", "/environments", { name: "production" });
    assert.equal(status, 201);
    id = json.id;
  });
  const list = async () => (await ask("GET", "/environments", undefined, "viewer")).json.environments;
  const evaluations = async () => (await server.parts.queue.count()).evaluate.waiting;

  test("has a name of its own", async () => {
    assert.equal((await ask("POST", "/environments", { name: "production" })).json.code, "CONFLICT");
    assert.equal((await ask("POST", "/environments", { name: "Production" })).json.code, "REQUEST_INVALID");
    assert.deepEqual(
      (await list()).map(({ name }: { name: string }) => name),
      ["production"],
    );
  });

  test("takes an image by its digest, and all of an index", async () => {
    const record = (body: object, as: As = "service:environment") =>
      ask("POST", `/environments/${id}/images`, body, as);
    const before = await evaluations();
    assert.deepEqual((await record({ digest })).json, { imageCount: 1 });
    assert.equal((await list())[0].imageCount, 1);
    assert.equal(await evaluations(), before + 1);
    assert.deepEqual((await record({ digest: index }, "developer")).json, { imageCount: 2 });
    assert.equal((await list())[0].imageCount, 2);
    const unknown = await record({ digest: seedDigest("never seen") });
    assert.deepEqual([unknown.status, unknown.json.code], [404, "IMAGE_UNKNOWN"]);
    const titles = await rowsOf(
      sql`select title, actor from event where kind = 'environment.changed' order by id`,
    );
    assert.deepEqual(titles, [
      { title: "The environment production was created", actor: "editor" },
      { title: "An image was recorded in production", actor: "service:environment" },
      { title: "An image was recorded in production", actor: "developer" },
    ]);
  });

  test("lets an image go", async () => {
    const path = `/environments/${id}/images/${images[1]!.id}`;
    assert.equal((await ask("DELETE", path, undefined, "developer")).status, 204);
    assert.equal((await ask("DELETE", path, undefined, "developer")).status, 204);
    assert.equal((await list())[0].imageCount, 1);
  });

  test("is deleted, and what ran there is judged anew", async () => {
    const { json } = await ask("GET", `/images/${images[0]!.id}`);
    assert.deepEqual(json.environments, ["production"]);
    assert.equal((await ask("DELETE", `/environments/${id}`)).status, 204);
    assert.deepEqual(await list(), []);
    assert.equal((await ask("DELETE", `/environments/${id}`)).status, 404);
  });
});
