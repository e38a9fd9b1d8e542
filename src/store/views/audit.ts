/** The audit log as it is read: newest first. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Entries of an organisation below the id `before` (null: the newest), at most `limit`. */
export async function listAuditEntries(
  tx: Kysely<Database>,
  orgId: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<AuditRow[]> {
  const query = tx
    .selectFrom("audit_entry")
    .select(["id", "at", "actor_name as actor", "action", "target", "before", "after"])
    .where("org_id", "=", orgId)
    .orderBy("id", "desc")
    .limit(limit);
  return (before === null ? query : query.where("id", "<", before)).execute();
}
