/** What the policies of an environment say of an image that does not run there yet; a worker writes it when a gate asks. */
import type { Kysely } from "kysely";
import type { Database, StoredResult } from "../schema.ts";
import { storableJson } from "../storable.ts";

export interface ForeseenVerdict {
  /** The evaluation of the image that it was made beside. */
  readonly evaluationId: string;
  /** Of the environment's own policies. */
  readonly results: readonly StoredResult[];
  readonly foreseenAt: Date;
}

export interface ForeseenKey {
  readonly orgId: string;
  readonly imageId: string;
  readonly environmentId: string;
}

/** In the place of the one before. */
export async function recordForeseen(
  tx: Kysely<Database>,
  { orgId, imageId, environmentId }: ForeseenKey,
  { evaluationId, results, foreseenAt }: ForeseenVerdict,
): Promise<void> {
  const said = { evaluation_id: evaluationId, results: storableJson(results), foreseen_at: foreseenAt };
  await tx
    .insertInto("foreseen_verdict")
    .values({ org_id: orgId, image_id: imageId, environment_id: environmentId, ...said })
    .onConflict((conflict) => conflict.columns(["org_id", "image_id", "environment_id"]).doUpdateSet(said))
    .execute();
}

/** Null: nobody asked yet. */
export async function findForeseen(
  tx: Kysely<Database>,
  { orgId, imageId, environmentId }: ForeseenKey,
): Promise<ForeseenVerdict | null> {
  const row = await tx
    .selectFrom("foreseen_verdict")
    .select(["evaluation_id as evaluationId", "results", "foreseen_at as foreseenAt"])
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .where("environment_id", "=", environmentId)
    .executeTakeFirst();
  return row ?? null;
}
