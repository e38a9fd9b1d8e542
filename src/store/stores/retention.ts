/**
 * What is removed by age, and what never is. An image is removed only where nothing names it: no tag of any repository, no environment
 * now or ever, no cluster, no exception, no other image that was built on it. Decisions, events and the audit log stay whatever their
 * age, and so does every verdict of an image that stays.
 */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface Retention {
  /** Days after its last push that an image which nothing names is kept; null: for ever. */
  readonly imageDays: number | null;
  /** Days that a verdict can be made once more, if it is not its image's newest; null: for ever. */
  readonly replayDays: number | null;
}

/** Nothing is removed before somebody says so. */
export async function findRetention(tx: Kysely<Database>): Promise<Retention> {
  const row = await tx.selectFrom("installation").select("value").where("key", "=", KEY).executeTakeFirst();
  return row === undefined ? { imageDays: null, replayDays: null } : (row.value as Retention);
}

export async function recordRetention(tx: Kysely<Database>, retention: Retention): Promise<void> {
  const value = JSON.stringify(retention);
  await tx
    .insertInto("installation")
    .values({ key: KEY, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, changed_at: new Date() }))
    .execute();
}

const KEY = "retention";

/** At most `limit` images of all organisations, with everything that is only theirs. How many of which organisation. */
export async function removeOldImages(
  tx: Kysely<Database>,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<readonly { readonly orgId: string; readonly images: number }[]> {
  const { rows } = await sql<{ orgId: string; images: number }>`
    with named as (
      select org_id, scope_digest as digest from exception where scope_digest is not null
      union select org_id, digest from admitted_image
      union select org_id, base ->> 'digest' from image where base ->> 'digest' is not null and base ->> 'digest' <> digest
    ), old as (
      select image.org_id, image.id from image
      where image.first_seen_at < ${before} and image.state in ('analysed', 'failed')
        and not exists (
          select from environment_image held where held.org_id = image.org_id and held.image_id = image.id)
        and not exists (
          select from environment_history held where held.org_id = image.org_id and held.image_id = image.id)
        and not exists (
          select from repository_image held
          join tag on tag.org_id = held.org_id and tag.repository_id = held.repository_id and tag.digest = held.pushed_digest
          where held.org_id = image.org_id and held.image_id = image.id)
        and not exists (
          select from repository_image held
          join push on push.org_id = held.org_id and push.repository_id = held.repository_id and push.digest = held.pushed_digest
          where held.org_id = image.org_id and held.image_id = image.id and push.pushed_at >= ${before})
        and not exists (select from named where named.org_id = image.org_id and named.digest = image.digest)
        and not exists (
          select from repository_image held join named on named.org_id = held.org_id and named.digest = held.pushed_digest
          where held.org_id = image.org_id and held.image_id = image.id)
      order by image.org_id, image.id limit ${limit} for update skip locked
    ), gone as (
      delete from image using old where image.org_id = old.org_id and image.id = old.id returning image.org_id
    )
    select org_id as "orgId", count(*) as images from gone group by org_id order by org_id`.execute(tx);
  return rows;
}

/** At most `limit` old evaluations lose what they rested on; the newest of an image keeps it. How many. */
export async function removeOldInputs(
  tx: Kysely<Database>,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await sql`
    with old as (
      select kept.org_id, kept.evaluation_id from kept_evaluation kept
      join evaluation on evaluation.org_id = kept.org_id and evaluation.id = kept.evaluation_id
      join image on image.org_id = evaluation.org_id and image.id = evaluation.image_id
      where evaluation.evaluated_at < ${before}
        and evaluation.id is distinct from coalesce(image.evaluation_id, image.outdated_evaluation_id)
      order by kept.org_id, kept.evaluation_id limit ${limit}
    )
    delete from kept_evaluation kept using old
    where kept.org_id = old.org_id and kept.evaluation_id = old.evaluation_id
    returning kept.evaluation_id`.execute(tx);
  return rows.length;
}

/** At most `limit` parts that no evaluation refers to. A part that was just written may wait for its evaluation, so a day is left. How many. */
export async function removeLooseParts(
  tx: Kysely<Database>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  const { rows } = await sql`
    with loose as (
      select part.org_id, part.digest from kept_part part
      where part.kept_at < ${now}::timestamptz - interval '1 day' and not exists (
        select from kept_evaluation kept where kept.org_id = part.org_id and kept.parts @> array[part.digest::text]
      )
      order by part.org_id, part.digest limit ${limit} for update skip locked
    )
    delete from kept_part part using loose where part.org_id = loose.org_id and part.digest = loose.digest
    returning part.digest`.execute(tx);
  return rows.length;
}
