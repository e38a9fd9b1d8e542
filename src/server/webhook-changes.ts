/**
 * Changes of webhooks, each with its row in the audit log. The path of an address may be a secret of the receiver's, so the log has
 * its host and no more; the secret that deliveries are signed with is told once and kept sealed.
 */
import { randomUUID } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { SecretBox } from "../io/secret-box.ts";
import { channels, newSecret } from "../notifications/channels.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { recordEvent } from "../store/stores/events.ts";
import {
  changeWebhook,
  countWebhooks,
  deleteWebhook,
  insertDelivery,
  insertWebhook,
  webhookSecretPurpose,
  type WebhookContent,
} from "../store/stores/webhooks.ts";
import { findWebhook } from "../store/views/webhooks.ts";
import { callerActor } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";
import { RequestInvalidError } from "./problem.ts";

/** @throws PlimsollError REQUEST_INVALID for an unknown channel, CONFLICT when there are too many */
export async function createWebhook(
  context: ChangeContext,
  secrets: SecretBox,
  { channel, ...content }: WebhookContent & { readonly channel: string },
): Promise<{ readonly id: string; readonly secret: string }> {
  const { tx, orgId } = context;
  if (!channels.some(({ id }) => id === channel)) {
    const message = `there are: ${channels.map(({ id }) => id).join(", ")}`;
    throw new RequestInvalidError("There is no such channel.", [{ path: "channel", message }]);
  }
  if ((await countWebhooks(tx, orgId)) >= WEBHOOKS_MAX) {
    throw new PlimsollError("CONFLICT", `There are ${WEBHOOKS_MAX} webhooks already; delete one first.`);
  }
  const id = randomUUID();
  const secret = newSecret(channel);
  const secretSealed = secrets.seal(secret, webhookSecretPurpose(id));
  await insertWebhook(tx, orgId, { ...content, id, channel, secretSealed });
  await record(context, "webhook.created", id, { before: null, after: content });
  return { id, secret };
}

/** Its secret and its channel stay. @throws PlimsollError NOT_FOUND */
export async function editWebhook(context: ChangeContext, id: string, after: WebhookContent): Promise<void> {
  const before = await changeWebhook(context.tx, context.orgId, id, after);
  if (before === null) throw notFound();
  await record(context, "webhook.changed", id, { before, after });
}

/** @throws PlimsollError NOT_FOUND */
export async function removeWebhook(context: ChangeContext, id: string): Promise<void> {
  const before = await deleteWebhook(context.tx, context.orgId, id);
  if (before === null) throw notFound();
  await record(context, "webhook.deleted", id, { before, after: null });
}

/**
 * An event for this webhook alone, which goes the way of every other: what arrives says that the next one will.
 * @throws PlimsollError NOT_FOUND; CONFLICT while it is switched off
 */
export async function testWebhook(context: ChangeContext, id: string): Promise<void> {
  const { tx, queue, orgId, caller } = context;
  const webhook = await findWebhook(tx, orgId, id);
  if (webhook === null) throw notFound();
  if (!webhook.enabled) throw new PlimsollError("CONFLICT", "The webhook is switched off.");
  const actor = callerActor(caller);
  const eventId = await recordEvent(tx, queue, {
    orgId,
    kind: "webhook.tested",
    title: `Webhook ${printable(webhook.name)} was tested`,
    actor: { id: caller.kind === "account" ? caller.id : null, name: actor.name },
    body: { webhook: id },
    onceKey: `webhook:${id}:test:${randomUUID()}`,
  });
  if (eventId === null) throw new PlimsollError("INTERNAL", "The test was recorded before it was made.");
  await insertDelivery(tx, { orgId, webhookId: id, eventId });
  const payload = { org: orgId, webhook: id, event: eventId };
  await queue.send(tx, [{ kind: "deliver", key: `${orgId}/${id}/${eventId}`, payload }]);
}

async function record(
  { tx, orgId, caller }: ChangeContext,
  action: string,
  id: string,
  { before, after }: { readonly before: WebhookContent | null; readonly after: WebhookContent | null },
): Promise<void> {
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action,
    target: `${(after ?? before)?.name ?? ""} (${id})`,
    before: before === null ? null : forAudit(before),
    after: after === null ? null : forAudit(after),
  });
}

function forAudit({ name, url, events, enabled }: WebhookContent): object {
  return { name, host: URL.parse(url)?.host ?? null, events, enabled };
}

function notFound(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such webhook.");
}

/** Of one organisation. */
const WEBHOOKS_MAX = 50;
