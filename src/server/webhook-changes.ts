/**
 * Changes of webhooks, each with its row in the audit log. The path of an address may be a secret of the receiver's, so the log has
 * its host and no more; the secret that deliveries are signed with is told once and kept sealed.
 */
import { randomUUID } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { SecretBox } from "../io/secret-box.ts";
import { recordAudit } from "../store/stores/audit.ts";
import { recordEvent } from "../store/stores/events.ts";
import { insertDelivery, reviveDelivery } from "../store/stores/deliveries.ts";
import {
  changeWebhook,
  countWebhooks,
  deleteWebhook,
  hasSealedSecret,
  insertWebhook,
  lockWebhook,
  webhookSecretPurpose,
  type WebhookContent,
} from "../store/stores/webhooks.ts";
import { findWebhook } from "../store/views/webhooks.ts";
import { callerActor } from "./caller.ts";
import type { ChangeContext } from "./policy-changes.ts";
import { channelOf, checkWebhook, type AskedWebhook } from "./webhook-content.ts";

/** `secret`: where it was made here. @throws PlimsollError REQUEST_INVALID, CONFLICT when there are too many */
export async function createWebhook(
  context: ChangeContext,
  secrets: SecretBox,
  { channel: channelId, ...asked }: AskedWebhook & { readonly channel: string },
): Promise<{ readonly id: string; readonly secret: string | null }> {
  const { tx, orgId } = context;
  const channel = channelOf(channelId);
  const { content, secret } = await checkWebhook(context, channel, asked, null);
  if ((await countWebhooks(tx, orgId)) >= WEBHOOKS_MAX) {
    throw new PlimsollError("CONFLICT", `There are ${WEBHOOKS_MAX} webhooks already; delete one first.`);
  }
  const id = randomUUID();
  const secretSealed = secrets.seal(secret ?? "", webhookSecretPurpose(id));
  await insertWebhook(tx, orgId, { ...content, id, channel: channelId, secretSealed });
  await record(context, "webhook.created", id, { before: null, after: { ...content, channel: channelId } });
  return { id, secret: channel.secret.kind === "made" ? secret : null };
}

/** Its channel stays, and its secret unless another is given. @throws PlimsollError NOT_FOUND, REQUEST_INVALID */
export async function editWebhook(
  context: ChangeContext,
  secrets: SecretBox,
  id: string,
  asked: AskedWebhook,
): Promise<void> {
  const { tx, orgId } = context;
  const before = await lockWebhook(tx, orgId, id);
  if (before === null) throw notFound();
  const { channel, secretSealed } = before;
  const hasSecret = hasSealedSecret(secretSealed);
  const { content, secret } = await checkWebhook(context, channelOf(channel), asked, {
    content: before,
    hasSecret,
  });
  const sealed = secret === null ? {} : { secretSealed: secrets.seal(secret, webhookSecretPurpose(id)) };
  await changeWebhook(tx, orgId, id, { ...content, ...sealed });
  await record(context, "webhook.changed", id, { before, after: { ...content, channel } });
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

type Recorded = (WebhookContent & { readonly channel: string }) | null;

/**
 * A delivery that was given up is tried once more, from the beginning. Who asked stands in the audit log.
 * @throws PlimsollError NOT_FOUND; CONFLICT unless it was given up
 */
export async function retryDelivery(context: ChangeContext, id: string, eventId: number): Promise<void> {
  const { tx, queue, orgId, caller } = context;
  const webhook = await findWebhook(tx, orgId, id);
  if (webhook === null) throw notFound();
  const revived = await reviveDelivery(tx, { orgId, webhookId: id, eventId });
  if (revived === null) throw new PlimsollError("CONFLICT", "There is no such delivery that was given up.");
  await recordAudit(tx, {
    orgId,
    actor: callerActor(caller),
    action: "webhook.retried",
    target: `${webhook.name} (${id})`,
    before: null,
    after: { event: eventId },
  });
  if (revived.isGathered) return;
  const payload = { org: orgId, webhook: id, event: eventId };
  await queue.send(tx, [{ kind: "deliver", key: `${orgId}/${id}/${eventId}`, payload }]);
}

async function record(
  { tx, orgId, caller }: ChangeContext,
  action: string,
  id: string,
  { before, after }: { readonly before: Recorded; readonly after: Recorded },
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

/** Options are the channel's own, and somebody may have put into them what does not belong there; their names suffice. */
function forAudit(webhook: NonNullable<Recorded>): object {
  const { name, channel, url, events, enabled, options, filters, schedule } = webhook;
  const host = URL.parse(url)?.host ?? null;
  return { name, channel, host, events, enabled, options: Object.keys(options).sort(), filters, schedule };
}

function notFound(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such webhook.");
}

/** Of one organisation. */
const WEBHOOKS_MAX = 50;
