/** Evaluations that are due at a time, because time alone may turn a verdict then. */
import { sql, type Kysely } from "kysely";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { countingImages } from "../views/counting-images.ts";
import { requestEvaluations } from "./evaluation-requests.ts";

/** Null: at no time. */
export async function recordDue(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  dueAt: Date | null,
): Promise<void> {
  await tx
    .updateTable("image")
    .set({ due_at: dueAt })
    .where("org_id", "=", orgId)
    .where("id", "=", imageId)
    .execute();
}

/** Asks for those whose time has come, in every organisation, once. Images that do not count are judged when they count. */
export async function requestDue(tx: Kysely<Database>, queue: Pick<Queue, "send">, now: Date): Promise<void> {
  const { rows } = await sql<{ org: string; images: readonly string[] }>`
    with due as (
      select org_id, id from image where due_at <= ${now} order by org_id, id limit ${DUE_MAX} for no key update skip locked
    ), taken as (
      update image set due_at = null from due where image.org_id = due.org_id and image.id = due.id
      returning image.org_id, image.id
    )
    select org_id as org, array_agg(id::text order by id) as images from taken group by org_id order by org_id`.execute(
    tx,
  );
  for (const { org, images } of rows) {
    const counting = await tx
      .selectFrom("image")
      .select("id")
      .where("org_id", "=", org)
      .where(sql<boolean>`id = any (${images}::uuid[])`)
      .where("id", "in", countingImages(tx, org))
      .execute();
    await requestEvaluations(tx, queue, org, { images: counting.map(({ id }) => id) });
  }
}

/** The next minute takes the rest. */
const DUE_MAX = 20_000;
