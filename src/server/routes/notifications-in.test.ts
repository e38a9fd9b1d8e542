/** Notifications of a registry: what becomes of a push, once, and what is ignored. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { startTestServer, type Answer, type As, type TestServer } from "../../../test/helpers/server.ts";
import { inOrg } from "../../store/in-org.ts";
import { createApp } from "../app.ts";
import { NOTIFICATIONS_MAX } from "../notification-limit.ts";
import { notificationRoutes } from "./notifications-in.ts";

const HOST = "registry.example.com";
const media = {
  envelope: "application/vnd.docker.distribution.events.v2+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
};
const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
/** The server's clock. */
const now = "2026-11-22T12:00:00.000Z";

interface Push {
  readonly id?: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly mediaType?: string;
  readonly at?: string;
  readonly action?: string;
  readonly actor?: string;
}

function event(push: Push): unknown {
  const { id = "event-1", repository = "acme/my-app", tag, digest = digestOf("a") } = push;
  const { mediaType = media.manifest, at = "2026-11-22T11:00:00Z", action = "push", actor = "ann" } = push;
  const target = { mediaType, digest, repository, ...(tag === undefined ? {} : { tag }) };
  // Whatever a notification says of hosts is no address for us.
  const request = { host: "169.254.169.254" };
  return { id, timestamp: at, action, target, request, actor: { name: actor } };
}

let server: TestServer;
let registryId = "";
let repositoryId = "";
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

