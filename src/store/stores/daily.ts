/** What is done once a day for the whole installation, whichever worker comes first. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** True in the first call of a day (UTC) for `what`; the transaction that asked does it, or leaves it to the next. */
export async function isFirstToday(tx: Kysely<Database>, what: string, now: Date): Promise<boolean> {
  const today = JSON.stringify(now.toISOString().slice(0, 10));
  const { rows } = await sql`
    insert into installation as kept (key, value) values (${`daily:${what}`}, ${today}::jsonb)
    on conflict (key) do update set value = excluded.value, changed_at = now()
    where kept.value is distinct from excluded.value
    returning key`.execute(tx);
  return rows.length > 0;
}
