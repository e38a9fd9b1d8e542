/**
 * The roles of the database, made by the owner before the first migration, which grants them what they may do. They own nothing
 * but the queue's schema, and none may bypass row security. Roles belong to the whole server, so two databases may make them at once.
 */
import pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import { roleName, type StoreConnection, type StoreRole } from "./connection.ts";

const takenRoles = ["app", "engine", "queue"] as const satisfies readonly StoreRole[];

/** Schema of the job queue, owned by its role. */
export const queueSchema = "queue";

/** @throws PlimsollError STORE_FORBIDDEN, with the SQL that an administrator must run in its message */
export async function ensureRoles(client: pg.Client, connection: StoreConnection): Promise<void> {
  try {
    for (const role of takenRoles) await ensureRole(client, role);
    if (connection.kind === "private") await ensureLogins(client, connection.passwords);
    await checkPower(client);
    await grantToOwner(client);
    await ensureQueueSchema(client);
  } catch (error) {
    if (isRefused(error)) throw await forbidden(client, error);
    throw error;
  }
}

async function ensureRole(client: pg.Client, role: StoreRole): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [roleName(role)]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create role ${roleName(role)} nologin`);
  } catch (error) {
    // Another database of this server was migrated at the same moment.
    if (!["42710", "23505"].includes(codeOf(error))) throw error;
  }
}

async function ensureLogins(
  client: pg.Client,
  passwords: Readonly<Partial<Record<StoreRole, string>>>,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  const database = pg.escapeIdentifier(rows[0]?.name ?? "");
  for (const role of takenRoles) {
    const password = passwords[role];
    if (password === undefined) continue;
    await client.query(`grant connect on database ${database} to ${roleName(role)}`);
    // Nothing is written when it can sign in already: two databases that change one role at once disturb each other.
    const { rows: able } = await client.query("select from pg_roles where rolname = $1 and rolcanlogin", [
      roleName(role),
    ]);
    if (able.length === 0) {
      await client.query(`alter role ${roleName(role)} login password ${pg.escapeLiteral(password)}`);
    }
  }
}

/** A role of that name which was there before and may do more than it must is not used. */
async function checkPower(client: pg.Client): Promise<void> {
  const names = takenRoles.map(roleName);
  const { rows } = await client.query<{ name: string }>(
    "select rolname as name from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole)",
    [names],
  );
  if (rows.length === 0) return;
  throw new PlimsollError(
    "STORE_FORBIDDEN",
    `The role ${rows[0]?.name ?? ""} may bypass row security. ` +
      `Run: ALTER ROLE ${rows[0]?.name ?? ""} NOSUPERUSER NOBYPASSRLS NOCREATEROLE;`,
  );
}

/** The owner hands the queue's schema over, and on a server of the user's its login takes each role. */
async function grantToOwner(client: pg.Client): Promise<void> {
  for (const role of takenRoles) {
    // Of a superuser this is true without a grant.
    const { rows } = await client.query<{ member: boolean }>(
      "select pg_has_role(current_user, $1, 'usage') as member",
      [roleName(role)],
    );
    if (rows[0]?.member !== true) await client.query(`grant ${roleName(role)} to current_user`);
  }
}

async function ensureQueueSchema(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_namespace where nspname = $1", [queueSchema]);
  if (rowCount === 0) await client.query(`create schema ${queueSchema} authorization ${roleName("queue")}`);
}

function isRefused(error: unknown): boolean {
  return codeOf(error) === "42501";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

async function forbidden(client: pg.Client, cause: unknown): Promise<PlimsollError> {
  const { rows } = await client.query<{ name: string; database: string }>(
    "select current_user as name, current_database() as database",
  );
  const user = pg.escapeIdentifier(rows[0]?.name ?? "");
  const database = pg.escapeIdentifier(rows[0]?.database ?? "");
  const names = takenRoles.map(roleName);
  const statements = [
    ...names.map((name) => `CREATE ROLE ${name} NOLOGIN;`),
    `GRANT ${names.join(", ")} TO ${user};`,
    `GRANT CREATE ON DATABASE ${database} TO ${user};`,
    `GRANT CREATE ON SCHEMA public TO ${user};`,
  ];
  return new PlimsollError(
    "STORE_FORBIDDEN",
    `The database's user ${user} may not make roles. An administrator of the database runs once: ${statements.join(" ")}`,
    { cause },
  );
}
