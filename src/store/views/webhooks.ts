/** The webhooks of an organisation, each with what came of its last delivery. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface WebhookRow {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly lastDelivery: {
    readonly eventId: number;
    readonly state: "waiting" | "delivered" | "failed";
    readonly attempts: number;
    readonly at: Date;
    readonly failure: string | null;
  } | null;
}

/** By name. */
export async function listWebhooks(tx: Kysely<Database>, orgId: string): Promise<WebhookRow[]> {
  return readWebhooks(tx, orgId, null);
}

/** Null: not there, or not theirs. */
export async function findWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<WebhookRow | null> {
  const [found] = await readWebhooks(tx, orgId, id);
  return found ?? null;
}

async function readWebhooks(tx: Kysely<Database>, orgId: string, id: string | null): Promise<WebhookRow[]> {
  const { rows } = await sql<WebhookColumns>`
    select webhook.id, webhook.channel, webhook.name, webhook.url, webhook.events, webhook.enabled,
      webhook.created_at as "createdAt", last.event_id as "eventId", last.state, last.attempts, last.at, last.failure
    from webhook
    left join lateral (
      select delivery.event_id, delivery.state, delivery.attempts, delivery.changed_at as at, delivery.failure from delivery
      where delivery.org_id = webhook.org_id and delivery.webhook_id = webhook.id
      order by delivery.event_id desc limit 1
    ) last on true
    where webhook.org_id = ${orgId} and (${id}::uuid is null or webhook.id = ${id}::uuid)
    order by webhook.name, webhook.id`.execute(tx);
  return rows.map(({ eventId, state, attempts, at, failure, ...webhook }) => ({
    ...webhook,
    lastDelivery:
      eventId === null || state === null || at === null
        ? null
        : { eventId, state, attempts: attempts ?? 0, at, failure },
  }));
}

interface WebhookColumns extends Omit<WebhookRow, "lastDelivery"> {
  readonly eventId: number | null;
  readonly state: "waiting" | "delivered" | "failed" | null;
  readonly attempts: number | null;
  readonly at: Date | null;
  readonly failure: string | null;
}
