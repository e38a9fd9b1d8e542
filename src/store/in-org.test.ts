/** Row security with a pool: what one transaction is set to is never there for the next user of its connection. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { sql } from "kysely";
import { freshDatabase } from "../../test/helpers/postgres.ts";
import { openStore, type Store } from "./connect.ts";
import { asEngine, inOrg, outsideOrg } from "./in-org.ts";

/** One connection, so that every user of the pool gets the one of the user before. */
async function withOneConnection(work: (store: Store) => Promise<void>): Promise<void> {
  const database = await freshDatabase();
  const store = openStore(database.connection, { connectionsMax: 1 });
  try {
    await work(store);
  } finally {
    await store.close();
    await database.close();
  }
}

const settings = sql<{
  org: string | null;
  account: string | null;
}>`select current_setting('plimsoll.org', true) as org, current_setting('plimsoll.account', true) as account`;

describe("inOrg", () => {
  it("sets the organisation and the account for its own transaction and no longer", async () => {
    await withOneConnection(async (store) => {
      const org = randomUUID();
      const account = randomUUID();
      const inside = await inOrg(store, org, async (tx) => (await settings.execute(tx)).rows[0], {
        accountId: account,
      });
      assert.deepEqual(inside, { org, account });
      const next = (await settings.execute(store.app)).rows[0];
      assert.deepEqual(next, { org: "", account: "" });
      const another = randomUUID();
      const second = await inOrg(store, another, async (tx) => (await settings.execute(tx)).rows[0]);
      assert.deepEqual(second, { org: another, account: "" });
    });
  });

  it("leaves nothing behind when the work fails", async () => {
    await withOneConnection(async (store) => {
      await assert.rejects(
        inOrg(store, randomUUID(), async (tx) => {
          await tx.insertInto("organisation").values({ name: "lost" }).execute();
          throw new Error("stop");
        }),
        /stop/,
      );
      assert.deepEqual((await settings.execute(store.app)).rows[0], { org: "", account: "" });
      assert.deepEqual(await store.app.selectFrom("organisation").select("name").execute(), []);
    });
  });

  it("overrides what somebody set in the session", async () => {
    await withOneConnection(async (store) => {
      await sql`select set_config('plimsoll.org', ${randomUUID()}, false)`.execute(store.app);
      const outside = await outsideOrg(store, async (tx) => (await settings.execute(tx)).rows[0]);
      assert.equal(outside?.org, "");
    });
  });

  it("writes nothing when it is told to read only", async () => {
    await withOneConnection(async (store) => {
      await assert.rejects(
        inOrg(store, randomUUID(), (tx) => tx.insertInto("organisation").values({ name: "x" }).execute(), {
          readOnly: true,
        }),
        { code: "25006" },
      );
    });
  });

  it("shows an organisation its own rows and never another's, by any identifier", async () => {
    await withOneConnection(async (store) => {
      const [one, two] = await outsideOrg(store, (tx) =>
        tx
          .insertInto("organisation")
          .values([{ name: "one" }, { name: "two" }])
          .returning("id")
          .execute(),
      );
      const environment = await inOrg(store, one!.id, (tx) =>
        tx
          .insertInto("environment")
          .values({ org_id: one!.id, name: "production" })
          .returning("id")
          .executeTakeFirstOrThrow(),
      );
      const seen = (org: string) =>
        inOrg(store, org, (tx) =>
          tx.selectFrom("environment").select("id").where("id", "=", environment.id).execute(),
        );
      assert.equal((await seen(one!.id)).length, 1);
      assert.equal((await seen(two!.id)).length, 0);
      assert.equal((await store.app.selectFrom("environment").select("id").execute()).length, 0);
      const changed = await inOrg(store, two!.id, (tx) =>
        tx
          .updateTable("environment")
          .set({ name: "stolen" })
          .where("id", "=", environment.id)
          .executeTakeFirst(),
      );
      assert.equal(changed.numUpdatedRows, 0n);
      await assert.rejects(
        inOrg(store, two!.id, (tx) =>
          tx.insertInto("environment").values({ org_id: one!.id, name: "planted" }).execute(),
        ),
        { code: "42501" },
      );
      const all = await asEngine(store, (tx) => tx.selectFrom("environment").select("name").execute());
      assert.deepEqual(all, [{ name: "production" }]);
    });
  });
});
