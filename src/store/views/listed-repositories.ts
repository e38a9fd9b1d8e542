/** What a registry has, as it listed it last, and what of it is enabled. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface ListedQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
}

/** By name. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listListed(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  { limit, cursor, q = "" }: ListedQuery,
): Promise<{ entries: { name: string; enabled: boolean }[]; next: string | null }> {
  const after = readCursor(LIST, cursor, ["text"]);
  const wanted = q.trim().toLowerCase();
  const { rows } = await sql<{ name: string; enabled: boolean }>`
    select l.name, coalesce(r.enabled, false) as enabled
    from listed_repository l
    left join repository r on r.org_id = l.org_id and r.registry_id = l.registry_id and r.name = l.name
    where l.org_id = ${orgId} and l.registry_id = ${registryId}
      and (${wanted} = '' or position(${wanted} in l.name) > 0)
      and (${after === null} or l.name > ${after?.[0] ?? ""}::text)
    order by l.name limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, { entry: (row) => row, cursor: ({ name }) => writeCursor(LIST, [name]) });
}

const LIST = "listed-repositories";
