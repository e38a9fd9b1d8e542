/** What the list of packages of an image rests on: coverage, the state of system files, problems. */
import type { Kysely } from "kysely";
import type { Database, ImageInventory } from "../schema.ts";

/** Null: the image is not there, or not analysed. */
export async function findImageInventory(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<ImageInventory | null> {
  const row = await tx
    .selectFrom("image")
    .select("inventory")
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .executeTakeFirst();
  return row?.inventory ?? null;
}
