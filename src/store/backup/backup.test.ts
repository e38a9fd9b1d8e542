/** A database into a file and into another database: everything of it, one moment of it, and nothing from a file that is not whole. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sql } from "kysely";
import type pg from "pg";
import { freshDatabase, sharedPostgres, type TestDatabase } from "../../../test/helpers/postgres.ts";
import { generateImages } from "../../../test/helpers/seed-images.ts";
import { seedImages, seedOrganisation } from "../../../test/helpers/seed.ts";
import { openStore, withClient } from "../connect.ts";
import { roleName, type StoreConnection } from "../connection.ts";
import { asEngine, outsideOrg } from "../in-org.ts";
import { migrate, programMigrations } from "../migrate.ts";
import { openQueue } from "../queue.ts";
import { copyOut } from "./copy-stream.ts";
import { firstLine } from "./format.ts";
import { checkBackup, restoreBackup } from "./restore-backup.ts";
import { readTables } from "./tables.ts";
import { writeBackup } from "./write-backup.ts";
import { BackupWriter } from "./write-file.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-backup-"));
const path = join(folder, "whole.backup");
const options = { program: "1.2.3", now: new Date("2030-02-01T00:00:00Z") };
let source: TestDatabase;
let org = "";

before(async () => {
  source = await freshDatabase();
  org = await seedOrganisation(source.store, "acme");
  await seedImages(source.store, org, generateImages(12));
  await seedOrganisation(source.store, "other");
  // Rows that only some roles see, and values that a text form could spoil.
  await outsideOrg(source.store, async (tx) => {
    await tx
      .insertInto("account")
      .values({ name: "ada", display_name: "Ada\t\\N \n\r\u0001 é 🚢", password_hash: null })
      .execute();
  });
  const queue = await openQueue(source.connection, { log: () => {}, supervise: false });
  const startAfter = new Date("2030-03-01T00:00:00Z");
  await queue.send(null, [
    {
      kind: "evaluate",
      key: `${org}/image`,
      payload: { org, image: "i", number: 3 },
      priority: 2,
      startAfter,
    },
    { kind: "expire", key: "installation/interval", payload: {} },
  ]);
  await queue.close(0);
  await write(source.connection, path);
});
after(async () => {
  await source.close();
  rmSync(folder, { recursive: true, force: true });
});

async function write(connection: StoreConnection, to: string): ReturnType<typeof writeBackup> {
  const file = await open(to, "w");
  try {
    return await writeBackup(connection, file, options);
  } finally {
    await file.close();
  }
}

interface Target {
  readonly connection: StoreConnection;
  restore(from: string): Promise<unknown>;
  /** Names of the tables that are there. */
  tables(): Promise<readonly string[]>;
}

async function withTarget(work: (target: Target) => Promise<void>): Promise<void> {
  const server = await sharedPostgres();
  const { name, connection } = await server.makeEmptyDatabase();
  try {
    await work({
      connection,
      restore: (from) => restoreFrom(connection, from),
      tables: () =>
        withClient(connection, "owner", async (client) =>
          (await readTables(client)).map((table) => table.name),
        ),
    });
  } finally {
    await server.dropDatabase(name);
  }
}

async function restoreFrom(connection: StoreConnection, from: string): Promise<unknown> {
  const file = await open(from, "r");
  try {
    return await restoreBackup(connection, file, () => {});
  } finally {
    await file.close();
  }
}

/** Every row of every table as text, and everything of the schema that a restoring takes down and puts up again. */
async function contentOf(connection: StoreConnection): Promise<Record<string, unknown>> {
  return withClient(connection, "owner", async (client) => {
    const content: Record<string, unknown> = {};
    for (const { name } of await readTables(client)) {
      const { rows } = await client.query(
        `select count(*) as rows, md5(coalesce(string_agg(t::text, E'\\n' order by t::text collate "C"), '')) as digest from "${name}" t`,
      );
      content[name] = rows[0];
    }
    content["schema"] = await schemaOf(client);
    return content;
  });
}

