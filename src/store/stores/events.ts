/**
 * Events: what happened, recorded once, with a notice for each member and a delivery for each webhook that wants to know.
 * One statement does all of it, in the transaction of the change: no change without its event, no event without its change.
 */
import { sql, type Kysely } from "kysely";
import { notifyingKinds, type EventKind } from "../../domain/event.ts";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";

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
  const { orgId } = event;
  const { rows } = await sql<{ id: number; webhooks: readonly string[] }>`
    with added as (
      insert into event (org_id, kind, title, image_id, repository_id, policy_id, exception_id, actor, body, once_key)
      values (
        ${orgId}, ${event.kind}, ${event.title.slice(0, TITLE_LENGTH_MAX)}, ${event.imageId ?? null},
        ${event.repositoryId ?? null}, ${event.policyId ?? null}, ${event.exceptionId ?? null},
        ${event.actor?.name ?? null}, ${JSON.stringify(event.body ?? {})}, ${event.onceKey}
      )
      on conflict (org_id, once_key) do nothing
      returning id
    ), noticed as (
      insert into notice (org_id, event_id, account_id)
      select ${orgId}, added.id, member.account_id
      from added, member
      where member.org_id = ${orgId} and ${notifies}::boolean
        and member.account_id is distinct from ${event.actor?.id ?? null}::uuid
    ), waiting as (
      insert into delivery (org_id, webhook_id, event_id, state)
      select ${orgId}, webhook.id, added.id, 'waiting'
      from added, webhook
      where webhook.org_id = ${orgId} and webhook.enabled
        and case when cardinality(webhook.events) = 0 then ${notifies}::boolean
            else ${event.kind} = any (webhook.events) end
      returning webhook_id
    )
    select added.id, array(select webhook_id::text from waiting order by webhook_id) as webhooks from added`.execute(
    tx,
  );
  const [added] = rows;
  if (added === undefined) return null;
  await queue.send(
    tx,
    added.webhooks.map((webhook) => ({
      kind: "deliver",
      key: `${orgId}/${webhook}/${added.id}`,
      payload: { org: orgId, webhook, event: added.id },
    })),
  );
  return added.id;
}

/** Names of images and packages are as long as their authors like; a title is one line. */
const TITLE_LENGTH_MAX = 1000;
