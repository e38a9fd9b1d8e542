/** Writes of webhooks: channels that people or machines are told by. Their deliveries are in `deliveries.ts`. */
import type { Kysely, Selectable } from "kysely";
import type { DeliveryFilters } from "../../domain/delivery-filters.ts";
import type { DeliverySchedule } from "../../domain/delivery-schedule.ts";
import type { JsonRecord } from "../../domain/json-record.ts";
import type { Database } from "../schema.ts";

/** Whom to tell, of what, and when. */
export interface WebhookContent {
  readonly name: string;
  /** Of a channel whose addresses are secrets: without its path. */
  readonly url: string;
  /** Kinds of events; empty: those that notify. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** What the channel is told besides. */
  readonly options: JsonRecord;
  readonly filters: DeliveryFilters;
  readonly schedule: DeliverySchedule;
}

export interface NewWebhook extends WebhookContent {
  /** uuid, made by the caller: the secret is sealed for it. */
  readonly id: string;
  /** Plug-in of src/notifications. */
  readonly channel: string;
  /** Sealed for `webhookSecretPurpose`. */
  readonly secretSealed: Buffer;
  /** Whose own it is. Absent: the organisation's. */
  readonly accountId?: string;
}

/** What a webhook's secret is sealed for. */
export function webhookSecretPurpose(id: string): string {
  return `webhook:${id}`;
}

/** Whether something stands in it: sealing nothing leaves 29 bytes (io/secret-box.ts). */
export function hasSealedSecret(sealed: Uint8Array): boolean {
  return sealed.byteLength > SEALED_NOTHING_BYTES;
}

const SEALED_NOTHING_BYTES = 29;

export async function insertWebhook(tx: Kysely<Database>, orgId: string, webhook: NewWebhook): Promise<void> {
  const { id, channel, secretSealed, accountId } = webhook;
  await tx
    .insertInto("webhook")
    .values({
      org_id: orgId,
      id,
      channel,
      secret_sealed: secretSealed,
      account_id: accountId ?? null,
      ...toColumns(webhook),
    })
    .execute();
}

function toColumns({ name, url, events, enabled, options, filters, schedule }: WebhookContent) {
  return {
    name,
    url,
    events: [...events],
    enabled,
    options: JSON.stringify(options),
    repositories: [...filters.repositories],
    environments: [...filters.environments],
    policies: [...filters.policies],
    severity: filters.severity,
    only_new: filters.onlyNew,
    cadence: schedule.cadence,
    time_zone: schedule.timeZone,
    quiet_from: schedule.quietHours?.from ?? null,
    quiet_to: schedule.quietHours?.to ?? null,
    digest_at: schedule.digestAt,
  };
}

/** The columns of `toWebhookContent`. */
export const contentColumns = [
  "name",
  "url",
  "events",
  "enabled",
  "options",
  "repositories",
  "environments",
  "policies",
  "severity",
  "only_new",
  "cadence",
  "time_zone",
  "quiet_from",
  "quiet_to",
  "digest_at",
] as const;
export type ContentColumns = Pick<Selectable<Database["webhook"]>, (typeof contentColumns)[number]>;

export function toWebhookContent(row: ContentColumns): WebhookContent {
  const { name, url, events, enabled, options, repositories, environments, policies, severity } = row;
  return {
    name,
    url,
    events,
    enabled,
    options,
    filters: { repositories, environments, policies, severity, onlyNew: row.only_new },
    schedule: toSchedule(row),
  };
}

type ScheduleColumns = Pick<
  ContentColumns,
  "cadence" | "time_zone" | "quiet_from" | "quiet_to" | "digest_at"
>;

export function toSchedule(row: ScheduleColumns): DeliverySchedule {
  const { cadence, time_zone: timeZone, quiet_from: from, quiet_to: to, digest_at: digestAt } = row;
  return { cadence, timeZone, quietHours: from === null || to === null ? null : { from, to }, digestAt };
}

/**
 * What it is until the transaction ends, with its channel and secret; null when it is not there. `accountId`: a member's own; null: the
 * organisation's.
 */
export async function lockWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  accountId: string | null = null,
): Promise<(WebhookContent & Pick<NewWebhook, "channel" | "secretSealed">) | null> {
  const row = await tx
    .selectFrom("webhook")
    .select([...contentColumns, "channel", "secret_sealed"])
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("account_id", "is not distinct from", accountId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  return { ...toWebhookContent(row), channel: row.channel, secretSealed: row.secret_sealed };
}

/** Its channel stays. The row is held by `lockWebhook`. `secretSealed` absent: it stays too. */
export async function changeWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  { secretSealed, ...content }: WebhookContent & { readonly secretSealed?: Buffer },
): Promise<void> {
  await tx
    .updateTable("webhook")
    .set({ ...toColumns(content), ...(secretSealed === undefined ? {} : { secret_sealed: secretSealed }) })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
}

/** Its deliveries go with it. Returns what it was, or null when it is not there. `accountId` as `lockWebhook` has it. */
export async function deleteWebhook(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  accountId: string | null = null,
): Promise<(WebhookContent & Pick<NewWebhook, "channel">) | null> {
  const row = await tx
    .deleteFrom("webhook")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("account_id", "is not distinct from", accountId)
    .returning([...contentColumns, "channel"])
    .executeTakeFirst();
  return row === undefined ? null : { ...toWebhookContent(row), channel: row.channel };
}

/** Those of the organisation, disabled ones too: their number has a ceiling. */
export async function countWebhooks(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("webhook")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where("account_id", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}
