/** What of the database's tables a backup and its restoring must know; read from the catalogue, so that no table can be forgotten. */
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import type { AppliedMigration, BackupTable, SequenceState } from "./format.ts";

/** Kept by migrations themselves; what it says stands in the header. */
const MIGRATIONS = "schema_migration";

/** Tables with the columns that are written, in their order: those that are computed have no value of their own. */
export async function readTables(client: pg.Client): Promise<readonly BackupTable[]> {
  const { rows } = await client.query<BackupTable>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname <> $1 and a.attgenerated = ''
     group by c.relname order by c.relname collate "C"`,
    [MIGRATIONS],
  );
  return rows;
}

/** Empty where no migration was ever applied. */
export async function readApplied(client: pg.Client): Promise<readonly AppliedMigration[]> {
  const { rows: found } = await client.query<{ found: boolean }>(
    "select to_regclass($1) is not null as found",
    [MIGRATIONS],
  );
  if (found[0]?.found !== true) return [];
  const { rows } = await client.query<AppliedMigration>(
    `select name, checksum from ${MIGRATIONS} order by version`,
  );
  return rows;
}

export async function readSequences(client: pg.Client): Promise<readonly SequenceState[]> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select t.relname as table, a.attname as column, s.relname as sequence
     from pg_class s
     join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
     join pg_class t on t.oid = d.refobjid
     join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
     where s.relkind = 'S' and s.relnamespace = current_schema()::regnamespace order by s.relname collate "C"`,
  );
  const states: SequenceState[] = [];
  for (const { table, column, sequence } of rows) {
    const { rows: state } = await client.query<{ last: string; isCalled: boolean }>(
      `select last_value::text as last, is_called as "isCalled" from ${quote(sequence)}`,
    );
    states.push({ table, column, last: state[0]?.last ?? "1", isCalled: state[0]?.isCalled ?? false });
  }
  return states;
}

/**
 * That no row of any table is kept from this role. A role that row security binds would copy the rows that it may see and nobody
 * would know of the others.
 * @throws PlimsollError STORE_FORBIDDEN
 */
export async function checkSeesAll(client: pg.Client): Promise<void> {
  const [name] = await tablesNotSeen(client);
  if (name === undefined) return;
  throw new PlimsollError(
    "STORE_FORBIDDEN",
    `The database's user does not see every row of ${name}, so a backup would not be whole. Start a server of this version on the database once, with this user.`,
    { details: { table: name } },
  );
}

/**
 * Tables of which row security may keep rows from the current role: it is on for the role, and no policy that lets it read
 * everything applies, or one that takes rows away does.
 */
export async function tablesNotSeen(client: pg.Client): Promise<readonly string[]> {
  const applies = `p.polrelid = c.oid and p.polcmd in ('*', 'r') and exists (
    select from unnest(p.polroles) role where role = 0 or pg_has_role(current_user, role, 'usage'))`;
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and row_security_active(c.oid)
       and (exists (select from pg_policy p where ${applies} and not p.polpermissive)
         or not exists (select from pg_policy p where ${applies} and p.polpermissive
           and pg_get_expr(p.polqual, p.polrelid) = 'true'))
     order by c.relname collate "C"`,
  );
  return rows.map(({ name }) => name);
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"table" ("one", "two")`, as COPY names what it reads and writes. */
export function copyTarget({ name, columns }: BackupTable): string {
  return `${quote(name)} (${columns.map(quote).join(", ")})`;
}

/** How values are written, whatever the server and its user are set to; and a disk or a queue may be slow. */
export const writingSettings: readonly string[] = [
  "set local idle_in_transaction_session_timeout = 0",
  "set local statement_timeout = 0",
  "set local client_encoding = 'UTF8'",
  "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'",
  "set local timezone = 'UTC'",
  "set local bytea_output = 'hex'",
  "set local extra_float_digits = 1",
];
