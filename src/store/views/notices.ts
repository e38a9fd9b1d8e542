/** What a member was told of: the newest first, and how many of all are unread. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { toEventRow, type EventRow } from "./events.ts";

export interface NoticeRow {
  readonly event: EventRow;
  readonly readAt: Date | null;
}

/** At most 100 notices of the account. In a transaction that names the account, or row security hides them. */
export async function listNotices(
  tx: Kysely<Database>,
  orgId: string,
  accountId: string,
): Promise<{ unread: number; entries: NoticeRow[] }> {
  const own = tx
    .selectFrom("notice")
    .where("notice.org_id", "=", orgId)
    .where("notice.account_id", "=", accountId);
  const { unread } = await own
    .where("notice.read_at", "is", null)
    .select((each) => each.fn.countAll<number>().as("unread"))
    .executeTakeFirstOrThrow();
  const rows = await own
    .innerJoin("event", (join) =>
      join.onRef("event.org_id", "=", "notice.org_id").onRef("event.id", "=", "notice.event_id"),
    )
    .selectAll("event")
    .select("notice.read_at")
    .orderBy("notice.event_id", "desc")
    .limit(NOTICES_MAX)
    .execute();
  return { unread, entries: rows.map((row) => ({ event: toEventRow(row), readAt: row.read_at })) };
}

const NOTICES_MAX = 100;