async function schemaOf(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(`
    select 'constraint' as what, conrelid::regclass::text as on, conname::text as name, pg_get_constraintdef(oid) as text
      from pg_constraint where connamespace = current_schema()::regnamespace
    union all select 'trigger', tgrelid::regclass::text, tgname::text, tgenabled::text
      from pg_trigger where not tgisinternal and tgrelid::regclass::text not like 'queue.%'
    union all select 'table', '', relname::text, relrowsecurity || ' ' || relforcerowsecurity
      from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
    union all select 'policy', tablename::text, policyname::text, concat(roles, cmd, qual, with_check)
      from pg_policies where schemaname = current_schema()
    order by 1, 2, 3`);
  return rows;
}

const jobsOf = (connection: StoreConnection): Promise<unknown> =>
  withClient(connection, "queue", async (client) => {
    const { rows } = await client.query(
      "select name, singleton_key, data, priority, start_after, state from queue.job where state = 'created' order by 1, 2",
    );
    return rows;
  });

describe("backup and restore", () => {
  it("bring every row, the schema as it was, and the jobs that wait", async () => {
    await withTarget(async ({ connection, restore }) => {
      await restore(path);
      const [was, is] = [await contentOf(source.connection), await contentOf(connection)];
      assert.deepEqual(is, was);
      const counts = Object.values(was).filter((each) => Number((each as { rows?: number }).rows) > 0);
      assert.ok(counts.length > 15, `${counts.length} tables with rows`);
      assert.deepEqual(await jobsOf(connection), await jobsOf(source.connection));
      assert.equal(((await jobsOf(connection)) as unknown[]).length, 2);
    });
  });

  it("go on with numbers where they stood, and references are watched again", async () => {
    await withTarget(async ({ connection, restore }) => {
      await restore(path);
      const store = openStore(connection, { connectionsMax: 1 });
      try {
        const insert = sql<{ id: number }>`insert into event (org_id, kind, title, once_key)
          values (${org}, 'image.pushed', 't', 'new') returning id`;
        const { rows } = await asEngine(store, (tx) => insert.execute(tx));
        const { rows: last } = await asEngine(store, (tx) =>
          sql<{ id: number }>`select max(id) as id from event where once_key <> 'new'`.execute(tx),
        );
        assert.ok((rows[0]?.id ?? 0) > (last[0]?.id ?? 0));
        const orphan = sql`insert into event (org_id, kind, title, once_key)
          values ('00000000-0000-0000-0000-000000000000', 'image.pushed', 't', 'k')`;
        await assert.rejects(
          asEngine(store, (tx) => orphan.execute(tx)),
          { code: "23503" },
        );
      } finally {
        await store.close();
      }
    });
  });

  it("hold one moment, whatever is written meanwhile", async () => {
    const during = join(folder, "during.backup");
    const file = await open(during, "w");
    let isWritten = false;
    const slow = {
      write: async (bytes: Buffer, at: number) => {
        if (!isWritten) {
          isWritten = true;
          await seedOrganisation(source.store, "late");
        }
        return file.write(bytes, at);
      },
    } as unknown as FileHandle;
    await writeBackup(source.connection, slow, options);
    await file.close();
    await withTarget(async ({ connection, restore }) => {
      await restore(during);
      const names = await withClient(connection, "owner", (client) =>
        client.query<{ name: string }>("select name from organisation order by name"),
      );
      assert.deepEqual(
        names.rows.map(({ name }) => name),
        ["acme", "other"],
      );
    });
    await outsideOrg(source.store, (tx) =>
      tx.deleteFrom("organisation").where("name", "=", "late").execute(),
    );
  });

  it("take a backup of an older schema, which is migrated afterwards", async () => {
    const server = await sharedPostgres();
    const old = await server.makeEmptyDatabase();
    const from = join(folder, "old.backup");
    try {
      await migrate(old.connection, { upTo: 2 });
      await withClient(old.connection, "owner", (client) =>
        client.query("insert into organisation (name) values ('acme')"),
      );
      await write(old.connection, from);
    } finally {
      await server.dropDatabase(old.name);
    }
    await withTarget(async ({ connection, restore }) => {
      await restore(from);
      const applied = await migrate(connection);
      assert.deepEqual(
        applied,
        programMigrations()
          .slice(2)
          .map(({ name }) => name),
      );
      const { rows } = await withClient(connection, "owner", (client) =>
        client.query("select name from organisation"),
      );
      assert.deepEqual(rows, [{ name: "acme" }]);
    });
  });

  it("write nothing where the role does not see every row", async () => {
    const other = await freshDatabase();
    const to = join(folder, "part.backup");
    try {
      await seedOrganisation(other.store, "acme");
      await withClient(other.connection, "owner", (client) =>
        client.query(`create policy narrow on policy as restrictive to ${roleName("owner")} using (false)`),
      );
      await assert.rejects(write(other.connection, to), { code: "STORE_FORBIDDEN" });
    } finally {
      await other.close();
    }
  });

  it("say that there is nothing to back up", async () => {
    await withTarget(async ({ connection }) => {
      await assert.rejects(write(connection, join(folder, "none.backup")), { code: "STORE_EMPTY" });
    });
  });
});

