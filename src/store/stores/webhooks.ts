/** Writes of webhooks and of their deliveries. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { toEventContent, type EventContent } from "../views/events.ts";

/** Whom to tell, and of what. */
export interface WebhookContent {
  readonly name: string;
  readonly url: string;
  /** Kinds of events; empty: those that notify. */
  readonly events: readonly string[];
  readonly enabled: boolean;
}

export interface NewWebhook extends WebhookContent {
  /** uuid, made by the caller: the secret is sealed for it. */
  readonly id: string;
  /** Plug-in of src/notifications. */
  readonly channel: string;
  /** Sealed for `webhookSecretPurpose`. */
  readonly secretSealed: Buffer;
}

/** What a webhook's secret is sealed for. */
export function webhookSecretPurpose(id: string): string {
  return `webhook:${id}`;
}

export async function insertWebhook(tx: Kysely<Database>, orgId: string, webhook: NewWebhook): Promise<void> {
  await tx
    .insertInto("webhook")
    .values({
      org_id: orgId,
      id: webhook.id,
      channel: webhook.channel,
      name: webhook.name,
      url: webhook.url,
      secret_sealed: webhook.secretSealed,
      events: [...webhook.events],
      enabled: webhook.enabled,
    })
    .execute();
}

/** Its channel and secret stay. Returns what it was, or null when it is not there. */
export async function changeWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  content: WebhookContent,
): Promise<WebhookContent | null> {
  const before = await tx
    .selectFrom("webhook")
    .select(["name", "url", "events", "enabled"])
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return null;
  const { name, url, events, enabled } = content;
  await tx
    .updateTable("webhook")
    .set({ name, url, events: [...events], enabled })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
  return before;
}

/** Its deliveries go with it. Returns what it was, or null when it is not there. */
export async function deleteWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<WebhookContent | null> {
  const row = await tx
    .deleteFrom("webhook")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returning(["name", "url", "events", "enabled"])
    .executeTakeFirst();
  return row ?? null;
}

/** Disabled ones too: their number has a ceiling. */
export async function countWebhooks(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("webhook")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .executeTakeFirstOrThrow();
  return count;
}

export interface DeliveryKey {
  readonly orgId: string;
  readonly webhookId: string;
  readonly eventId: number;
}

/** A delivery besides those that the event brought along, as the test of a webhook is. Nothing when it is there already. */
export async function insertDelivery(tx: Kysely<Database>, key: DeliveryKey): Promise<void> {
  await tx
    .insertInto("delivery")
    .values({
      org_id: key.orgId,
      webhook_id: key.webhookId,
      event_id: key.eventId,
      state: "waiting",
      failure: null,
    })
    .onConflict((conflict) => conflict.columns(["org_id", "webhook_id", "event_id"]).doNothing())
    .execute();
}

/** A delivery that is to be made, with all that is told. */
export interface ClaimedDelivery {
  readonly kind: "claimed";
  /** This one counted. */
  readonly attempts: number;
  readonly channel: string;
  readonly url: string;
  readonly secretSealed: Buffer;
  readonly isEnabled: boolean;
  /** Name of the organisation. */
  readonly organisation: string;
  readonly event: EventContent;
}

/**
 * Takes a delivery for one attempt, which is noted before it is made: `attempts` is raised and `failure` empty while it lasts.
 * `done`: delivered, given up, or gone with its webhook. `busy`: somebody else is at it, or died of it less than a minute ago.
 */
export async function claimDelivery(
  tx: Kysely<Database>,
  key: DeliveryKey,
): Promise<ClaimedDelivery | { readonly kind: "done" } | { readonly kind: "busy" }> {
  const { orgId, webhookId, eventId } = key;
  const { rows } = await sql<{ attempts: number }>`
    update delivery set attempts = attempts + 1, failure = null, changed_at = now()
    where org_id = ${orgId} and webhook_id = ${webhookId} and event_id = ${eventId} and state = 'waiting'
      and (attempts = 0 or failure is not null or changed_at < now() - interval '1 minute')
    returning attempts`.execute(tx);
  const [claim] = rows;
  if (claim === undefined) return { kind: (await isWaiting(tx, key)) ? "busy" : "done" };
  const row = await tx
    .selectFrom("webhook")
    .innerJoin("event", "event.org_id", "webhook.org_id")
    .innerJoin("organisation", "organisation.id", "webhook.org_id")
    .select(["webhook.channel", "webhook.url", "webhook.secret_sealed", "webhook.enabled"])
    .select(["organisation.name as organisation", "event.kind", "event.at", "event.title", "event.actor"])
    .select(["event.image_id", "event.repository_id", "event.policy_id", "event.exception_id", "event.body"])
    .where("webhook.org_id", "=", orgId)
    .where("webhook.id", "=", webhookId)
    .where("event.id", "=", eventId)
    .executeTakeFirstOrThrow();
  return {
    kind: "claimed",
    attempts: claim.attempts,
    channel: row.channel,
    url: row.url,
    secretSealed: row.secret_sealed,
    isEnabled: row.enabled,
    organisation: row.organisation,
    event: toEventContent(row),
  };
}

async function isWaiting(tx: Kysely<Database>, { orgId, webhookId, eventId }: DeliveryKey): Promise<boolean> {
  const row = await tx
    .selectFrom("delivery")
    .select("state")
    .where("org_id", "=", orgId)
    .where("webhook_id", "=", webhookId)
    .where("event_id", "=", eventId)
    .executeTakeFirst();
  return row?.state === "waiting";
}

/**
 * What came of an attempt. `waiting`: it failed and will be tried again. `failed`: it will not. A delivery that was made stays so,
 * whatever a second attempt at the same time came to.
 */
export async function recordDelivery(
  tx: Kysely<Database>,
  { orgId, webhookId, eventId }: DeliveryKey,
  outcome: { readonly state: "delivered" | "waiting" | "failed"; readonly failure: string | null },
): Promise<void> {
  await sql`
    update delivery set state = ${outcome.state}, changed_at = now(),
      failure = ${outcome.failure}
    where org_id = ${orgId} and webhook_id = ${webhookId} and event_id = ${eventId} and state <> 'delivered'`.execute(
    tx,
  );
}
