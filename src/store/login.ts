/**
 * From a connection and a role to what `pg` needs: the login, the start options, and a check that a new connection really is that
 * role, since a pooler between us and PostgreSQL may drop start options in silence.
 */
import pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import { roleName, type StoreConnection, type StoreRole } from "./connection.ts";

/** @throws PlimsollError STORE_FORBIDDEN when the connection was narrowed to other roles */
export function clientConfig(connection: StoreConnection, role: StoreRole): pg.ClientConfig {
  const common: pg.ClientConfig = {
    application_name: `plimsoll ${role}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types,
  };
  if (connection.kind === "url") return { ...common, ...urlConfig(connection.url, role) };
  const password = connection.passwords[role];
  if (password === undefined) {
    throw new PlimsollError("STORE_FORBIDDEN", `This process was given no login for the role ${role}.`);
  }
  const { host, port, database } = connection;
  const options = startOptions.join(" ");
  return { ...common, host, port, database, user: roleName(role), password, options, ssl: false };
}

/** What the URL says of `options` is kept, and ours come after it; as `pg` has it, the URL alone would win. */
function urlConfig(text: string, role: StoreRole): pg.ClientConfig {
  const url = new URL(text);
  const own = role === "owner" ? [] : [`-c role=${roleName(role)}`];
  const options = [url.searchParams.get("options") ?? "", ...startOptions, ...own].join(" ").trim();
  url.searchParams.delete("options");
  return { connectionString: url.href, options };
}

/** Times are written and read as UTC, and an abandoned transaction does not hold its locks for ever. */
const startOptions = ["-c timezone=UTC", "-c idle_in_transaction_session_timeout=60000"];

/** Thrown by a pool's `onConnect`, the connection is closed and never used. @throws PlimsollError STORE_FORBIDDEN */
export async function checkRole(client: pg.ClientBase, role: StoreRole): Promise<void> {
  // A connection that breaks while it is out of the pool tells so by an event, which ends the process when nobody listens. The
  // running query fails with the same error.
  client.on("error", () => {});
  if (role === "owner") return;
  const { rows } = await client.query<{ name: string }>("select current_user as name");
  if (rows[0]?.name === roleName(role)) return;
  throw new PlimsollError(
    "STORE_FORBIDDEN",
    `A connection is ${rows[0]?.name ?? "nobody"} and not ${roleName(role)}. A pooler that drops start options cannot be used.`,
  );
}

/**
 * `bigint` is read as a number, which counts and sizes fit in; past 2^53 it is an error rather than a wrong number. `date` stays
 * text, `2026-11-22`: a Date would move it by the time zone.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") => {
    if (oid === pg.types.builtins.INT8) return readBigint;
    if (oid === pg.types.builtins.DATE) return String;
    return pg.types.getTypeParser(oid, format) as unknown;
  }) as typeof pg.types.getTypeParser,
};

function readBigint(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new PlimsollError("INTERNAL", "A number of the database does not fit in 53 bits.");
}
