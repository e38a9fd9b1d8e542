/** The push that brought an image, and what the image before it in the repository did not meet. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface ImagePush {
  readonly id: number;
  readonly repositoryId: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly imageId: string;
}

/** The newest that brought it. Null: nobody pushed it; what is only found when a registry is connected does not count. */
export async function findPush(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<ImagePush | null> {
  const { rows } = await sql<Omit<ImagePush, "imageId">>`
    select push.id, push.repository_id as "repositoryId", push.tag, push.digest
    from repository_image held
    join push on push.org_id = held.org_id and push.repository_id = held.repository_id
      and push.digest = held.pushed_digest
    where held.org_id = ${orgId} and held.image_id = ${imageId} and push.source <> 'backfill'
    order by push.id desc limit 1`.execute(tx);
  const [found] = rows;
  return found === undefined ? null : { ...found, imageId };
}

/**
 * Ids of the policies that the image before it did not meet: of the same platform, of the same tag if there is one among the last
 * pushes. Null: there is none that was judged.
 */
export async function listUnmetBefore(
  tx: Kysely<Database>,
  orgId: string,
  { id, repositoryId, tag, digest, imageId }: ImagePush,
): Promise<ReadonlySet<string> | null> {
  const { rows } = await sql<{ evaluationId: string }>`
    select coalesce(earlier.evaluation_id, earlier.outdated_evaluation_id) as "evaluationId"
    from (
      select push.id, push.tag, push.digest from push
      where push.org_id = ${orgId} and push.repository_id = ${repositoryId} and push.id < ${id}
        and push.digest <> ${digest}
      order by push.id desc limit ${PUSHES_MAX}
    ) before
    join repository_image held on held.org_id = ${orgId} and held.repository_id = ${repositoryId}
      and held.pushed_digest = before.digest and held.image_id <> ${imageId}
    join image earlier on earlier.org_id = ${orgId} and earlier.id = held.image_id
      and earlier.platform is not distinct from (
        select image.platform from image where image.org_id = ${orgId} and image.id = ${imageId})
    where coalesce(earlier.evaluation_id, earlier.outdated_evaluation_id) is not null
    order by (before.tag is not distinct from ${tag}::text) desc, before.id desc limit 1`.execute(tx);
  const [earlier] = rows;
  if (earlier === undefined) return null;
  const unmet = await tx
    .selectFrom("policy_result")
    .select("policy_id")
    .where("org_id", "=", orgId)
    .where("evaluation_id", "=", earlier.evaluationId)
    .where("status", "=", "not_met")
    .execute();
  return new Set(unmet.map((row) => row.policy_id));
}

/** Further back nobody remembers. */
const PUSHES_MAX = 50;
