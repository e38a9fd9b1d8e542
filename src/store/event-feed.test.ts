import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sql } from "kysely";
import { freshDatabase, type TestDatabase } from "../../test/helpers/postgres.ts";
import { openEventFeed, type EventFeed, type EventTold } from "./event-feed.ts";
import { inOrg } from "./in-org.ts";

describe("event feed", () => {
  let database: TestDatabase;
  let feed: EventFeed;
  let acme: string;
  let other: string;
  let count = 0;

  before(async () => {
    database = await freshDatabase();
    feed = openEventFeed(database.connection);
    const rows = await database.store.app
      .insertInto("organisation")
      .values([{ name: "acme" }, { name: "other" }])
      .returning(["id", "name"])
      .execute();
    acme = rows.find(({ name }) => name === "acme")!.id;
    other = rows.find(({ name }) => name === "other")!.id;
  });
  after(async () => {
    await feed.close();
    await database.close();
  });

  function happen(orgId: string): Promise<number> {
    count += 1;
    return inOrg(database.store, orgId, async (tx) => {
      const row = await tx
        .insertInto("event")
        .values({
          org_id: orgId,
          kind: "image.pushed",
          title: "hidden",
          image_id: null,
          repository_id: null,
          policy_id: null,
          exception_id: null,
          actor: null,
          once_key: `push:${count}`,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      return row.id!;
    });
  }

  /** What a watcher is told, in order, as it comes. */
  async function watch(orgId: string) {
    const told: EventTold[] = [];
    let wake = (): void => {};
    const end = await feed.watch(orgId, (each) => {
      told.push(each);
      wake();
    });
    const next = async (): Promise<EventTold> => {
      while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return told.shift()!;
    };
    return { told, next, end };
  }

  it("tells of the own organisation's events, by id and kind", async () => {
    const watcher = await watch(acme);
    const stranger = await watch(other);
    const id = await happen(acme);
    assert.deepEqual(await watcher.next(), { kind: "event", id, event: "image.pushed" });
    const foreign = await happen(other);
    // Notifications come in the order of commits: had the stranger been told of the first event, it would be here now.
    assert.deepEqual(await stranger.next(), { kind: "event", id: foreign, event: "image.pushed" });
    watcher.end();
    stranger.end();
  });

  it("tells nobody of what was rolled back, nor of text that others send", async () => {
    const watcher = await watch(acme);
    await assert.rejects(
      inOrg(database.store, acme, async (tx) => {
        await sql`insert into event (org_id, kind, title, once_key) values (${acme}, 'image.pushed', '', 'x')`.execute(
          tx,
        );
        throw new Error("undone");
      }),
      /undone/,
    );
    for (const text of ["", "{", "null", "[]", '{"org":1}', `{"org":"${acme}","id":"1","kind":"k"}`])
      await sql`select pg_notify('plimsoll_event', ${text})`.execute(database.store.app);
    const id = await happen(acme);
    assert.deepEqual(await watcher.next(), { kind: "event", id, event: "image.pushed" });
    watcher.end();
  });

  it("tells nothing to one who went, and goes on telling the others", async () => {
    const gone = await watch(acme);
    const stays = await watch(acme);
    gone.end();
    gone.end();
    await happen(acme);
    await stays.next();
    assert.deepEqual(gone.told, []);
    stays.end();
  });

  it("says that there was a gap when its connection broke, and tells again", async () => {
    const watcher = await watch(acme);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and usename = current_user and query ilike 'listen%'
        and datname = current_database()`.execute(database.store.app);
    assert.deepEqual(await watcher.next(), { kind: "gap" });
    const id = await happen(acme);
    assert.deepEqual(await watcher.next(), { kind: "event", id, event: "image.pushed" });
    watcher.end();
  });

  it("tells of changes of images to those who ask for them, and to nobody else", async () => {
    const watcher = await watch(acme);
    const told: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = await feed.watchImages(acme, (each) => {
      told.push(each);
      if (each.kind === "event") resolve();
    });
    const { image, digest } = await inOrg(database.store, acme, async (tx) => {
      const made = await tx
        .insertInto("image")
        .values({ ...emptyImage, org_id: acme, digest: `sha256:${"1".repeat(64)}`, state: "queued" })
        .returning(["id as image", "digest"])
        .executeTakeFirstOrThrow();
      const { rows } = await sql<{ id: string }>`
        with made as (insert into registry (org_id, kind, host) values (${acme}, 'distribution', 'r') returning id)
        select id from made`.execute(tx);
      await sql`insert into repository (org_id, registry_id, name) values (${acme}, ${rows[0]!.id}, 'app')`.execute(
        tx,
      );
      await sql`insert into repository_image (org_id, repository_id, image_id, pushed_digest)
        select org_id, id, ${made.image}, ${made.digest} from repository`.execute(tx);
      return made;
    });
    await inOrg(database.store, acme, (tx) =>
      tx
        .updateTable("image")
        .set({ state: "failed", failure_message: "x" })
        .where("id", "=", image)
        .execute(),
    );
    // Nothing that a decision rests on.
    await inOrg(database.store, acme, (tx) =>
      tx.updateTable("image").set({ distro: "debian" }).where("id", "=", image).execute(),
    );
    await sql`insert into installation (key, value) values ('vulnerability-database', '{}')`.execute(
      database.store.app,
    );
    await sql`delete from repository_image where org_id = ${acme}`.execute(database.store.engine);
    const id = await happen(acme);
    await promise;
    const changed = { kind: "images-changed", image: null, digest: null };
    assert.deepEqual(told, [
      { ...changed, image, digest },
      { ...changed, image },
      changed,
      { ...changed, image, digest },
      { kind: "event", id, event: "image.pushed" },
    ]);
    assert.deepEqual(await watcher.next(), { kind: "event", id, event: "image.pushed" });
    end();
    watcher.end();
  });

  it("tells of many changes at once as of one", async () => {
    await sql`insert into image (org_id, digest, state)
      select ${other}, 'sha256:' || lpad(number::text, 64, '0'), 'queued' from generate_series(1, 21) number`.execute(
      database.store.engine,
    );
    const told: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = await feed.watchImages(other, (each) => {
      told.push(each);
      if (each.kind === "event") resolve();
    });
    await sql`update image set state = 'analysing' where org_id = ${other}`.execute(database.store.engine);
    const id = await happen(other);
    await promise;
    assert.deepEqual(told, [
      { kind: "images-changed", image: null, digest: null },
      { kind: "event", id, event: "image.pushed" },
    ]);
    end();
  });

  it("once closed takes no watchers", async () => {
    const closed = openEventFeed(database.connection);
    await closed.close();
    await assert.rejects(
      closed.watch(acme, () => {}),
      { code: "STORE_UNREACHABLE" },
    );
  });
});

/** Columns of an image that have no default. */
const emptyImage = {
  platform: null,
  failure_code: null,
  failure_message: null,
  size_bytes: null,
  created_at: null,
  distro: null,
  distro_name: null,
  distro_version: null,
  completeness: null,
  verification: null,
  package_count: null,
  inventory: null,
  chain_id: null,
  history_id: null,
  base: null,
  base_reason: null,
  labels: null,
  user_name: null,
  evaluation_id: null,
  outdated_evaluation_id: null,
  analysed_at: null,
} as const;
