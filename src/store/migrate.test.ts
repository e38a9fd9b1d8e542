/** Migrations and roles, on migrations of the test's own. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { sharedPostgres } from "../../test/helpers/postgres.ts";
import { openStore, withClient } from "./connect.ts";
import { connectionFromUrl, type StoreConnection } from "./connection.ts";
import { clientConfig } from "./login.ts";
import { migrate } from "./migrate.ts";

interface Bench {
  readonly connection: StoreConnection;
  readonly name: string;
  /** Runs the migrations given, by name. */
  run(files: Readonly<Record<string, string>>): Promise<readonly string[]>;
}

async function withEmptyDatabase(work: (bench: Bench) => Promise<void>): Promise<void> {
  const server = await sharedPostgres();
  const { name, connection } = await server.makeEmptyDatabase();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-migrate-"));
  const run = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return migrate(connection, { folder });
  };
  try {
    await work({ connection, name, run });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.dropDatabase(name);
  }
}

const first = { "0001-first.sql": "create table a (n integer)" };
const second = { ...first, "0002-second.sql": "create table b (n integer); insert into b values (1)" };

describe("migrate", () => {
  it("applies what is missing, in order, and nothing twice", async () => {
    await withEmptyDatabase(async ({ connection, run }) => {
      assert.deepEqual(await run(first), ["0001-first.sql"]);
      assert.deepEqual(await run(first), []);
      assert.deepEqual(await run(second), ["0002-second.sql"]);
      const rows = await withClient(connection, "owner", async (client) => {
        return (await client.query("select version, name from schema_migration order by version")).rows;
      });
      assert.deepEqual(rows, [
        { version: 1, name: "0001-first.sql" },
        { version: 2, name: "0002-second.sql" },
      ]);
    });
  });

  it("applies each once when several servers start at the same moment", async () => {
    await withEmptyDatabase(async ({ connection, run }) => {
      const folder = mkdtempSync(join(tmpdir(), "plimsoll-migrate-"));
      writeFileSync(join(folder, "0001-slow.sql"), "create table a (n integer); select pg_sleep(0.2)");
      const applied = await Promise.all([1, 2, 3].map(() => migrate(connection, { folder })));
      rmSync(folder, { recursive: true });
      assert.deepEqual(applied.flat(), ["0001-slow.sql"]);
      await assert.rejects(run(first), { code: "STORE_CHANGED" });
    });
  });

  it("keeps nothing of a migration that fails, and says which", async () => {
    await withEmptyDatabase(async ({ connection, run }) => {
      await run(first);
      await assert.rejects(
        run({ ...first, "0002-broken.sql": "create table kept (n integer); insert into nowhere values (1)" }),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, "STORE_MIGRATION_FAILED");
          assert.match(error.message, /0002-broken\.sql.*nowhere/);
          return true;
        },
      );
      const tables = await withClient(connection, "owner", async (client) => {
        return (await client.query("select to_regclass('kept') as kept, to_regclass('a') is not null as a"))
          .rows;
      });
      assert.deepEqual(tables, [{ kept: null, a: true }]);
      assert.deepEqual(await run(second), ["0002-second.sql"]);
    });
  });

  it("refuses a database whose migrations are not the program's", async () => {
    await withEmptyDatabase(async ({ run }) => {
      await run(second);
      await assert.rejects(run({ ...second, "0001-first.sql": "create table a (n bigint)" }), {
        code: "STORE_CHANGED",
      });
      await assert.rejects(run(first), { code: "STORE_NEWER" });
    });
  });

  it("takes a folder only when its numbers have no gaps", async () => {
    await withEmptyDatabase(async ({ run }) => {
      await assert.rejects(run({ "0002-second.sql": "select" }), { code: "INTERNAL" });
      await assert.rejects(run({ ...first, "0001-again.sql": "select" }), { code: "INTERNAL" });
    });
  });

  it("says that no database answers, without the password", async () => {
    const connection = connectionFromUrl("postgres://someone:secret@127.0.0.1:1/nowhere");
    await assert.rejects(migrate(connection), (error: Error & { code?: string }) => {
      assert.equal(error.code, "STORE_UNREACHABLE");
      assert.doesNotMatch(JSON.stringify([error.message, error]), /secret/);
      return true;
    });
  });
});

