/**
 * What the installation knows of its vulnerability database: the status of the one that the workers last used, and when stored
 * packages were last compared with it. One row of `installation`, written by the worker and read by the server, which has no
 * database of advisories of its own.
 */
import { sql, type Kysely } from "kysely";
import type { DatabaseStatus } from "../../domain/advisory.ts";
import type { Database } from "../schema.ts";

export interface StoredDatabaseState {
  readonly status: DatabaseStatus;
  /** RFC 3339: when all stored packages had been compared with it; null: that is still to come. */
  readonly appliedAt: string | null;
  /** Why the database in the workers' folder cannot be used at present; null: it can. What was found with it before stays. */
  readonly failure: string | null;
}

/** Takes the place of what was known before. */
export async function recordDatabaseState(tx: Kysely<Database>, state: StoredDatabaseState): Promise<void> {
  const value = JSON.stringify(state);
  await tx
    .insertInto("installation")
    .values({ key: KEY, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, changed_at: new Date() }))
    .execute();
}

/** Null: no worker has seen a vulnerability database yet. */
export async function findDatabaseState(tx: Kysely<Database>): Promise<StoredDatabaseState | null> {
  const row = await tx.selectFrom("installation").select("value").where("key", "=", KEY).executeTakeFirst();
  return row === undefined ? null : (row.value as StoredDatabaseState);
}

/** The database cannot be used at present; what is known of it stays. Nothing is noted where no database was ever seen. */
export async function recordDatabaseFailure(tx: Kysely<Database>, failure: string): Promise<void> {
  await tx
    .updateTable("installation")
    .set({
      value: sql<string>`jsonb_set(value, '{failure}', ${JSON.stringify(failure)}::jsonb)`,
      changed_at: new Date(),
    })
    .where("key", "=", KEY)
    .execute();
}

const KEY = "vulnerability-database";
