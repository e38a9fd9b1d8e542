/**
 * Writes of environments, and of what runs in them. Several versions of one image may run in one environment. What comes and goes
 * stays in `environment_history`.
 */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Null when there is one of this name. */
export async function insertEnvironment(
  tx: Kysely<Database>,
  orgId: string,
  name: string,
): Promise<{ readonly id: string; readonly createdAt: Date } | null> {
  const row = await tx
    .insertInto("environment")
    .values({ org_id: orgId, name })
    .onConflict((conflict) => conflict.columns(["org_id", "name"]).doNothing())
    .returning(["id", "created_at as createdAt"])
    .executeTakeFirst();
  return row ?? null;
}

/** Its name; null when it is not there or not theirs. */
export async function findEnvironment(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("environment")
    .select("name")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.name ?? null;
}

/** The images that were recorded in it; null when the environment is not there or not theirs. */
export async function deleteEnvironment(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<{ readonly name: string; readonly images: readonly string[] } | null> {
  const name = await findEnvironment(tx, orgId, id);
  if (name === null) return null;
  const recorded = await tx
    .selectFrom("environment_image")
    .select("image_id")
    .where("org_id", "=", orgId)
    .where("environment_id", "=", id)
    .execute();
  await endStays(tx, orgId, id, null);
  await tx.deleteFrom("environment").where("org_id", "=", orgId).where("id", "=", id).execute();
  return { name, images: recorded.map(({ image_id }) => image_id) };
}

/** Ids of the images that a digest names: one image, or those of all platforms of an index that was pushed. */
export async function findImagesByDigest(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from image where org_id = ${orgId} and digest = ${digest}
    union
    select image_id from repository_image where org_id = ${orgId} and pushed_digest = ${digest}
    order by id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Ids of those that were not recorded before. */
export async function recordInEnvironment(
  tx: Kysely<Database>,
  orgId: string,
  environmentId: string,
  { images, by }: { readonly images: readonly string[]; readonly by: string },
): Promise<readonly string[]> {
  if (images.length === 0) return [];
  const rows = await tx
    .insertInto("environment_image")
    .values(
      images.map((image_id) => ({ org_id: orgId, environment_id: environmentId, image_id, recorded_by: by })),
    )
    .onConflict((conflict) => conflict.columns(["org_id", "environment_id", "image_id"]).doNothing())
    .returning("image_id")
    .execute();
  const added = rows.map(({ image_id }) => image_id);
  await sql`
    insert into environment_history (org_id, environment_id, environment, image_id, recorded_by)
    select org_id, id, name, image_id, ${by} from environment cross join unnest(${added}::uuid[]) image_id
    where org_id = ${orgId} and id = ${environmentId}`.execute(tx);
  return added;
}

/** Ids of those that were recorded. */
export async function removeFromEnvironment(
  tx: Kysely<Database>,
  orgId: string,
  environmentId: string,
  images: readonly string[],
): Promise<readonly string[]> {
  if (images.length === 0) return [];
  const rows = await tx
    .deleteFrom("environment_image")
    .where("org_id", "=", orgId)
    .where("environment_id", "=", environmentId)
    .where("image_id", "in", [...images])
    .returning("image_id")
    .execute();
  const removed = rows.map(({ image_id }) => image_id);
  await endStays(tx, orgId, environmentId, removed);
  return removed;
}

/** `images` null: all that are there. */
async function endStays(
  tx: Kysely<Database>,
  orgId: string,
  environmentId: string,
  images: readonly string[] | null,
): Promise<void> {
  await sql`
    update environment_history set removed_at = now()
    where org_id = ${orgId} and environment_id = ${environmentId} and removed_at is null
      and (${images}::uuid[] is null or image_id = any (${images}::uuid[]))`.execute(tx);
}
