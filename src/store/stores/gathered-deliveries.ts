/** Deliveries that wait for others, so that many events become one message. */
import { sql, type Kysely } from "kysely";
import type { DeliverySchedule } from "../../domain/delivery-schedule.ts";
import type { Database } from "../schema.ts";
import { toEventContent, type EventContent } from "../views/events.ts";
import { findTold, type ToldWebhook } from "./deliveries.ts";

/** Webhooks with a delivery whose time has come, at most `countMax`. */
export async function listDueWebhooks(
  tx: Kysely<Database>,
  now: Date,
  countMax: number,
): Promise<readonly { readonly orgId: string; readonly webhookId: string }[]> {
  const { rows } = await sql<{ orgId: string; webhookId: string }>`
    select org_id as "orgId", webhook_id as "webhookId" from delivery
    where state = 'waiting' and is_gathered and due_at <= ${now}
    group by org_id, webhook_id order by min(due_at) limit ${countMax}`.execute(tx);
  return rows;
}

export interface GatheredEvent {
  readonly id: number;
  /** Of its delivery, this one counted. */
  readonly attempts: number;
  readonly event: EventContent;
}

export interface Gathering {
  readonly told: ToldWebhook;
  readonly cadence: DeliverySchedule["cadence"];
  /** In the order in which they happened. */
  readonly events: readonly GatheredEvent[];
}

/**
 * Takes what a webhook has to be told, for one attempt, at most `countMax` events; null: nothing is due. Where what belongs together
 * is grouped, what came in since goes with it, unless it was tried before.
 */
export async function claimGathered(
  tx: Kysely<Database>,
  { orgId, webhookId }: { readonly orgId: string; readonly webhookId: string },
  { now, countMax }: { readonly now: Date; readonly countMax: number },
): Promise<Gathering | null> {
  const webhook = await tx
    .selectFrom("webhook")
    .select("cadence")
    .where("org_id", "=", orgId)
    .where("id", "=", webhookId)
    .forUpdate()
    .executeTakeFirst();
  if (webhook === undefined) return null;
  const isGrouped = webhook.cadence === "grouped";
  const { rows } = await sql<{ id: number; attempts: number }>`
    with waiting as (
      select event_id, due_at from delivery
      where org_id = ${orgId} and webhook_id = ${webhookId} and state = 'waiting' and is_gathered
        and (attempts = 0 or failure is not null or changed_at < now() - interval '1 minute')
        and (due_at <= ${now} or (${isGrouped}::boolean and attempts = 0))
      order by event_id limit ${countMax}
      for update
    )
    update delivery set attempts = attempts + 1, failure = null, changed_at = now()
    from waiting
    where delivery.org_id = ${orgId} and delivery.webhook_id = ${webhookId} and delivery.event_id = waiting.event_id
      and exists (select from waiting where due_at <= ${now})
    returning delivery.event_id as id, delivery.attempts`.execute(tx);
  if (rows.length === 0) return null;
  const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
  const events = await tx
    .selectFrom("event")
    .select([
      "id",
      "kind",
      "at",
      "title",
      "actor",
      "image_id",
      "repository_id",
      "policy_id",
      "exception_id",
      "body",
    ])
    .where("org_id", "=", orgId)
    .where(sql<boolean>`id = any (${rows.map(({ id }) => id)}::bigint[])`)
    .orderBy("id")
    .execute();
  return {
    told: await findTold(tx, orgId, webhookId),
    cadence: webhook.cadence,
    events: events.map((row) => ({
      id: row.id,
      attempts: attempts.get(row.id) ?? 1,
      event: toEventContent(row),
    })),
  };
}
