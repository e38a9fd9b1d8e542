/** What the list of packages of an image rests on: coverage, the state of system files, problems with the layer that they are about. */
import type { Kysely } from "kysely";
import type { Problem } from "../../domain/problem.ts";
import type { Database, ImageInventory } from "../schema.ts";

export interface ShownInventory extends Omit<ImageInventory, "problems"> {
  readonly problems: readonly (Problem & {
    /** Null: not about one layer, or about one that the image does not have. */
    readonly layerIndex: number | null;
  })[];
}

/** Null: the image is not there, or not analysed. */
export async function findImageInventory(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<ShownInventory | null> {
  const row = await tx
    .selectFrom("image")
    .select("inventory")
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .executeTakeFirst();
  const inventory = row?.inventory ?? null;
  if (inventory === null) return null;
  const layers = await tx
    .selectFrom("layer")
    .select(["diff_id", "index"])
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .execute();
  const indexes = new Map(layers.map(({ diff_id: diffId, index }) => [diffId, index]));
  const problems = inventory.problems.map((problem) => ({
    ...problem,
    layerIndex: indexes.get(problem.layer ?? "") ?? null,
  }));
  return { ...inventory, problems };
}
