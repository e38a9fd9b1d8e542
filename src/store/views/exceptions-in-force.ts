/** All exceptions that count at a moment, as they are stored. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { toException, type StoredException } from "../stores/exceptions.ts";

/** Approved and not ended, the newest decision first. */
export async function listExceptionsInForce(
  tx: Kysely<Database>,
  orgId: string,
  now: Date,
): Promise<readonly StoredException[]> {
  const rows = await tx
    .selectFrom("exception")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("state", "=", "approved")
    .where((each) => each.or([each("expires_at", "is", null), each("expires_at", ">", now)]))
    .orderBy("decided_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toException);
}
