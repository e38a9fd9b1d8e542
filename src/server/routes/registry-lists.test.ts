/** What is asked of registries as a whole: settings, lists, patterns, polls, back-fill. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { registryKindIds } from "../../api/rest/registries.ts";
import { registryKinds } from "../../registries/kinds.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordListing, replaceListed, SWITCHED_MAX } from "../../store/stores/listed-repositories.ts";

const HOST = "registry.example.com";
let server: TestServer;
let registryId = "";
before(async () => {
  server = await startTestServer();
});
after(() => server.close());
describe("registries as a whole", () => {
  beforeEach(async () => {
    const { registries } = (await ask("GET", "/registries")).json;
    for (const { id } of registries) await ask("DELETE", `/registries/${id}`);
    registryId = (await ask("POST", "/registries", { host: HOST })).json.id;
  });

  const ask = (method: string, path: string, body?: unknown, as: As = "editor"): Promise<Answer> =>
    server.request(as, method, `/orgs/acme${path}`, body);

  // eslint-disable-next-line typescript/no-explicit-any
  async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
    const { rows } = await inOrg(server.parts.store, server.orgs.acme, (tx) => query.execute(tx));
    return rows;
  }

  const listed = (names: readonly string[]) =>
    inOrg(server.parts.store, server.orgs.acme, (tx) =>
      replaceListed(tx, server.orgs.acme, registryId, { names, at: new Date("2026-11-22T11:00:00Z") }),
    );

  const enabled = async (): Promise<string[]> =>
    (await rowsOf(sql`select name from repository where enabled order by name`)).map(({ name }) => name);

  const waiting = async (kind: "poll-repository" | "poll-registry" | "list-registry"): Promise<number> =>
    (await server.parts.queue.count())[kind].waiting;

  test("the API's products are those there are", async () => {
    assert.deepEqual(registryKinds.map(({ id }) => id).toSorted(), [...registryKindIds]);
    const { json } = await ask("GET", "/registry-kinds", undefined, "viewer");
    const harbor = json.kinds.find(({ id }: { id: string }) => id === "harbor");
    assert.deepEqual(
      [harbor.title, harbor.status, harbor.proof, harbor.lists],
      ["Harbor", "documented", "token", true],
    );
  });

  describe("settings", () => {
    test("are told, changed and audited", async () => {
      const settings = { apiUrl: "https://art.example.com/", spaces: ["docker-local"], spaceInPath: true };
      const made = await ask("POST", "/registries", {
        host: "art.example.com",
        kind: "artifactory",
        settings,
        pollSeconds: 300,
        enablePattern: "docker-local/*",
      });
      const { settings: told, pollSeconds, enablePattern, nextPollAt, state, hookPath } = made.json;
      assert.deepEqual(told, { ...settings, apiUrl: "https://art.example.com" });
      assert.deepEqual(
        [pollSeconds, enablePattern, state, hookPath],
        [300, "docker-local/*", "pending", null],
      );
      assert.ok(nextPollAt !== null);
      const changed = await ask("PATCH", `/registries/${made.json.id}`, { pollSeconds: null });
      assert.deepEqual([changed.json.pollSeconds, changed.json.nextPollAt], [null, null]);
      assert.deepEqual(changed.json.settings, told);
      const [entry] = await rowsOf(
        sql`select before, after from audit_entry where action = 'registry.changed' order by id desc limit 1`,
      );
      assert.deepEqual([entry.before.pollSeconds, entry.after.pollSeconds], [300, undefined]);
    });

    test("that are none are refused", async () => {
      for (const body of [
        { kind: "another" },
        { pollSeconds: 59 },
        { pollSeconds: 1_000_000 },
        { settings: { apiUrl: "ftp://x" } },
        { settings: { apiUrl: "https://ann:secret@x.example.com" } },
        { settings: { apiUrl: "https://x.example.com/?a=b" } },
        { settings: { spaces: [""] } },
        { settings: { other: true } },
        { enablePattern: "" },
        { enablePattern: "a b" },
      ]) {
        const answer = await ask("POST", "/registries", { host: "x.example.com", ...body });
        assert.deepEqual([answer.status, answer.json.code], [400, "REQUEST_INVALID"], JSON.stringify(body));
      }
    });

    test("a password that is kept goes to no other address", async () => {
      const signIn = { username: "robot", password: "hunter2" };
      const made = await ask("POST", "/registries", { host: "h.example.com", kind: "harbor", ...signIn });
      const path = `/registries/${made.json.id}`;
      const elsewhere = { settings: { apiUrl: "https://thief.example.com" } };
      const refused = await ask("PATCH", path, elsewhere);
      assert.deepEqual([refused.status, refused.json.code], [400, "REQUEST_INVALID"]);
      assert.equal((await ask("PATCH", path, { ...elsewhere, password: "hunter3" })).status, 200);
      assert.equal(
        (await ask("PATCH", path, { settings: { ...elsewhere.settings, spaces: ["a"] } })).status,
        200,
      );
      assert.equal((await ask("PATCH", path, { settings: {} })).status, 200);
    });
  });

  describe("lists", () => {
    test("are asked for, and shown with what is enabled", async () => {
      const nothing = await ask("GET", `/registries/${registryId}/listed`);
      assert.deepEqual(nothing.json, { entries: [], next: null, listedAt: null, failure: null });
      const before = await waiting("list-registry");
      assert.deepEqual((await ask("POST", `/registries/${registryId}/list`)).json, { queued: true });
      assert.deepEqual((await ask("POST", `/registries/${registryId}/list`)).json, { queued: false });
      assert.equal(await waiting("list-registry"), before + 1);
      await listed(["acme/api", "acme/app", "other/tool"]);
      await ask("POST", "/repositories", { name: "acme/app" });
      const first = await ask("GET", `/registries/${registryId}/listed?limit=2`);
      assert.deepEqual(first.json.entries, [
        { name: "acme/api", enabled: false },
        { name: "acme/app", enabled: true },
      ]);
      const next = encodeURIComponent(first.json.next);
      const second = await ask("GET", `/registries/${registryId}/listed?limit=2&cursor=${next}`);
      assert.deepEqual(
        [second.json.entries, second.json.next],
        [[{ name: "other/tool", enabled: false }], null],
      );
      assert.equal((await ask("GET", `/registries/${registryId}/listed?q=TOOL`)).json.entries.length, 1);
      await inOrg(server.parts.store, server.orgs.acme, (tx) =>
        recordListing(tx, server.orgs.acme, registryId, { at: null, failure: "It denies." }),
      );
      const failed = await ask("GET", `/registries/${registryId}/listed`);
      assert.deepEqual([failed.json.failure, failed.json.entries.length], ["It denies.", 3]);
      const { registries } = (await ask("GET", "/registries")).json;
      assert.deepEqual([registries[0].state, registries[0].failure], ["error", "It denies."]);
    });

    test("are not shown to who may not choose from them", async () => {
      for (const as of ["viewer", "developer", "service:read"] as const)
        assert.equal((await ask("GET", `/registries/${registryId}/listed`, undefined, as)).status, 403, as);
    });
  });

  describe("patterns", () => {
    const flip = (body: object) => ask("POST", `/registries/${registryId}/switch`, body);

    test("enable and disable what fits, once", async () => {
      await listed(["acme/api", "acme/app", "other/tool"]);
      await ask("POST", "/repositories", { name: "acme/app" });
      assert.deepEqual((await flip({ pattern: "acme/*", enabled: true })).json, {
        names: ["acme/api"],
        leftCount: 0,
      });
      assert.deepEqual((await flip({ pattern: `${HOST}/other/*`, enabled: true })).json.names, [
        "other/tool",
      ]);
      assert.deepEqual((await flip({ pattern: "*", enabled: true })).json.names, []);
      assert.deepEqual(await enabled(), ["acme/api", "acme/app", "other/tool"]);
      assert.deepEqual((await flip({ pattern: "acme/*", enabled: false })).json.names, [
        "acme/api",
        "acme/app",
      ]);
      assert.deepEqual(await enabled(), ["other/tool"]);
      const actions = await rowsOf(
        sql`select action, target, after from audit_entry where action like 'repositories.%' order by id`,
      );
      assert.deepEqual(actions, [
        {
          action: "repositories.enabled",
          target: `${HOST}/acme/*`,
          after: { count: 1, names: ["acme/api"] },
        },
        {
          action: "repositories.enabled",
          target: `${HOST}/${HOST}/other/*`,
          after: { count: 1, names: ["other/tool"] },
        },
        {
          action: "repositories.disabled",
          target: `${HOST}/acme/*`,
          after: { count: 2, names: ["acme/api", "acme/app"] },
        },
      ]);
    });

    test("with back-fill, and for what comes later", async () => {
      await listed(["acme/api", "acme/app"]);
      const before = await waiting("poll-repository");
      await flip({ pattern: "*", enabled: true, backfill: 5, future: true });
      assert.equal(await waiting("poll-repository"), before + 2);
      const wanted = await rowsOf(sql`select backfill_max from repository where registry_id = ${registryId}`);
      assert.deepEqual(wanted, [{ backfill_max: 5 }, { backfill_max: 5 }]);
      assert.equal((await ask("GET", "/registries")).json.registries[0].enablePattern, "*");
      for (const more of [{ backfill: 5 }, { future: true }])
        assert.equal((await flip({ pattern: "*", enabled: false, ...more })).status, 400);
    });

    test("switch so many at once, and say how many are left", async () => {
      await listed(Array.from({ length: SWITCHED_MAX + 2 }, (_, at) => `acme/r${at}`));
      const first = (await flip({ pattern: "*", enabled: true })).json;
      assert.deepEqual([first.names.length, first.leftCount], [SWITCHED_MAX, 2]);
      const second = (await flip({ pattern: "*", enabled: true })).json;
      assert.deepEqual([second.names.length, second.leftCount], [2, 0]);
    });

    test("of another organisation's registry are not to be had", async () => {
      const path = `/orgs/other/registries/${registryId}`;
      for (const [method, what, body] of [
        ["GET", "listed", undefined],
        ["POST", "list", undefined],
        ["POST", "poll", undefined],
        ["POST", "key", undefined],
        ["POST", "switch", { pattern: "*", enabled: true }],
      ] as const) {
        const answer = await server.request("outsider", method, `${path}/${what}`, body);
        assert.deepEqual([answer.status, answer.json.code], [404, "NOT_FOUND"], what);
      }
    });
  });

  test("polls and back-fill are asked for", async () => {
    const polls = await waiting("poll-registry");
    assert.deepEqual((await ask("POST", `/registries/${registryId}/poll`)).json, { queued: true });
    assert.equal(await waiting("poll-registry"), polls + 1);
    const repository = await ask("POST", "/repositories", { name: "acme/app" });
    const path = `/repositories/${repository.json.id}/backfill`;
    const before = await waiting("poll-repository");
    assert.equal((await ask("POST", path, { tagsMax: 7 })).status, 204);
    assert.equal(await waiting("poll-repository"), before + 1);
    assert.equal((await ask("POST", path, { tagsMax: 501 })).status, 400);
    await ask("PATCH", `/repositories/${repository.json.id}`, { enabled: false });
    assert.equal((await ask("POST", path, {})).status, 404);
    assert.equal((await ask("POST", path, {}, "developer")).status, 403);
    const [{ count }] = await rowsOf(
      sql`select count(*) from audit_entry where action = 'repository.backfill-requested'`,
    );
    assert.equal(Number(count), 1);
  });
});
