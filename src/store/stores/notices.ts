/** Writes of notices: what a member was told of, and whether it was read. Notices are made with their events (events.ts). */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Marks the account's notices up to the event `upTo` as read; returns how many were not. */
export async function markNoticesRead(
  tx: Kysely<Database>,
  { orgId, accountId }: { readonly orgId: string; readonly accountId: string },
  { upTo, now }: { readonly upTo: number; readonly now: Date },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable("notice")
    .set({ read_at: now })
    .where("org_id", "=", orgId)
    .where("account_id", "=", accountId)
    .where("event_id", "<=", upTo)
    .where("read_at", "is", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
