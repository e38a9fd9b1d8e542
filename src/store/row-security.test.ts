/** What the database itself refuses to the server's role, whatever a request talked the server into. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { sql } from "kysely";
import { freshDatabase, type TestDatabase } from "../../test/helpers/postgres.ts";
import { asEngine, inOrg, outsideOrg } from "./in-org.ts";
import { findToken } from "./stores/tokens.ts";

async function withDatabase(work: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await freshDatabase();
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function makeOrg({ store }: TestDatabase, name: string): Promise<string> {
  const { id } = await outsideOrg(store, (tx) =>
    tx.insertInto("organisation").values({ name }).returning("id").executeTakeFirstOrThrow(),
  );
  return id;
}

describe("row security", () => {
  it("is on for every table with an organisation's rows", async () => {
    await withDatabase(async ({ store }) => {
      const { rows } = await sql<{ name: string; enabled: boolean; forced: boolean }>`
        select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by c.relname`.execute(
        store.app,
      );
      assert.ok(rows.length >= 25, `${rows.length} tables`);
      assert.deepEqual(
        rows.filter(({ enabled }) => !enabled),
        [],
      );
      // Looked up by a secret before anybody's organisation is known.
      assert.deepEqual(
        rows.filter(({ forced }) => !forced).map(({ name }) => name),
        ["group_role", "invitation", "token"],
      );
    });
  });

  it("lets the server open no door to another organisation's packages", async () => {
    await withDatabase(async (database) => {
      const { store } = database;
      const [one, two] = [await makeOrg(database, "one"), await makeOrg(database, "two")];
      const { id } = await asEngine(store, async (tx) => {
        const pkg = { match_key: "k", identity: "{}", purl: "pkg:npm/secret@1", ecosystem: "npm" };
        const made = await tx
          .insertInto("package")
          .values({ ...pkg, name: "secret", version: "1" })
          .returning("id")
          .executeTakeFirstOrThrow();
        await sql`insert into org_package (org_id, package_id) values (${one}, ${made.id})`.execute(tx);
        return made;
      });
      await assert.rejects(
        inOrg(store, two, async (tx) => {
          await sql`insert into org_package (org_id, package_id) values (${two}, ${id})`.execute(tx);
          return tx.selectFrom("package").select("name").execute();
        }),
        { code: "42501" },
      );
      const seen = (org: string) =>
        inOrg(store, org, (tx) => tx.selectFrom("package").select("name").execute());
      assert.deepEqual([await seen(one), await seen(two)], [[{ name: "secret" }], []]);
    });
  });

  it("looks tokens up in the real table, whatever temporary table has its name", async () => {
    await withDatabase(async (database) => {
      const { store } = database;
      const org = await makeOrg(database, "one");
      const hash = randomBytes(32);
      await inOrg(store, org, (tx) =>
        sql`insert into token (org_id, name, hash, prefix, created_by) values (${org}, 'ci', ${hash}, 'plim_', 'x')`.execute(
          tx,
        ),
      );
      // The function runs as the owner of all tables: what it finds under this name would too.
      const found = await outsideOrg(store, async (tx) => {
        await sql`create temporary table token (like token) on commit drop`.execute(tx);
        await sql`create temporary table invitation (like invitation) on commit drop`.execute(tx);
        return findToken(tx, hash);
      });
      assert.equal(found?.orgId, org);
    });
  });
});
