/** Writes of deliveries: one event told by one webhook, alone or gathered with others. */
import { sql, type Kysely } from "kysely";
import type { JsonRecord } from "../../domain/json-record.ts";
import type { Database } from "../schema.ts";
import { toEventContent, type EventContent } from "../views/events.ts";

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
  readonly told: ToldWebhook;
  readonly event: EventContent;
}

/** What a delivery needs of its webhook. */
export interface ToldWebhook {
  readonly channel: string;
  readonly url: string;
  readonly secretSealed: Buffer;
  readonly options: JsonRecord;
  readonly isEnabled: boolean;
  /** A member's own. */
  readonly isPersonal: boolean;
  /** Name of the organisation. */
  readonly organisation: string;
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
  const told = await findTold(tx, orgId, webhookId);
  const event = await tx
    .selectFrom("event")
    .select([
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
    .where("id", "=", eventId)
    .executeTakeFirstOrThrow();
  return { kind: "claimed", attempts: claim.attempts, told, event: toEventContent(event) };
}

/** Of a webhook whose deliveries are held. */
export async function findTold(tx: Kysely<Database>, orgId: string, webhookId: string): Promise<ToldWebhook> {
  const row = await tx
    .selectFrom("webhook")
    .innerJoin("organisation", "organisation.id", "webhook.org_id")
    .select(["webhook.channel", "webhook.url", "webhook.secret_sealed", "webhook.options", "webhook.enabled"])
    .select(["webhook.account_id", "organisation.name as organisation"])
    .where("webhook.org_id", "=", orgId)
    .where("webhook.id", "=", webhookId)
    .executeTakeFirstOrThrow();
  return {
    channel: row.channel,
    url: row.url,
    secretSealed: row.secret_sealed,
    options: row.options,
    isEnabled: row.enabled,
    isPersonal: row.account_id !== null,
    organisation: row.organisation,
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

export interface DeliveryOutcome {
  readonly state: "delivered" | "waiting" | "failed";
  readonly failure: string | null;
  /** When a gathered one is tried again. Default: now. */
  readonly dueAt?: Date;
}

/**
 * What came of an attempt. `waiting`: it failed and will be tried again. `failed`: it will not. A delivery that was made stays so,
 * whatever a second attempt at the same time came to. Failures are kept in the log.
 */
export async function recordDelivery(
  tx: Kysely<Database>,
  { orgId, webhookId, eventId }: DeliveryKey,
  outcome: DeliveryOutcome,
): Promise<void> {
  await recordDeliveries(tx, { orgId, webhookId, eventIds: [eventId] }, outcome);
}

/** The same for all that were told in one message. */
export async function recordDeliveries(
  tx: Kysely<Database>,
  { orgId, webhookId, eventIds }: Omit<DeliveryKey, "eventId"> & { readonly eventIds: readonly number[] },
  { state, failure, dueAt }: DeliveryOutcome,
): Promise<void> {
  await sql`
    update delivery set state = ${state}, changed_at = now(), failure = ${failure}::text,
      due_at = coalesce(${dueAt ?? null}::timestamptz, due_at),
      log = case when ${failure}::text is null or jsonb_array_length(log) >= ${LOG_LENGTH_MAX}::integer then log
        else log || jsonb_build_array(jsonb_build_object(
          'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'failure', ${failure}::text)) end
    where org_id = ${orgId} and webhook_id = ${webhookId} and event_id = any (${[...eventIds]}::bigint[])
      and state <> 'delivered'`.execute(tx);
}

/** Nine attempts are made; somebody may ask for some more. */
const LOG_LENGTH_MAX = 50;

/** Tries one that was given up once more, from the beginning. Null: it is not there, or was not given up. */
export async function reviveDelivery(
  tx: Kysely<Database>,
  { orgId, webhookId, eventId }: DeliveryKey,
): Promise<{ readonly isGathered: boolean } | null> {
  const row = await tx
    .updateTable("delivery")
    .set({ state: "waiting", attempts: 0, failure: null, changed_at: sql`now()`, due_at: sql`now()` })
    .where("org_id", "=", orgId)
    .where("webhook_id", "=", webhookId)
    .where("event_id", "=", eventId)
    .where("state", "=", "failed")
    .returning("is_gathered")
    .executeTakeFirst();
  return row === undefined ? null : { isGathered: row.is_gathered };
}
