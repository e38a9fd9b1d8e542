/** Under which address the server is reached, for workers, which write links into what they send. The server that started last says. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** `url`: `https://plimsoll.example.com`, no slash at the end. */
export async function recordPublicUrl(tx: Kysely<Database>, url: string): Promise<void> {
  const value = JSON.stringify(url);
  await tx
    .insertInto("installation")
    .values({ key: KEY, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, changed_at: new Date() }))
    .execute();
}

/** Null: no server has started yet. */
export async function findPublicUrl(tx: Kysely<Database>): Promise<string | null> {
  const row = await tx.selectFrom("installation").select("value").where("key", "=", KEY).executeTakeFirst();
  return typeof row?.value === "string" ? row.value : null;
}

const KEY = "public-url";
