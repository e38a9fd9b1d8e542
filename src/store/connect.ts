/**
 * The pools: one a role, each opened at its first query. Nothing else in the program holds a connection to the database but the
 * queue and the listener.
 */
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import type { StoreConnection, StoreRole } from "./connection.ts";
import { checkRole, clientConfig } from "./login.ts";
import type { Database } from "./schema.ts";

export interface Store {
  readonly connection: StoreConnection;
  /** The server's role: sees an organisation's rows only inside `inOrg`. */
  readonly app: Kysely<Database>;
  /** The worker's role: across organisations, no accounts, sessions and tokens. */
  readonly engine: Kysely<Database>;
  /** Waits for running statements and closes all connections. */
  close(): Promise<void>;
}

/** What a plain write or a view is handed: inside an organisation's transaction or the engine's. */
export type StoreTransaction = Transaction<Database>;

export interface PoolOptions {
  /** Connections of a pool at most. Default 10. */
  readonly connectionsMax?: number;
  /** A statement of the server that takes longer is ended. Default 30 s. */
  readonly statementTimeoutMs?: number;
}

/** Opens nothing yet; the first query of a pool does. */
export function openStore(connection: StoreConnection, options: PoolOptions = {}): Store {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const app = openPool(connection, "app", { ...options, statementTimeoutMs });
  const engine = openPool(connection, "engine", options);
  return {
    connection,
    app,
    engine,
    close: async () => {
      await Promise.all([app.destroy(), engine.destroy()]);
    },
  };
}

const STATEMENT_TIMEOUT_MS = 30_000;

function openPool(connection: StoreConnection, role: StoreRole, options: PoolOptions): Kysely<Database> {
  const pool = (): Promise<pg.Pool> => Promise.resolve(makePool(connection, role, options));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** A pool of one role. @throws PlimsollError STORE_FORBIDDEN when this process has no login for the role */
export function makePool(connection: StoreConnection, role: StoreRole, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(connection, role),
    max: options.connectionsMax ?? 10,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
    onConnect: (client) => checkRole(client, role),
  });
  // An idle connection that breaks is taken out of the pool; the next query opens another.
  pool.on("error", () => {});
  return pool;
}

/**
 * Runs `work` with one connection of `role`, which is closed afterwards.
 * @throws PlimsollError STORE_UNREACHABLE when there is no connection to be had
 */
export async function withClient<T>(
  connection: StoreConnection,
  role: StoreRole,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(connection, role));
  client.on("error", () => {});
  try {
    try {
      await client.connect();
    } catch (error) {
      throw unreachable(error);
    }
    await checkRole(client, role);
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The cause is PostgreSQL's or the system's own message, which names host and user and never the password. */
function unreachable(error: unknown): PlimsollError {
  const reason = error instanceof AggregateError ? error.errors.map(String).join("; ") : String(error);
  const isRole = error instanceof Error && "code" in error && error.code === "42501";
  if (isRole)
    return new PlimsollError("STORE_FORBIDDEN", `The database refuses the role: ${reason}`, { cause: error });
  return new PlimsollError("STORE_UNREACHABLE", `No connection to the database: ${reason}`, { cause: error });
}
