/**
 * How to get at the database, and as whom. A plain value, so that a server can hand it to its worker.
 *
 * Four roles part the work: `owner` (migrations and nothing else), `app` (the server; row security), `engine` (the worker; across
 * organisations, no accounts), `queue` (the jobs' schema). On the private PostgreSQL each is a login with its own password: an
 * injected statement in the server could not become another role, and a worker is handed its own passwords only. On a server of
 * the user's, one login is all that an administrator gives us: it owns the tables, and every connection of the pools takes its
 * role by the start option `role` and checks that it did. There `SET ROLE NONE` would leave it, so that safety rests on
 * parameters alone: no statement in `store` is put together from text of others.
 */
import { PlimsollError } from "../domain/error.ts";

export const storeRoles = ["owner", "app", "engine", "queue"] as const;

export type StoreRole = (typeof storeRoles)[number];

export type StoreConnection = PrivateConnection | UrlConnection;

/** The private PostgreSQL, or another one in which each role may sign in. */
export interface PrivateConnection {
  readonly kind: "private";
  /** Folder of the socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Absent: this process is not meant to be that role. */
  readonly passwords: Readonly<Partial<Record<StoreRole, string>>>;
}

/** A server of the user's. */
export interface UrlConnection {
  readonly kind: "url";
  /** `postgres://user:password@host:port/database?sslmode=…`; holds a credential, so it is never printed. */
  readonly url: string;
}

/** The name of a role in the database. The login of a URL is the owner, whatever its name. */
export function roleName(role: StoreRole): string {
  return `plimsoll_${role}`;
}

/** @throws PlimsollError CONFIG_INVALID; the message does not hold the URL, which may hold a password */
export function connectionFromUrl(url: string): UrlConnection {
  // Allowed by PostgreSQL and by no other reader of URLs: a host named only as a parameter, as sockets are.
  const whole = url.replace("@/", "@localhost/");
  const parsed = URL.canParse(whole) ? new URL(whole) : null;
  if (parsed === null || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    throw new PlimsollError(
      "CONFIG_INVALID",
      "The database URL must be postgres://user:password@host:port/database.",
    );
  }
  return { kind: "url", url: parsed.href };
}

/** The same connection for a process that needs only some of the roles. */
export function narrowConnection(connection: StoreConnection, roles: readonly StoreRole[]): StoreConnection {
  if (connection.kind === "url") return connection;
  const passwords = Object.fromEntries(
    Object.entries(connection.passwords).filter(([role]) => (roles as readonly string[]).includes(role)),
  );
  return { ...connection, passwords };
}