describe("roles", () => {
  it("own nothing, are no superusers and cannot bypass row security", async () => {
    await withEmptyDatabase(async ({ name, run }) => {
      await run(first);
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(name);
      const { rows } = await admin.query(
        `select rolname as role, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty,
           exists (select from pg_class where relowner = pg_roles.oid) as owns,
           exists (select from pg_auth_members where member = pg_roles.oid) as is_member
         from pg_roles where rolname in ('plimsoll_app', 'plimsoll_engine', 'plimsoll_queue') order by rolname`,
      );
      await admin.end();
      assert.deepEqual(
        rows,
        ["app", "engine", "queue"].map((role) => ({
          role: `plimsoll_${role}`,
          mighty: false,
          owns: false,
          is_member: false,
        })),
      );
    });
  });

  it("cannot become another one where each has its own login", async (t) => {
    await withEmptyDatabase(async ({ connection, run }) => {
      if (connection.kind !== "private") return t.skip("one login");
      await run(first);
      const store = openStore(connection);
      try {
        for (const statement of [
          "set role plimsoll_owner",
          "set role plimsoll_engine",
          "set session authorization plimsoll_owner",
        ]) {
          await assert.rejects(sql.raw(statement).execute(store.app), { code: "42501" });
        }
        await sql`reset role`.execute(store.app);
        await assert.rejects(sql`select * from a`.execute(store.app), { code: "42501" });
      } finally {
        await store.close();
      }
    });
  });

  it("are taken at the start of each connection where there is one login", async () => {
    await withEmptyDatabase(async ({ connection, run }) => {
      await run(first);
      const store = openStore(asUrl(connection));
      try {
        const name = sql<{ name: string }>`select current_user as name`;
        assert.equal((await name.execute(store.app)).rows[0]?.name, "plimsoll_app");
        assert.equal((await name.execute(store.engine)).rows[0]?.name, "plimsoll_engine");
        await sql`reset role`.execute(store.app);
        assert.equal((await name.execute(store.app)).rows[0]?.name, "plimsoll_app");
      } finally {
        await store.close();
      }
    });
  });

  it("are asked for with the SQL an administrator must run, when the user may not make them", async () => {
    const server = await sharedPostgres();
    const admin = await server.connectAsAdmin("postgres");
    const user = `plimsoll_test_powerless_${process.pid}`;
    await withEmptyDatabase(async ({ connection, name }) => {
      try {
        await admin.query(`create role ${user} login password 'x1'`);
        await admin.query(`grant connect on database ${name} to ${user}`);
        const url = new URL(asUrl(connection).url);
        url.username = user;
        url.password = "x1";
        await assert.rejects(migrate(connectionFromUrl(url.href)), (error: Error & { code?: string }) => {
          assert.equal(error.code, "STORE_FORBIDDEN");
          assert.match(error.message, /GRANT plimsoll_app, plimsoll_engine, plimsoll_queue TO/);
          assert.ok(error.message.includes(user));
          return true;
        });
      } finally {
        await admin.query(`drop owned by ${user}`).catch(() => {});
        await admin.query(`revoke all on database ${name} from ${user}`);
        await admin.query(`drop role ${user}`);
        await admin.end();
      }
    });
  });

  it("are not used when one of that name may bypass row security", async () => {
    await withEmptyDatabase(async ({ connection, name, run }) => {
      await run(first);
      const server = await sharedPostgres();
      const admin = await server.connectAsAdmin(name);
      try {
        await admin.query("alter role plimsoll_engine bypassrls");
        await assert.rejects(migrate(connection), { code: "STORE_FORBIDDEN" });
      } finally {
        await admin.query("alter role plimsoll_engine nobypassrls");
        await admin.end();
      }
    });
  });
});

describe("types of columns", () => {
  it("are numbers for bigint, text for date, and an error where a number would be wrong", async () => {
    await withEmptyDatabase(async ({ connection, run }) => {
      await run(first);
      await withClient(connection, "owner", async (client) => {
        const { rows } = await client.query(
          "select count(*) as n, date '2026-11-22' as day, 1.10::numeric as exact",
        );
        assert.deepEqual(rows, [{ n: 1, day: "2026-11-22", exact: "1.10" }]);
        await assert.rejects(client.query("select 9007199254740993::bigint"), { code: "INTERNAL" });
      });
    });
  });
});

/** The same database with one login, as a server of the user's is given to us. */
function asUrl(connection: StoreConnection) {
  if (connection.kind === "url") return connection;
  const { user, password, host, database } = clientConfig(connection, "owner") as pg.ClientConfig & {
    password: string;
  };
  return connectionFromUrl(
    `postgres://${user ?? ""}:${password}@/${database ?? ""}?host=${encodeURIComponent(host ?? "")}`,
  );
}