describe("what a registry tells", () => {
  beforeEach(async () => {
    const { registries } = (await server.request("owner", "GET", "/orgs/acme/registries")).json;
    for (const { id } of registries) await server.request("owner", "DELETE", `/orgs/acme/registries/${id}`);
    await rowsOf(sql`delete from image`);
    const registry = await server.request("editor", "POST", "/orgs/acme/registries", { host: HOST });
    assert.equal(registry.status, 201, registry.text);
    registryId = registry.json.id;
    const name = "acme/my-app";
    const repository = await server.request("editor", "POST", "/orgs/acme/repositories", { name });
    assert.equal(repository.status, 201, repository.text);
    repositoryId = repository.json.id;
  });

  function notify(
    pushes: readonly Push[],
    as: As = "service:analyse",
    type = media.envelope,
  ): Promise<Answer> {
    const path = `/orgs/acme/registries/${registryId}/notifications`;
    const init = { headers: { "content-type": type } };
    return server.request(as, "POST", path, { events: pushes.map(event) }, init);
  }

  // eslint-disable-next-line typescript/no-explicit-any
  async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
    const { rows } = await inOrg(server.parts.store, server.orgs.acme, (tx) => query.execute(tx));
    return rows;
  }

  const pushes = () =>
    rowsOf(
      sql`select tag, digest, source, actor, pushed_at from push where repository_id = ${repositoryId} order by id`,
    );
  const tags = () =>
    rowsOf(sql`select name, digest, pushed_at from tag where repository_id = ${repositoryId} order by name`);
  const pushedEvents = () =>
    rowsOf(sql`select title, image_id, actor, body from event
    where kind = 'image.pushed' and repository_id = ${repositoryId} order by id`);
  const waitingJobs = async (): Promise<number> => (await server.parts.queue.count()).analyse.waiting;

  describe("a push", () => {
    test("of a manifest becomes a row, a tag, an image that waits, an event and a job", async () => {
      const before = await waitingJobs();
      const answer = await notify([{ tag: "1.0" }]);
      assert.deepEqual([answer.status, answer.json], [200, { accepted: 1, ignored: 0 }]);
      const at = new Date("2026-11-22T11:00:00Z");
      const digest = digestOf("a");
      assert.deepEqual(await pushes(), [
        { tag: "1.0", digest, source: "notification", actor: "ann", pushed_at: at },
      ]);
      assert.deepEqual(await tags(), [{ name: "1.0", digest, pushed_at: at }]);
      const images = await rowsOf(sql`
      select i.id, i.digest, i.state, held.pushed_digest, held.found_at from image i
      join repository_image held on held.image_id = i.id and held.repository_id = ${repositoryId}`);
      const [{ id, ...image }] = images;
      assert.deepEqual(image, { digest, state: "queued", pushed_digest: digest, found_at: null });
      const repository = `${HOST}/acme/my-app`;
      assert.deepEqual(await pushedEvents(), [
        {
          title: `${repository}:1.0 was pushed`,
          image_id: id,
          actor: "ann",
          body: { repository, tag: "1.0", digest },
        },
      ]);
      assert.equal(await waitingJobs(), before + 1);
    });

    test("of an index makes no image known: which it holds is found out by a worker", async () => {
      await notify([{ tag: "1.0", mediaType: media.index }]);
      assert.deepEqual(await rowsOf(sql`select id from image`), []);
      assert.deepEqual(
        (await tags()).map(({ name }) => name),
        ["1.0"],
      );
      assert.equal((await pushedEvents())[0].image_id, null);
      const list = await server.request("viewer", "GET", "/orgs/acme/images");
      const [{ state, imageId, digest }] = list.json.entries;
      assert.deepEqual([state, imageId, digest], ["queued", null, digestOf("a")]);
    });

    test("by digest moves no tag", async () => {
      const { json } = await notify([{}]);
      assert.deepEqual(json, { accepted: 1, ignored: 0 });
      assert.deepEqual(await tags(), []);
      assert.match((await pushedEvents())[0].title, /my-app@sha256:a{64} was pushed$/);
    });

    test("that is told twice happens once", async () => {
      await notify([{ tag: "1.0" }]);
      const jobs = await waitingJobs();
      await rowsOf(sql`update image set state = 'failed', failure_code = 'INTERNAL'`);
      assert.deepEqual((await notify([{ tag: "1.0" }])).json, { accepted: 1, ignored: 0 });
      await Promise.all([notify([{ tag: "1.0" }]), notify([{ tag: "1.0" }])]);
      assert.equal((await pushes()).length, 1);
      assert.equal((await pushedEvents()).length, 1);
      assert.equal(await waitingJobs(), jobs);
      // It was not pushed again, so nothing is tried again.
      assert.deepEqual(await rowsOf(sql`select state from image`), [{ state: "failed" }]);
    });

    test("of the same digest tries a failed analysis again", async () => {
      await notify([{ tag: "1.0" }]);
      await rowsOf(sql`update image set state = 'failed', failure_code = 'INTERNAL', failure_message = 'x'`);
      await notify([{ id: "event-2", tag: "1.1" }]);
      const images = await rowsOf(sql`select state, failure_code, failure_message from image`);
      assert.deepEqual(images, [{ state: "queued", failure_code: null, failure_message: null }]);
    });

    test("at the same moment from two connections happens once", async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => notify([{ tag: "1.0" }])));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      assert.equal((await pushes()).length, 1);
    });
  });

  test("a tag moves to what was pushed last, in whatever order it is told", async () => {
    const rows: readonly (readonly [digest: string, at: string, expected: string])[] = [
      ["a", "2026-11-22T10:00:00Z", "a"],
      ["b", "2026-11-22T11:00:00Z", "b"],
      ["c", "2026-11-22T10:30:00Z", "b"],
      ["d", "2026-11-22T11:00:00Z", "d"],
    ];
    for (const [letter, at, expected] of rows) {
      await notify([{ id: letter, tag: "1.0", digest: digestOf(letter), at }]);
      assert.equal((await tags())[0].digest, digestOf(expected), letter);
    }
    assert.equal((await pushes()).length, rows.length);
  });

  test("a clock that is ahead does not hold a tag for ever", async () => {
    await notify([{ id: "1", tag: "1.0", at: "2099-01-01T00:00:00Z" }]);
    assert.equal((await tags())[0].pushed_at.toISOString(), now);
    await notify([{ id: "2", tag: "1.0", digest: digestOf("b"), at: now }]);
    assert.equal((await tags())[0].digest, digestOf("b"));
  });

  test("what an index was found to hold is known in the next repository too, until a worker has looked", async () => {
    await server.request("editor", "POST", "/orgs/acme/repositories", { name: "acme/other" });
    await notify([{ id: "1", digest: digestOf("e") }]);
    await rowsOf(sql`insert into repository_image (org_id, repository_id, image_id, pushed_digest, found_at)
    select org_id, ${repositoryId}, id, ${digestOf("f")}, now() from image`);
    await notify([
      { id: "2", repository: "acme/other", tag: "1", digest: digestOf("f"), mediaType: media.index },
    ]);
    const held = await rowsOf(sql`
    select r.name, held.found_at is null as unconfirmed from repository_image held
    join repository r on r.id = held.repository_id where held.pushed_digest = ${digestOf("f")} order by r.name`);
    assert.deepEqual(held, [
      { name: "acme/my-app", unconfirmed: false },
      { name: "acme/other", unconfirmed: true },
    ]);
  });

  describe("ignored", () => {
    const rows: readonly (readonly [name: string, push: Push])[] = [
      ["a repository that is not known", { repository: "acme/unknown", tag: "1" }],
      ["a repository of another organisation", { repository: "other/app", tag: "1" }],
      ["a pull", { action: "pull", tag: "1.0" }],
      ["a deletion", { action: "delete" }],
      ["a layer", { mediaType: "application/octet-stream" }],
      ["a signature", { tag: `sha256-${"a".repeat(64)}.sig` }],
    ];
    for (const [name, push] of rows) {
      test(name, async () => {
        assert.deepEqual((await notify([push])).json, { accepted: 0, ignored: 1 });
        assert.deepEqual(await rowsOf(sql`select id from push`), []);
        assert.deepEqual(await rowsOf(sql`select id from image`), []);
      });
    }

    test("a repository that was disabled", async () => {
      await server.request("editor", "PATCH", `/orgs/acme/repositories/${repositoryId}`, { enabled: false });
      assert.deepEqual((await notify([{ tag: "1.0" }])).json, { accepted: 0, ignored: 1 });
      assert.deepEqual(await pushes(), []);
    });
  });

  describe("the registry", () => {
    const state = async () => {
      const { json } = await server.request("viewer", "GET", "/orgs/acme/registries");
      const [{ state: word, failure, notifiedAt }] = json.registries;
      return { state: word, failure, notifiedAt };
    };

    test("is connected from its first notification on, also when that was ignored", async () => {
      assert.deepEqual(await state(), { state: "pending", failure: null, notifiedAt: null });
      await notify([{ action: "pull" }]);
      assert.deepEqual(await state(), { state: "connected", failure: null, notifiedAt: now });
      await notify([{ action: "pull", id: "2" }]);
      const connected = await rowsOf(
        sql`select title from event where once_key = ${`registry:${registryId}:connected`}`,
      );
      assert.deepEqual(connected, [{ title: `The registry ${HOST} sent its first notification` }]);
    });

    test("tells what of its notifications was not understood, until one is", async () => {
      const answer = await notify([
        { id: "1", digest: "sha512:00" },
        { id: "2", tag: "1.0" },
      ]);
      assert.deepEqual([answer.status, answer.json], [200, { accepted: 1, ignored: 1 }]);
      const told = await state();
      assert.equal(told.state, "error");
      assert.match(told.failure, /digest/);
      await notify([{ id: "3", tag: "1.0" }]);
      assert.deepEqual((await state()).state, "connected");
    });
  });

  describe("refused", () => {
    const path = () => `/orgs/acme/registries/${registryId}/notifications`;
    const rows: readonly (readonly [
      name: string,
      body: unknown,
      type: string,
      status: number,
      code: string,
    ])[] = [
      ["another content type", { events: [] }, "application/vnd.something+json", 400, "NOTIFICATION_INVALID"],
      ["no envelope", { something: 1 }, media.envelope, 400, "NOTIFICATION_INVALID"],
      ["an empty object", {}, media.envelope, 400, "NOTIFICATION_INVALID"],
      ["no JSON type", { events: [] }, "text/plain", 400, "REQUEST_INVALID"],
      [
        "too large",
        { events: [], filling: "x".repeat(1024 * 1024) },
        media.envelope,
        413,
        "REQUEST_TOO_LARGE",
      ],
    ];
    for (const [name, body, type, status, code] of rows) {
      test(name, async () => {
        const init = { headers: { "content-type": type } };
        const answer = await server.request("service:analyse", "POST", path(), body, init);
        assert.deepEqual([answer.status, answer.json.code], [status, code]);
        const { json } = await server.request("viewer", "GET", "/orgs/acme/registries");
        assert.equal(json.registries[0].notifiedAt, null);
      });
    }

    test("without the scope, and for a registry that there is not", async () => {
      for (const [as, status] of [
        ["service:read", 403],
        ["viewer", 403],
        ["outsider", 404],
        ["anonymous", 401],
      ] as const)
        assert.equal((await notify([{ tag: "1.0" }], as)).status, status, as);
      registryId = "00000000-0000-4000-8000-000000000000";
      assert.equal((await notify([{ tag: "1.0" }])).json.code, "NOT_FOUND");
    });

    test("as a whole, when one of its pushes cannot be taken", async () => {
      const failing = { ...server.parts.queue, send: () => Promise.reject(new Error("no queue")) };
      const app = createApp({ ...server.parts, queue: failing }, notificationRoutes, {
        webDir: null,
        log: () => {},
      });
      const answer = await app.request(`${server.parts.publicUrl}/api/v1${path()}`, {
        method: "POST",
        headers: { ...(await server.credentials("service:analyse")), "content-type": media.envelope },
        body: JSON.stringify({ events: [event({ tag: "1.0" })] }),
      });
      assert.equal(answer.status, 500);
      assert.deepEqual(await pushes(), []);
      assert.deepEqual(await tags(), []);
      assert.deepEqual(await pushedEvents(), []);
      assert.deepEqual(await rowsOf(sql`select id from image`), []);
      assert.deepEqual((await notify([{ tag: "1.0" }])).json, { accepted: 1, ignored: 0 });
      assert.equal((await pushes()).length, 1);
    });
  });

  test("too many of one token are told to wait, and the others are not", async () => {
    assert.equal((await notify([{ tag: "1" }])).status, 200);
    const { app } = server.parts.store;
    const rows = await app.selectFrom("sign_in_attempt").select("subject").execute();
    const mine = rows.filter(({ subject }) => subject.startsWith("notification:"));
    assert.equal(mine.length, 1);
    await app
      .updateTable("sign_in_attempt")
      .set({ failures: NOTIFICATIONS_MAX - 1 })
      .where("subject", "=", mine[0]!.subject)
      .execute();
    assert.equal((await notify([{ tag: "2", id: "event-2" }])).status, 200);
    server.setNow(new Date("2026-11-22T12:00:20Z"));
    const refused = await notify([{ tag: "3", id: "event-3" }]);
    assert.deepEqual([refused.status, refused.json.code], [429, "RATE_LIMITED"]);
    assert.equal(refused.headers.get("content-type"), "application/problem+json");
    assert.equal(refused.headers.get("retry-after"), "40");
    assert.deepEqual(await rowsOf(sql`select name from tag order by name`), [{ name: "1" }, { name: "2" }]);
    assert.equal((await notify([{ tag: "3", id: "event-3" }], "token:editor")).status, 200);
    server.setNow(new Date("2026-11-22T12:01:00Z"));
    assert.equal((await notify([{ tag: "4", id: "event-4" }])).status, 200);
    const left = await app.selectFrom("sign_in_attempt").select("window_start").execute();
    assert.deepEqual(
      left.map(({ window_start }) => window_start.toISOString()),
      ["2026-11-22T12:01:00.000Z"],
    );
    server.setNow(new Date(now));
  });
});
