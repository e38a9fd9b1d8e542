/** Notifications that are proved by a signature or by a key in the address, and tokens sent in other ways. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

describe("notifications proved by a key or a token", () => {
  beforeEach(async () => {
    const { registries } = (await server.request("owner", "GET", "/orgs/acme/registries")).json;
    for (const { id } of registries) await server.request("owner", "DELETE", `/orgs/acme/registries/${id}`);
  });

  // eslint-disable-next-line typescript/no-explicit-any
  async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
    const { rows } = await inOrg(server.parts.store, server.orgs.acme, (tx) => query.execute(tx));
    return rows;
  }

  interface Connected {
    readonly id: string;
    readonly key: string;
    /** Below `/api/v1`. */
    readonly path: string;
  }

  async function connect(kind: string, host: string, name: string, more: object = {}): Promise<Connected> {
    const made = await server.request("editor", "POST", "/orgs/acme/registries", { host, kind, ...more });
    assert.equal(made.status, 201, made.text);
    const repository = { registry: host, name };
    assert.equal((await server.request("editor", "POST", "/orgs/acme/repositories", repository)).status, 201);
    const { id } = made.json;
    const key = await server.request("editor", "POST", `/orgs/acme/registries/${id}/key`);
    if (key.status !== 200) return { id, key: "", path: "" };
    return { id, key: key.json.key, path: key.json.path.slice("/api/v1".length) };
  }

  function example(kind: string, at = 0): { body: unknown; headers?: Record<string, string> } {
    const file = join(import.meta.dirname, "../../registries", kind, "documented.json");
    return JSON.parse(readFileSync(file, "utf8"))[at];
  }

  function post(path: string, text: string, headers: Record<string, string> = {}): Promise<Answer> {
    const init = { body: text, headers: { "content-type": "application/json", ...headers } };
    return server.request("anonymous", "POST", path, undefined, init);
  }

  test("GitHub signs what it sends", async () => {
    const { id, key, path } = await connect("ghcr", "ghcr.io", "octocat/hello-world");
    const { body, headers } = example("ghcr");
    const text = JSON.stringify(body, null, 2);
    const sign = (secret: string) => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
    const send = (signature: string | null, at = path) =>
      post(at, text, { ...headers, ...(signature === null ? {} : { "x-hub-signature-256": signature }) });
    const answer = await send(sign(key));
    assert.deepEqual([answer.status, answer.json], [200, { accepted: 1, ignored: 0 }]);
    const [{ tag, source, actor }] = await rowsOf(sql`select tag, source, actor from push`);
    assert.deepEqual([tag, source, actor], ["1.0", "notification", "octocat"]);
    // What is not proved learns nothing, whatever it lacks.
    const stranger = path.replace(id, "00000000-0000-4000-8000-000000000000");
    const refusals = [
      await send(null),
      await send(sign("another")),
      await send(sign(key), stranger),
      await send(sign(key), path.replace("/acme/", "/other/")),
      await send(sign(key), path.replace("/acme/", "/nobody/")),
      await send(sign(key), `${path}/${key}`),
      await send(null, `${path}/${key}`),
    ];
    const told = refusals.map(({ status, json: { code, detail } }) => JSON.stringify([status, code, detail]));
    assert.equal(new Set(told).size, 1);
    assert.match(told[0] ?? "", /^\[404,"NOT_FOUND"/);
    assert.equal((await rowsOf(sql`select id from push`)).length, 1);
    // Another key takes the place of the first.
    await server.request("editor", "POST", `/orgs/acme/registries/${id}/key`);
    assert.equal((await send(sign(key))).status, 404);
    // The key stands in no row in clear, and in no trace.
    const traces = await rowsOf(sql`
    select json_agg(a)::text as text from audit_entry a union all select json_agg(r)::text from registry r`);
    assert.ok(traces.every((row) => !row.text.includes(key)));
  });

  test("a signed body is read like every other", async () => {
    const { key, path } = await connect("ghcr", "ghcr.io", "octocat/hello-world");
    const send = (text: string, type = "application/json") => {
      const signature = createHmac("sha256", key).update(text).digest("hex");
      return post(path, text, { "content-type": type, "x-hub-signature-256": `sha256=${signature}` });
    };
    const rows: readonly (readonly [text: string, type: string, status: number, code: string])[] = [
      ["{", "application/json", 400, "REQUEST_INVALID"],
      ['{"a":"\\u0000"}', "application/json", 400, "REQUEST_INVALID"],
      ["{}", "application/x-www-form-urlencoded", 400, "REQUEST_INVALID"],
      ["{}", "application/json", 400, "NOTIFICATION_INVALID"],
      [`"${"x".repeat(1024 * 1024)}"`, "application/json", 413, "REQUEST_TOO_LARGE"],
    ];
    for (const [text, type, status, code] of rows) {
      const answer = await send(text, type);
      assert.deepEqual([answer.status, answer.json.code], [status, code], text.slice(0, 40));
    }
  });

  test("Docker Hub has an address with a key, and a tag that a worker looks up", async () => {
    const { key, path } = await connect("docker-hub", "docker.io", "svendowideit/testhook");
    assert.ok(path.endsWith(`/${key}`));
    const before = (await server.parts.queue.count())["poll-repository"].waiting;
    const text = JSON.stringify(example("docker-hub").body);
    const answer = await post(path, text);
    assert.deepEqual([answer.status, answer.json], [200, { accepted: 1, ignored: 0 }]);
    assert.equal((await server.parts.queue.count())["poll-repository"].waiting, before + 1);
    assert.deepEqual(await rowsOf(sql`select id from push`), []);
    const spoilt = `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`;
    for (const other of [spoilt, path.slice(0, -key.length - 1)])
      assert.equal((await post(other, text)).status, 404);
  });

  test("Event Grid is told what it asks, by a token alone", async () => {
    const { id } = await connect("acr", "demo.azurecr.io", "aci-helloworld");
    const path = `/orgs/acme/registries/${id}/notifications`;
    const ask = (at: number) => server.request("service:analyse", "POST", path, example("acr", at).body);
    assert.deepEqual((await ask(6)).json, {
      accepted: 0,
      ignored: 1,
      validationResponse: "512d38b6-c7b8-40c8-89fe-f46f9e9622b6",
    });
    assert.deepEqual((await ask(3)).json, { accepted: 1, ignored: 0 });
    assert.equal((await server.request("anonymous", "POST", path, example("acr", 6).body)).status, 401);
  });

  test("a product that sends tokens has no key", async () => {
    const { id, key } = await connect("harbor", "harbor.example.com", "harbor/alpine");
    assert.equal(key, "");
    const refused = await server.request("editor", "POST", `/orgs/acme/registries/${id}/key`);
    assert.deepEqual([refused.status, refused.json.code], [400, "REQUEST_INVALID"]);
  });

  test("zot sends its token as a password, and what happened in headers", async () => {
    const { id } = await connect("zot", "zot.example.com", "acme/my-app");
    const path = `/orgs/acme/registries/${id}/notifications`;
    const { authorization = "" } = await server.credentials("service:analyse");
    const token = authorization.slice("Bearer ".length);
    const { body, headers = {} } = example("zot");
    const send = (user: string, password: string) => {
      const pair = Buffer.from(`${user}:${password}`).toString("base64");
      return post(path, JSON.stringify(body), { ...headers, authorization: `Basic ${pair}` });
    };
    assert.deepEqual((await send("plimsoll", token)).json, { accepted: 1, ignored: 0 });
    assert.deepEqual((await send("", token)).status, 200);
    for (const [user, password] of [
      ["plimsoll", `${token}x`],
      [token, ""],
      ["owner", "correct horse battery staple"],
    ] as const)
      assert.deepEqual((await send(user, password)).json.code, "TOKEN_INVALID", user);
    const other = { authorization: `Basic ${Buffer.from(token).toString("base64")}` };
    assert.equal((await post(path, "{}", other)).status, 401);
  });

  test("Artifactory's events count for the repositories of this registry", async () => {
    const settings = { apiUrl: null, spaces: ["docker-local"], spaceInPath: null };
    const { key, path } = await connect("artifactory", "art.example.com", "docker-local/library/ubuntu", {
      settings,
    });
    const send = (body: unknown) => {
      const text = JSON.stringify(body);
      const signature = createHmac("sha256", key).update(text).digest("hex");
      return post(path, text, { "x-jfrog-event-auth": signature });
    };
    const { body } = example("artifactory") as { body: { data: object } };
    assert.deepEqual((await send(body)).json, { accepted: 1, ignored: 0 });
    const elsewhere = { ...body, data: { ...body.data, repo_key: "docker-remote" } };
    assert.deepEqual((await send(elsewhere)).json, { accepted: 0, ignored: 1 });
    // It tells no time, so the same told again is pushed again.
    server.setNow(new Date("2026-11-22T12:00:01Z"));
    assert.deepEqual((await send(body)).json, { accepted: 1, ignored: 0 });
    assert.equal((await rowsOf(sql`select id from push`)).length, 2);
  });

  test("too many of one address are told to wait", async () => {
    const path = "/hooks/acme/00000000-0000-4000-8000-000000000000";
    await sql`
    insert into sign_in_attempt (subject, window_start, failures)
    values ('notification:address:192.0.2.9', '2026-11-22T12:00:00Z', 1200)`.execute(server.parts.store.app);
    const ask = (address: string) => server.request("anonymous", "POST", path, {}, { address });
    assert.equal((await ask("192.0.2.9")).status, 429);
    assert.equal((await ask("192.0.2.8")).status, 404);
  });
});
