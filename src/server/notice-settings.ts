/** What a member wants to be told of by e-mail: a webhook of their own, which the organisation's lists do not show. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { NoticeSettingsView, noticeSettingsRequest } from "../api/rest/deliveries.ts";
import type { SecretBox } from "../io/secret-box.ts";
import type { StoreTransaction } from "../store/connect.ts";
import { recordAudit } from "../store/stores/audit.ts";
import {
  changeWebhook,
  deleteWebhook,
  insertWebhook,
  webhookSecretPurpose,
  type WebhookContent,
} from "../store/stores/webhooks.ts";
import { findOwnWebhook } from "../store/views/webhooks.ts";
import { accountOf, callerActor, type Caller } from "./caller.ts";
import { checkEnvironments, readSchedule, suitable, viewFilters, viewSchedule } from "./webhook-content.ts";

export interface OwnContext {
  readonly tx: StoreTransaction;
  readonly orgId: string;
  readonly caller: Caller;
}

export async function readNoticeSettings({ tx, orgId, caller }: OwnContext): Promise<NoticeSettingsView> {
  const own = await findOwnWebhook(tx, orgId, accountOf(caller).id);
  const { filters, schedule } = own ?? suitable({ readers: "people" });
  const last = own?.lastDelivery ?? null;
  return {
    email: own === null ? null : String(own.options["to"]),
    events: [...(own?.events ?? [])],
    filters: viewFilters(filters),
    schedule: viewSchedule(schedule),
    lastDelivery:
      last === null
        ? null
        : { state: last.state, attempts: last.attempts, at: last.at.toISOString(), failure: last.failure },
  };
}

/** The audit log has that it was changed, and not the address. @throws PlimsollError REQUEST_INVALID */
export async function changeNoticeSettings(
  context: OwnContext,
  secrets: SecretBox,
  { email, events, ...asked }: z.output<typeof noticeSettingsRequest>,
): Promise<void> {
  const { tx, orgId, caller } = context;
  const accountId = accountOf(caller).id;
  const own = await findOwnWebhook(tx, orgId, accountId);
  const suits = suitable({ readers: "people" });
  const filters = asked.filters ?? suits.filters;
  await checkEnvironments(context, filters);
  const schedule = asked.schedule === undefined ? suits.schedule : readSchedule(asked.schedule);
  const content: WebhookContent = {
    name: "e-mail",
    url: "",
    events,
    enabled: true,
    options: { to: email },
    filters,
    schedule,
  };
  if (email === null) {
    if (own !== null) await deleteWebhook(tx, orgId, own.id, accountId);
  } else if (own === null) {
    const id = randomUUID();
    const secretSealed = secrets.seal("", webhookSecretPurpose(id));
    await insertWebhook(tx, orgId, { ...content, id, channel: "email", secretSealed, accountId });
  } else await changeWebhook(tx, orgId, own.id, content);
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action: "notices.changed",
    target: callerActor(caller).name,
    before: own === null ? null : { events: own.events, filters: own.filters, schedule: own.schedule },
    after: email === null ? null : { events, filters, schedule },
  });
}
