/** Organisations: a name for addresses and an id for rows. Their names are no secret of the application; what they hold is. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Returns null when the name is taken. The id comes from the caller, so that its first rows can be written in one transaction. */
export async function insertOrganisation(
  tx: Kysely<Database>,
  { id, name }: Pick<Organisation, "id" | "name">,
): Promise<Organisation | null> {
  const row = await tx
    .insertInto("organisation")
    .values({ id, name })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, name: row.name, createdAt: row.created_at };
}

/** Null: there is none. Whether the caller may know of it is decided elsewhere. */
export async function findOrganisation(tx: Kysely<Database>, name: string): Promise<Organisation | null> {
  const row = await tx.selectFrom("organisation").selectAll().where("name", "=", name).executeTakeFirst();
  return row === undefined ? null : { id: row.id, name: row.name, createdAt: row.created_at };
}

/** Null: there is none. */
export async function findOrganisationName(tx: Kysely<Database>, id: string): Promise<string | null> {
  const row = await tx.selectFrom("organisation").select("name").where("id", "=", id).executeTakeFirst();
  return row?.name ?? null;
}

/** All of the installation, by name. For its first start; what they hold is reached through `inOrg` alone. */
export async function listOrganisations(tx: Kysely<Database>): Promise<Organisation[]> {
  const rows = await tx.selectFrom("organisation").selectAll().orderBy("name").execute();
  return rows.map((row) => ({ id: row.id, name: row.name, createdAt: row.created_at }));
}
