/** Writes of repositories: which of them are analysed. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

/**
 * Makes the repository known and enabled. `changed`: it was not enabled before.
 * The name is that in its registry: `acme/my-app`.
 */
export async function enableRepository(
  tx: Kysely<Database>,
  orgId: string,
  { registryId, name }: { readonly registryId: string; readonly name: string },
): Promise<{ readonly id: string; readonly changed: boolean }> {
  const added = await tx
    .insertInto("repository")
    .values({ org_id: orgId, registry_id: registryId, name })
    .onConflict((conflict) => conflict.columns(["org_id", "registry_id", "name"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (added !== undefined) return { id: added.id, changed: true };
  const { rows } = await sql<{ id: string; changed: boolean }>`
    with before as (
      select id, enabled from repository
      where org_id = ${orgId} and registry_id = ${registryId} and name = ${name} for update
    )
    update repository set enabled = true from before
    where repository.org_id = ${orgId} and repository.id = before.id
    returning repository.id, not before.enabled as changed`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new TypeError("a repository that was there is gone");
  return row;
}

/** Null when it is not there or not theirs. `changed`: it was the other before. */
export async function setRepositoryEnabled(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  enabled: boolean,
): Promise<{ readonly changed: boolean } | null> {
  const { rows } = await sql<{ changed: boolean }>`
    with before as (select id, enabled from repository where org_id = ${orgId} and id = ${id} for update)
    update repository set enabled = ${enabled} from before
    where repository.org_id = ${orgId} and repository.id = before.id
    returning before.enabled <> ${enabled}::boolean as changed`.execute(tx);
  return rows[0] ?? null;
}

/** Ids of those of `names` that are enabled, by name. */
export async function findEnabledRepositories(
  tx: Kysely<Database>,
  orgId: string,
  registryId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx
    .selectFrom("repository")
    .select(["id", "name"])
    .where("org_id", "=", orgId)
    .where("registry_id", "=", registryId)
    .where("enabled", "=", true)
    .where("name", "in", [...new Set(names)])
    .execute();
  return new Map(rows.map(({ name, id }) => [name, id]));
}
