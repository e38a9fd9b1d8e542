/** Environments as they are listed in Settings. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface EnvironmentRow {
  readonly id: string;
  readonly name: string;
  readonly imageCount: number;
  readonly createdAt: Date;
}

/** By name; an organisation has few. */
export async function listEnvironments(
  tx: Kysely<Database>,
  orgId: string,
): Promise<readonly EnvironmentRow[]> {
  const { rows } = await sql<EnvironmentRow>`
    select e.id, e.name, e.created_at as "createdAt",
      (select count(*) from environment_image recorded
        where recorded.org_id = e.org_id and recorded.environment_id = e.id) as "imageCount"
    from environment e where e.org_id = ${orgId} order by e.name`.execute(tx);
  return rows;
}

/** Its id; null: there is none of this name. */
export async function findEnvironmentByName(
  tx: Kysely<Database>,
  orgId: string,
  name: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("environment")
    .select("id")
    .where("org_id", "=", orgId)
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.id ?? null;
}
