/** Notifications of the database, also after the connection was lost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { freshDatabase, sharedPostgres } from "../../test/helpers/postgres.ts";
import { listen } from "./listen.ts";

describe("listen", () => {
  it("hears of its channel when a transaction ends, and of a gap when the connection was lost", async () => {
    const { connection, store, close } = await freshDatabase();
    const heard: string[] = [];
    const gap = Promise.withResolvers<void>();
    const listener = await listen({
      connection,
      role: "app",
      channel: "test_channel",
      onMessage: (text) => heard.push(text),
      onGap: gap.resolve,
    });
    try {
      await store.app.transaction().execute(async (tx) => {
        await sql`select pg_notify('test_channel', 'one'), pg_notify('other_channel', 'never')`.execute(tx);
        await sleep(30);
        assert.deepEqual(heard, []);
      });
      while (heard.length === 0) await sleep(5);
      assert.deepEqual(heard, ["one"]);
      const admin = await (await sharedPostgres()).connectAsAdmin("postgres");
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %test_channel%' and pid <> pg_backend_pid()",
      );
      await admin.end();
      await gap.promise;
      await sql`select pg_notify('test_channel', 'two')`.execute(store.app);
      while (heard.length === 1) await sleep(5);
      assert.deepEqual(heard, ["one", "two"]);
    } finally {
      await listener.close();
      await close();
    }
  });
});
