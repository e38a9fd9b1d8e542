/** The superuser's session in the private PostgreSQL: it makes the owner and its database, and holds the lock of the data folder. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import { roleName } from "../connection.ts";
import { socketPort } from "./layout.ts";

/** Name of our database in the private PostgreSQL. */
export const databaseName = "plimsoll";

/** Null while the server takes no connection: not there, starting or stopping. @throws PlimsollError POSTGRES_START_FAILED */
export async function connectAsSuperuser(socketFolder: string, password: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    host: socketFolder,
    port: socketPort,
    database: "postgres",
    user: "postgres",
    password,
    ssl: false,
    options: "-c timezone=UTC",
    application_name: "plimsoll server",
    connectionTimeoutMillis: 10_000,
  });
  // Told of by the failing call too; without a listener it would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    if (isNotReady(error)) return null;
    throw new PlimsollError(
      "POSTGRES_START_FAILED",
      `The private PostgreSQL refuses us: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** No socket, nobody behind it, a full queue; starting up or shutting down; all connections taken; ended while we were let in. */
export function isNotReady(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (["ENOENT", "ECONNREFUSED", "EAGAIN", "ECONNRESET", "EPIPE"].includes(code)) return true;
  if (["57P01", "57P02", "57P03", "53300"].includes(code)) return true;
  return /terminated|timeout/i.test(error.message);
}

/**
 * Takes the lock of the data folder for the life of this session. A process that was killed may hold it for a moment longer.
 * @throws PlimsollError SERVER_RUNNING
 */
export async function takeLock(
  client: pg.Client,
  signal: AbortSignal | null,
  waitMs = LOCK_MS,
): Promise<void> {
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(${LOCK_KEY}) as taken`,
    );
    if (rows[0]?.taken === true) return;
    if (Date.now() >= giveUpAt)
      throw new PlimsollError("SERVER_RUNNING", "Another server uses this data folder.");
    await sleep(250);
  }
}

const LOCK_MS = 10_000;

/** An arbitrary number, ours alone in the database `postgres` of a cluster that is ours. */
const LOCK_KEY = 7_095_115_307;

/** The owner is no superuser, as on a server of the user's, so that what works here works there. */
export async function ensureDatabase(client: pg.Client, ownerPassword: string): Promise<void> {
  const owner = roleName("owner");
  const roles = await client.query("select from pg_roles where rolname = $1", [owner]);
  if (roles.rowCount === 0) await client.query(`create role ${owner}`);
  await client.query(`alter role ${owner} login createrole password ${pg.escapeLiteral(ownerPassword)}`);
  const databases = await client.query("select from pg_database where datname = $1", [databaseName]);
  if (databases.rowCount === 0) await client.query(`create database ${databaseName} owner ${owner}`);
  await client.query(`revoke all on database ${databaseName} from public`);
}
