/**
 * Events: what happened, recorded once, with a notice for each member and a delivery for each webhook that wants to know.
 * One statement does all of it, in the transaction of the change: no change without its event, no event without its change.
 */
import { sql, type Kysely } from "kysely";
import type { Severity } from "../../domain/advisory.ts";
import { dueAt } from "../../domain/delivery-schedule.ts";
import { notifyingKinds, type EventKind } from "../../domain/event.ts";
import type { NewJob } from "../job-kinds.ts";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { toSchedule } from "./webhooks.ts";

export interface EventRecord {
  readonly orgId: string;
  readonly kind: EventKind;
  /** One sentence for people, without control characters and secrets. */
  readonly title: string;
  /** Who did it, null: the system. `id`: uuid of the account, who gets no notice of an own act; any other id excludes nobody. */
  readonly actor: { readonly id: string | null; readonly name: string } | null;
  readonly imageId?: string | null;
  readonly repositoryId?: string | null;
  readonly policyId?: string | null;
  readonly exceptionId?: string | null;
  /** The worst of the findings it is about; absent or null: it is about none. Told as `body.severity`. */
  readonly severity?: Severity | null;
  /** Ids of policies that it is about besides `policyId`. */
  readonly policies?: readonly string[];
  /** False: nothing got worse, or it was as bad before. Who wants only what is new is not told. Default true. */
  readonly isNew?: boolean;
  /** False: no notice, whatever the kind. */
  readonly isNoticed?: boolean;
  /** What else is to be told; becomes JSON. Never a secret. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** `push:<id>`, `verdict:<evaluation>`, `exception:<id>:<state>`, …: the same thing happens once. */
  readonly onceKey: string;
}

/** Records the event with its notices and deliveries. The event's id, or null when it was there already. */
export async function recordEvent(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  event: EventRecord,
): Promise<number | null> {
  const notifies = notifyingKinds.includes(event.kind);
  const { orgId, severity = null, isNew = true, isNoticed = true } = event;
  const policies = [...(event.policies ?? []), ...(event.policyId ? [event.policyId] : [])];
  const [imageId, repositoryId] = [event.imageId ?? null, event.repositoryId ?? null];
  const body = severity === null ? (event.body ?? {}) : { ...event.body, severity };
  const { rows } = await sql<Added>`
    with added as (
      insert into event (org_id, kind, title, image_id, repository_id, policy_id, exception_id, actor, body, once_key)
      values (
        ${orgId}, ${event.kind}, ${event.title.slice(0, TITLE_LENGTH_MAX)}, ${imageId},
        ${repositoryId}, ${event.policyId ?? null}, ${event.exceptionId ?? null},
        ${event.actor?.name ?? null}, ${JSON.stringify(body)}, ${event.onceKey}
      )
      on conflict (org_id, once_key) do nothing
      returning id
    ), noticed as (
      insert into notice (org_id, event_id, account_id)
      select ${orgId}, added.id, member.account_id
      from added, member
      where member.org_id = ${orgId} and ${notifies && isNoticed}::boolean
        and member.account_id is distinct from ${event.actor?.id ?? null}::uuid
    ), waiting as (
      insert into delivery (org_id, webhook_id, event_id, state)
      select ${orgId}, webhook.id, added.id, 'waiting'
      from added, webhook
      where webhook.org_id = ${orgId} and webhook.enabled
        and case when cardinality(webhook.events) = 0 then ${notifies}::boolean
            else ${event.kind} = any (webhook.events) end
        -- own acts are known to who did them
        and (webhook.account_id is null or webhook.account_id is distinct from ${event.actor?.id ?? null}::uuid)
        and (${isNew}::boolean or not webhook.only_new)
        and (webhook.severity is null or ${severity}::text is null
          or array_position(${SEVERITIES}::text[], ${severity}::text) <= array_position(${SEVERITIES}::text[], webhook.severity))
        and (cardinality(webhook.policies) = 0 or cardinality(${policies}::text[]) = 0
          or webhook.policies && ${policies}::text[])
        and (cardinality(webhook.environments) = 0 or ${imageId}::uuid is null or exists (
          select from environment_image recorded
          join environment on environment.org_id = recorded.org_id and environment.id = recorded.environment_id
          where recorded.org_id = ${orgId} and recorded.image_id = ${imageId}::uuid
            and environment.name = any (webhook.environments)))
        and (cardinality(webhook.repositories) = 0
          or (${imageId}::uuid is null and ${repositoryId}::uuid is null) or exists (
          select from repository
          join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
          cross join unnest(webhook.repositories) as wanted (pattern)
          where repository.org_id = ${orgId}
            and (repository.id = ${repositoryId}::uuid or repository.id in (
              select held.repository_id from repository_image held
              where held.org_id = ${orgId} and held.image_id = ${imageId}::uuid))
            and registry.host || '/' || repository.name like
              replace(replace(replace(replace(pattern, '\\', '\\\\'), '%', '\\%'), '_', '\\_'), '*', '%')))
      returning webhook_id
    )
    select added.id, now() as at, webhook.id as "webhookId", webhook.cadence, webhook.time_zone, webhook.quiet_from,
      webhook.quiet_to, webhook.digest_at
    from added left join (waiting join webhook on webhook.org_id = ${orgId} and webhook.id = waiting.webhook_id) on true
    order by webhook.id`.execute(tx);
  const [added] = rows;
  if (added === undefined) return null;
  await plan(tx, queue, { orgId, eventId: added.id, at: added.at }, rows);
  return added.id;
}

/** The worst first. */
const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "unspecified"];

type Added = {
  readonly id: number;
  readonly at: Date;
} & ({ readonly webhookId: null } | ({ readonly webhookId: string } & Parameters<typeof toSchedule>[0]));

/** Each delivery gets its time: those that are told alone a job, those that wait for others are looked for. */
async function plan(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  { orgId, eventId, at }: { readonly orgId: string; readonly eventId: number; readonly at: Date },
  rows: readonly Added[],
): Promise<void> {
  const jobs: NewJob[] = [];
  const later: { readonly webhook: string; readonly due: Date; readonly gathered: boolean }[] = [];
  for (const row of rows) {
    if (row.webhookId === null) continue;
    const { webhookId: webhook } = row;
    const schedule = toSchedule(row);
    const due = dueAt(at, schedule);
    const gathered = schedule.cadence !== "each";
    if (gathered || due > at) later.push({ webhook, due, gathered });
    if (gathered) continue;
    jobs.push({
      kind: "deliver",
      key: `${orgId}/${webhook}/${eventId}`,
      payload: { org: orgId, webhook, event: eventId },
      ...(due > at ? { startAfter: due } : {}),
    });
  }
  if (later.length > 0) {
    await sql`
      update delivery set due_at = planned.due, is_gathered = planned.gathered
      from unnest(${later.map(({ webhook }) => webhook)}::uuid[], ${later.map(({ due }) => due)}::timestamptz[],
        ${later.map(({ gathered }) => gathered)}::boolean[]) as planned (webhook, due, gathered)
      where delivery.org_id = ${orgId} and delivery.webhook_id = planned.webhook and delivery.event_id = ${eventId}`.execute(
      tx,
    );
  }
  await queue.send(tx, jobs);
}

/** Names of images and packages are as long as their authors like; a title is one line. */
const TITLE_LENGTH_MAX = 1000;
