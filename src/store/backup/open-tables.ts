/** An empty database made ready for rows in any order, and put back as it was. */
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import type { BackupTable } from "./format.ts";
import { quote } from "./tables.ts";

/**
 * What stands in the way of rows in any order: references (made again afterwards, which checks every row), triggers, and row security
 * for the owner. The tables are locked by it.
 * `close` puts it up again. @throws PlimsollError RESTORE_FAILED from there, for rows that point at nothing
 */
export async function openTables(
  client: pg.Client,
  tables: readonly BackupTable[],
): Promise<{ readonly close: () => Promise<void> }> {
  const { rows: references } = await client.query<{ table: string; name: string; definition: string }>(
    `select t.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c join pg_class t on t.oid = c.conrelid
     where c.contype = 'f' and t.relnamespace = current_schema()::regnamespace
     order by t.relname collate "C", c.conname collate "C"`,
  );
  const { rows: forced } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relforcerowsecurity and relkind = 'r' and relnamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of references) {
    await client.query(`alter table ${quote(table)} drop constraint ${quote(name)}`);
  }
  for (const { name } of tables) await client.query(`alter table ${quote(name)} disable trigger user`);
  for (const { name } of forced) await client.query(`alter table ${quote(name)} no force row level security`);
  return {
    close: async () => {
      for (const { table, name, definition } of references) {
        await client
          .query(`alter table ${quote(table)} add constraint ${quote(name)} ${definition}`)
          .catch((error: unknown) => {
            throw failed(`rows of ${table} point at rows that are not there`, error);
          });
      }
      for (const { name } of tables) await client.query(`alter table ${quote(name)} enable trigger user`);
      for (const { name } of forced)
        await client.query(`alter table ${quote(name)} force row level security`);
    },
  };
}

/** `why`: after "Nothing was restored: ". */
export function failed(why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("RESTORE_FAILED", `Nothing was restored: ${why}.`, { cause });
}
