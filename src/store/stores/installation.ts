/** Facts of the installation that are written once and kept. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Writes `value` (JSON) unless the key has one already; returns the one that is kept. */
export async function keepFirst(tx: Kysely<Database>, key: string, value: unknown): Promise<unknown> {
  await tx
    .insertInto("installation")
    .values({ key, value: JSON.stringify(value) })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return findFact(tx, key);
}

/** Null: nothing was kept under this key. */
export async function findFact(tx: Kysely<Database>, key: string): Promise<unknown> {
  const row = await tx.selectFrom("installation").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value ?? null;
}
