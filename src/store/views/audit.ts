/** The audit log as it is read: newest first. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A page of an organisation's entries, or, with null, of those of the installation. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listAuditEntries(
  tx: Kysely<Database>,
  orgId: string | null,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ entries: AuditRow[]; next: string | null }> {
  const [before] = readCursor(LIST, cursor, ["number"]) ?? [];
  const query = tx
    .selectFrom("audit_entry")
    .select(["id", "at", "actor_name as actor", "action", "target", "before", "after"])
    .where("org_id", orgId === null ? "is" : "=", orgId)
    .orderBy("id", "desc")
    .limit(limit + 1);
  const rows = await (typeof before === "number" ? query.where("id", "<", before) : query).execute();
  return toPage(rows, limit, { entry: (row) => row, cursor: (row) => writeCursor(LIST, [row.id]) });
}

const LIST = "audit/newest";
