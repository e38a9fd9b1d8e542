/** The webhooks of an organisation, each with what came of its last delivery, and the log of all its deliveries. */
import { sql, type Kysely } from "kysely";
import type { EventKind } from "../../domain/event.ts";
import type { Database, FailedAttempt } from "../schema.ts";
import {
  contentColumns,
  hasSealedSecret,
  toWebhookContent,
  type ContentColumns,
  type WebhookContent,
} from "../stores/webhooks.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface WebhookRow extends WebhookContent {
  readonly id: string;
  readonly channel: string;
  readonly hasSecret: boolean;
  readonly createdAt: Date;
  readonly lastDelivery: {
    readonly eventId: number;
    readonly state: "waiting" | "delivered" | "failed";
    readonly attempts: number;
    readonly at: Date;
    readonly failure: string | null;
  } | null;
}

/** By name, without those of members. */
export async function listWebhooks(tx: Kysely<Database>, orgId: string): Promise<WebhookRow[]> {
  return readWebhooks(tx, orgId, { id: null, accountId: null });
}

/** Null: not there, or not theirs. */
export async function findWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<WebhookRow | null> {
  const [found] = await readWebhooks(tx, orgId, { id, accountId: null });
  return found ?? null;
}

/** A member's own; null: they made none. */
export async function findOwnWebhook(
  tx: Kysely<Database>,
  orgId: string,
  accountId: string,
): Promise<WebhookRow | null> {
  const [found] = await readWebhooks(tx, orgId, { id: null, accountId });
  return found ?? null;
}

async function readWebhooks(
  tx: Kysely<Database>,
  orgId: string,
  { id, accountId }: { readonly id: string | null; readonly accountId: string | null },
): Promise<WebhookRow[]> {
  const content = sql.join(contentColumns.map((column) => sql.ref(`webhook.${column}`)));
  const { rows } = await sql<WebhookColumns>`
    select webhook.id, webhook.channel, webhook.created_at, webhook.secret_sealed, ${content},
      last.event_id as "eventId", last.state, last.attempts, last.at, last.failure
    from webhook
    left join lateral (
      select delivery.event_id, delivery.state, delivery.attempts, delivery.changed_at as at, delivery.failure from delivery
      where delivery.org_id = webhook.org_id and delivery.webhook_id = webhook.id
      order by delivery.event_id desc limit 1
    ) last on true
    where webhook.org_id = ${orgId} and webhook.account_id is not distinct from ${accountId}::uuid
      and (${id}::uuid is null or webhook.id = ${id}::uuid)
    order by webhook.name, webhook.id`.execute(tx);
  return rows.map((row) => {
    const { eventId, state, attempts, at, failure } = row;
    const isNever = eventId === null || state === null || at === null;
    return {
      id: row.id,
      channel: row.channel,
      hasSecret: hasSealedSecret(row.secret_sealed),
      createdAt: row.created_at,
      ...toWebhookContent(row),
      lastDelivery: isNever ? null : { eventId, state, attempts: attempts ?? 0, at, failure },
    };
  });
}

interface WebhookColumns extends ContentColumns {
  readonly id: string;
  readonly channel: string;
  readonly created_at: Date;
  readonly secret_sealed: Buffer;
  readonly eventId: number | null;
  readonly state: "waiting" | "delivered" | "failed" | null;
  readonly attempts: number | null;
  readonly at: Date | null;
  readonly failure: string | null;
}

export interface DeliveryRow {
  readonly eventId: number;
  readonly kind: EventKind;
  readonly title: string;
  readonly happenedAt: Date;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  /** Not sent before. */
  readonly dueAt: Date;
  readonly at: Date;
  readonly failure: string | null;
  /** Attempts that failed. */
  readonly log: readonly FailedAttempt[];
}

export interface DeliveryQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: "waiting" | "delivered" | "failed" | undefined;
}

/** Of one webhook, the newest event first. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listDeliveries(
  tx: Kysely<Database>,
  orgId: string,
  webhookId: string,
  { limit, cursor, state }: DeliveryQuery,
): Promise<{ entries: DeliveryRow[]; next: string | null }> {
  const after = readCursor(DELIVERIES, cursor, ["number"]);
  const { rows } = await sql<DeliveryRow>`
    select delivery.event_id as "eventId", event.kind, event.title, event.at as "happenedAt", delivery.state,
      delivery.attempts, delivery.due_at as "dueAt", delivery.changed_at as at, delivery.failure, delivery.log
    from delivery join event on event.org_id = delivery.org_id and event.id = delivery.event_id
    where delivery.org_id = ${orgId} and delivery.webhook_id = ${webhookId}
      and (${state ?? null}::text is null or delivery.state = ${state ?? null}::text)
      and (${after?.[0] ?? null}::bigint is null or delivery.event_id < ${after?.[0] ?? null}::bigint)
    order by delivery.event_id desc limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, {
    entry: (row) => row,
    cursor: (row) => writeCursor(DELIVERIES, [row.eventId]),
  });
}

const DELIVERIES = "deliveries/desc";