describe("restore", () => {
  it("refuses a database with rows, and leaves them", async () => {
    const target = await freshDatabase();
    try {
      await seedOrganisation(target.store, "mine");
      const was = await contentOf(target.connection);
      await assert.rejects(restoreFrom(target.connection, path), { code: "RESTORE_NOT_EMPTY" });
      assert.deepEqual(await contentOf(target.connection), was);
    } finally {
      await target.close();
    }
  });

  it("takes a database that was migrated and never used, but not a newer one", async () => {
    const target = await freshDatabase();
    const from = join(folder, "older.backup");
    try {
      const headers = programMigrations().slice(0, -1);
      await writeEmpty(from, headers);
      await assert.rejects(restoreFrom(target.connection, from), { code: "RESTORE_NOT_EMPTY" });
      await restoreFrom(target.connection, path);
      assert.deepEqual(await contentOf(target.connection), await contentOf(source.connection));
      await assert.rejects(
        restoreFrom(target.connection, path),
        { code: "RESTORE_NOT_EMPTY" },
        "and only once",
      );
    } finally {
      await target.close();
    }
  });

  it("refuses a file that was cut anywhere, and touches nothing", async () => {
    const whole = readFileSync(path);
    const cut = join(folder, "cut.backup");
    const lengths = [0, 5, firstLine.length, firstLine.length + 3, whole.length - 1, whole.length - 40];
    for (let at = 1; at < 40; at += 1) lengths.push(Math.floor((whole.length * at) / 40));
    for (const length of lengths) {
      writeFileSync(cut, whole.subarray(0, length));
      await assert.rejects(check(cut), { code: "BACKUP_DAMAGED" }, `${length} of ${whole.length} bytes`);
    }
    await withTarget(async ({ restore, tables }) => {
      await assert.rejects(restore(cut), { code: "BACKUP_DAMAGED" });
      assert.deepEqual(await tables(), []);
    });
  });

  it("refuses a file of which any byte was changed", async () => {
    const whole = readFileSync(path);
    const changed = join(folder, "changed.backup");
    const step = Math.max(1, Math.floor(whole.length / 97));
    for (let at = firstLine.length; at < whole.length; at += step) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      writeFileSync(changed, bytes);
      const error = await check(changed).then(
        () => null,
        (caught: { code?: string }) => caught.code,
      );
      // A changed checksum of a migration, before the end is reached, would be another program's: it is not, the file is.
      assert.equal(error, "BACKUP_DAMAGED", `byte ${at} of ${whole.length}`);
    }
    writeFileSync(changed, Buffer.concat([whole, Buffer.from("x")]));
    await assert.rejects(check(changed), { code: "BACKUP_DAMAGED" });
  });

  it("refuses other versions of format and schema", async () => {
    const other = join(folder, "version.backup");
    const whole = readFileSync(path);
    writeFileSync(
      other,
      Buffer.concat([Buffer.from("plimsoll backup 2\n"), whole.subarray(firstLine.length)]),
    );
    await assert.rejects(check(other), { code: "BACKUP_NEWER" });
    const known = programMigrations().map(({ name, checksum }) => ({ name, checksum }));
    await writeEmpty(other, [...known, { name: "9999-later.sql", checksum: "0".repeat(64) }]);
    await assert.rejects(check(other), { code: "BACKUP_NEWER" });
    await writeEmpty(other, [...known.slice(0, -1), { name: "0005-other.sql", checksum: "0".repeat(64) }]);
    await assert.rejects(check(other), { code: "STORE_CHANGED" });
    await withTarget(async ({ restore, tables }) => {
      await assert.rejects(restore(other), { code: "STORE_CHANGED" });
      assert.deepEqual(await tables(), []);
    });
  });

  it("keeps nothing of a file that leaves tables out or holds rows that fit nowhere", async () => {
    const odd = join(folder, "odd.backup");
    const known = programMigrations();
    const row = "00000000-0000-0000-0000-000000000001\tacme\t2030-01-01 00:00:00+00\n";
    const cases: readonly [string, string | null, string][] = [
      ["no table but one", row, "organisation"],
      ["a row of another shape", "acme\n", "organisation"],
      ["a table that nobody knows", row, "nowhere"],
    ];
    for (const [what, text, name] of cases) {
      await writeEmpty(odd, known, { name, text: text ?? "" });
      await withTarget(async ({ connection, restore }) => {
        await assert.rejects(restore(odd), { code: "RESTORE_FAILED" }, what);
        const { rows } = await withClient(connection, "owner", (client) =>
          client.query("select name from organisation"),
        );
        assert.deepEqual(rows, [], what);
        // What broke off is no obstacle to the next.
        if (name === "nowhere") await restore(path);
      });
    }
  });

  it("keeps nothing of a file whose rows point at nothing", async () => {
    const odd = join(folder, "orphan.backup");
    const file = await open(odd, "w");
    const writer = new BackupWriter(file);
    await writer.begin(headerOf(programMigrations()));
    await withClient(source.connection, "owner", async (client) => {
      for (const table of await readTables(client)) {
        const columns = table.columns.map((column) => `"${column}"`).join(", ");
        const text = `copy "${table.name}" (${columns}) to stdout`;
        await writer.table(table, async (take) =>
          table.name === "organisation" ? 0 : copyOut(client, text, take),
        );
      }
    });
    await writer.sequences([]);
    await writer.end();
    await file.close();
    await withTarget(async ({ restore }) => {
      await assert.rejects(restore(odd), {
        code: "RESTORE_FAILED",
        message: /point at rows that are not there/,
      });
    });
  });
});

async function check(from: string): Promise<unknown> {
  const file = await open(from, "r");
  try {
    return await checkBackup(file);
  } finally {
    await file.close();
  }
}

function headerOf(migrations: readonly { readonly name: string; readonly checksum: string }[]) {
  return {
    program: "1",
    madeAt: options.now.toISOString(),
    postgres: "18",
    migrations: migrations.map(({ name, checksum }) => ({ name, checksum })),
  };
}

/** A file that is right in itself, with one table at most. */
async function writeEmpty(
  to: string,
  migrations: readonly { readonly name: string; readonly checksum: string }[],
  table: { readonly name: string; readonly text: string } | null = null,
): Promise<void> {
  const file = await open(to, "w");
  const writer = new BackupWriter(file);
  await writer.begin(headerOf(migrations));
  if (table !== null) {
    await writer.table({ name: table.name, columns: ["id", "name", "created_at"] }, async (take) => {
      await take(Buffer.from(table.text));
      return 1;
    });
  }
  await writer.sequences([]);
  await writer.end();
  await file.close();
}
