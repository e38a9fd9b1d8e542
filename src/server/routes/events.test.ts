/** Events, notices, and the stream that tells of them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { sql } from "kysely";
import { startTestServer, type As, type TestServer } from "../../../test/helpers/server.ts";
import type { EventKind } from "../../domain/event.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { findCaller } from "../auth/find-caller.ts";
import { openEventStream } from "../event-stream.ts";
import { STREAMS_OF_CALLER_MAX } from "../open-streams.ts";

describe("events", () => {
  let server: TestServer;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  /** An event of acme, unless said otherwise; its id. */
  async function happen(
    kind: EventKind = "image.pushed",
    {
      org = "acme",
      by = null,
      imageId = null,
    }: { org?: "acme" | "other"; by?: string | null; imageId?: string | null } = {},
  ): Promise<number> {
    const orgId = server.orgs[org];
    const id = await inOrg(server.parts.store, orgId, (tx) =>
      recordEvent(tx, server.parts.queue, {
        orgId,
        kind,
        title: "something happened",
        actor: by === null ? null : { id: by, name: "somebody" },
        imageId,
        onceKey: randomUUID(),
      }),
    );
    return id!;
  }

  const ids = (answer: { json: { entries: { id: number }[] } }) => answer.json.entries.map(({ id }) => id);
  const list = (query = "") => server.request("viewer", "GET", `/orgs/acme/events${query}`);

  describe("list", () => {
    it("is newest first, in pages, and of the own organisation", async () => {
      const happened: number[] = [];
      for (let each = 0; each < 5; each += 1) happened.unshift(await happen());
      const foreign = await happen("image.pushed", { org: "other" });
      const seen: number[] = [];
      let next: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list(
          `?limit=2${next === null ? "" : `&cursor=${next}`}`,
        );
        seen.push(...ids(page));
        next = page.json.next;
      } while (next !== null);
      assert.deepEqual(seen.slice(0, 5), happened);
      assert.ok(!seen.includes(foreign));
      assert.deepEqual(ids(await server.request("outsider", "GET", "/orgs/other/events")), [foreign]);
      assert.equal((await list("?cursor=x")).json.code, "REQUEST_INVALID");
    });

    it("may be of one kind or of one image", async () => {
      const imageId = randomUUID();
      const [first, second] = [
        await happen("image.failed", { imageId }),
        await happen("image.analysed", { imageId }),
      ];
      assert.deepEqual(ids(await list(`?image=${imageId}`)), [second, first]);
      assert.deepEqual(ids(await list(`?image=${imageId}&kind=image.failed`)), [first]);
      assert.deepEqual(ids(await list("?kind=image.eaten")), []);
    });
  });

  describe("notices", () => {
    const notices = async (as: As) => (await server.request(as, "GET", "/orgs/acme/notices")).json;
    const read = (as: As, upTo: number) => server.request(as, "POST", "/orgs/acme/notices/read", { upTo });

    it("go to every member but who did it, and are read up to an event, by each for themselves", async () => {
      const by = server.accounts.security;
      const [first, second] = [await happen("verdict.changed", { by }), await happen("exception.requested")];
      await happen("image.pushed");
      await happen("verdict.changed", { org: "other" });
      const told = await notices("viewer");
      const mine = told.entries.filter(({ event }: { event: { id: number } }) =>
        [first, second].includes(event.id),
      );
      assert.deepEqual(
        mine.map(({ event, readAt }: { event: { id: number; kind: string }; readAt: string | null }) => [
          event.id,
          readAt,
        ]),
        [
          [second, null],
          [first, null],
        ],
      );
      assert.ok(
        told.entries.every(({ event }: { event: { kind: string } }) => event.kind !== "image.pushed"),
      );
      const own = (await notices("security")).entries.map(({ event }: { event: { id: number } }) => event.id);
      assert.ok(!own.includes(first) && own.includes(second));
      const { unread } = await notices("developer");
      const after = (await read("viewer", first)).json;
      assert.equal(after.unread, 1);
      assert.equal((await notices("developer")).unread, unread);
      const now = server.parts.clock();
      server.setNow(new Date(now.getTime() + 60_000));
      assert.equal((await read("viewer", second)).json.unread, 0);
      server.setNow(now);
      const times = (await notices("viewer")).entries.map(({ readAt }: { readAt: string }) => readAt);
      assert.equal(times[0], new Date(now.getTime() + 60_000).toISOString());
      assert.equal(times[1], now.toISOString(), "what was read stays read at its time");
    });

    it("are people's: services have none", async () => {
      assert.equal(
        (await server.request("service:read", "GET", "/orgs/acme/notices")).json.code,
        "FORBIDDEN",
      );
    });
  });

  describe("stream", () => {
    /** A stream as its reader sees it: the text of each message. */
    async function open(
      as: As,
      {
        org = "acme",
        lastEventId,
        heartbeatMs = 1e9,
      }: { org?: "acme" | "other"; lastEventId?: number; heartbeatMs?: number } = {},
    ) {
      const headers = new Headers(await server.credentials(as));
      if (lastEventId !== undefined) headers.set("last-event-id", String(lastEventId));
      const request = new Request("http://127.0.0.1:7300/api/v1/", { headers });
      const caller = await findCaller(server.parts, headers, server.parts.clock());
      const role = caller.kind === "account" ? "viewer" : null;
      const call = { caller, org: { id: server.orgs[org], name: org, role }, request } as const;
      const response = await openEventStream(call, server.parts, heartbeatMs);
      assert.equal(response.headers.get("content-type"), "text/event-stream");
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      const next = async (): Promise<string | null> => {
        for (;;) {
          const end = text.indexOf("\n\n");
          if (end >= 0) {
            const message = text.slice(0, end);
            text = text.slice(end + 2);
            return message;
          }
          const { value, done } = await reader.read();
          if (done) return null;
          text += value;
        }
      };
      assert.match((await next()) ?? "", /^retry: \d+$/);
      return { next, headers, caller, close: () => reader.cancel() };
    }

    const message = (id: number, kind: string) => `id: ${id}\ndata: ${JSON.stringify({ id, kind })}`;

    /** Other messages may come before. */
    async function until(stream: Awaited<ReturnType<typeof open>>, wanted: string): Promise<void> {
      for (;;) {
        const told = await stream.next();
        assert.notEqual(told, null, "the stream has ended");
        if (told === wanted) return;
      }
    }

    it("is served to members and tokens, and to nobody else", async () => {
      for (const [as, org, status] of [
        ["viewer", "acme", 200],
        ["service:read", "acme", 200],
        ["service:gate", "acme", 403],
        ["outsider", "acme", 404],
        ["service:read", "other", 404],
        ["anonymous", "acme", 401],
      ] as const) {
        const answer = await server.request(as, "GET", `/orgs/${org}/stream`);
        assert.equal(answer.status, status, `${as} in ${org}`);
      }
    });

    it("tells by id and kind of the own organisation's events", async () => {
      const [own, other] = [await open("viewer"), await open("outsider", { org: "other" })];
      await happen("image.analysed", { org: "other" });
      const id = await happen("verdict.changed");
      assert.equal(await own.next(), message(id, "verdict.changed"));
      const foreign = await happen("image.failed", { org: "other" });
      assert.match((await other.next()) ?? "", /image\.analysed/);
      assert.equal(await other.next(), message(foreign, "image.failed"));
      await own.close();
      await other.close();
    });

    it("goes on after the last event that was seen", async () => {
      const seen = await happen();
      await happen("image.failed", { org: "other" });
      const missed = [await happen("image.analysed"), await happen("policy.changed")];
      const stream = await open("viewer", { lastEventId: seen });
      const told: (string | null)[] = [];
      do told.push(await stream.next());
      while (!told.at(-1)?.includes("policy.changed"));
      // Those of the minute before may come again.
      assert.deepEqual(told.slice(-2), [
        message(missed[0]!, "image.analysed"),
        message(missed[1]!, "policy.changed"),
      ]);
      assert.ok(told.every((each) => !each?.includes("image.failed") || !each.includes(`id: ${seen}\n`)));
      const id = await happen("image.failed");
      assert.equal(await stream.next(), message(id, "image.failed"));
      await stream.close();
    });

    it("reads what it missed while the database could not tell", async () => {
      const stream = await open("viewer");
      const id = await happen("image.failed");
      assert.equal(await stream.next(), message(id, "image.failed"));
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where pid <> pg_backend_pid() and usename = current_user and query ilike 'listen%'
          and datname = current_database()`.execute(server.parts.store.app);
      const missed = await happen("image.analysed");
      // Told by the connection that is open again, or found in the table by it, among those of the minute before.
      await until(stream, message(missed, "image.analysed"));
      await stream.close();
    });

    it("beats while nothing happens", async () => {
      const stream = await open("viewer", { heartbeatMs: 5 });
      assert.equal(await stream.next(), ": heartbeat");
      assert.equal(await stream.next(), ": heartbeat");
      await stream.close();
    });

    const losses: [
      name: string,
      as: As,
      lose: (stream: Awaited<ReturnType<typeof open>>) => Promise<unknown>,
    ][] = [
      [
        "the session was signed out",
        "viewer",
        async ({ headers }) => {
          const address = "http://127.0.0.1:7300/api/v1/session/sign-out";
          assert.equal((await server.app.request(address, { method: "POST", headers })).status, 204);
        },
      ],
      [
        "the token was revoked",
        "token:developer",
        () =>
          outsideOrg(
            server.parts.store,
            (tx) =>
              tx
                .updateTable("token")
                .set({ revoked_at: new Date() })
                .where("name", "=", "token:developer")
                .execute(),
            { accountId: server.accounts.developer },
          ),
      ],
      [
        "the account was disabled",
        "editor",
        () =>
          server.parts.store.app
            .updateTable("account")
            .set({ disabled_at: new Date() })
            .where("name", "=", "editor")
            .execute(),
      ],
      [
        "its account is no member any more",
        "security",
        () =>
          inOrg(server.parts.store, server.orgs.acme, (tx) =>
            tx.deleteFrom("member").where("account_id", "=", server.accounts.security).execute(),
          ),
      ],
    ];
    for (const [name, as, lose] of losses) {
      it(`ends when ${name}`, async () => {
        const stream = await open(as, { heartbeatMs: 5 });
        assert.equal(await stream.next(), ": heartbeat");
        await lose(stream);
        let last: string | null = "";
        while (last !== null) last = await stream.next();
        assert.equal(last, null);
      });
    }

    it("ends when the session has expired", async () => {
      const stream = await open("owner", { heartbeatMs: 5 });
      assert.equal(await stream.next(), ": heartbeat");
      const now = server.parts.clock();
      server.setNow(new Date(now.getTime() + 13 * 3_600_000));
      while ((await stream.next()) !== null);
      server.setNow(now);
    });

    it("a caller has so many and no more, and gets another when one ends", async () => {
      const streams = [];
      for (let each = 0; each < STREAMS_OF_CALLER_MAX; each += 1) streams.push(await open("owner"));
      await assert.rejects(open("token:owner"), { code: "RATE_LIMITED" });
      assert.equal((await server.request("owner", "GET", "/orgs/acme/stream")).status, 429);
      await (await open("viewer")).close();
      await streams.pop()?.close();
      streams.push(await open("owner"));
      for (const stream of streams) await stream.close();
    });

    it("of too much that was missed it tells that everything has to be looked at", async () => {
      const seen = await happen();
      await inOrg(server.parts.store, server.orgs.acme, async (tx) => {
        const values = Array.from({ length: 300 }, (_, each) => ({
          org_id: server.orgs.acme,
          kind: "image.pushed" as const,
          title: "",
          image_id: null,
          repository_id: null,
          policy_id: null,
          exception_id: null,
          actor: null,
          once_key: `many ${seen} ${each}`,
        }));
        await tx.insertInto("event").values(values).execute();
      });
      const stream = await open("viewer", { lastEventId: seen });
      assert.match((await stream.next()) ?? "", /"kind":"events\.missed"\}$/);
      const id = await happen("image.failed");
      await until(stream, message(id, "image.failed"));
      await stream.close();
    });
  });

  it("streams end with the server", async () => {
    const another = await startTestServer();
    const headers = new Headers(await another.credentials("viewer"));
    const answer = await another.app.request("http://127.0.0.1:7300/api/v1/orgs/acme/stream", { headers });
    const text = answer.text();
    await another.close();
    assert.match(await text, /^retry: \d+\n\n$/);
  });
});
