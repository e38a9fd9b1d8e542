/** Which organisations there are, for what concerns all of them. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Sorted, so that transactions that write for all of them do so in one order. */
export async function listOrganisationIds(tx: Kysely<Database>): Promise<readonly string[]> {
  const rows = await tx.selectFrom("organisation").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}
