/** One message to one webhook. */
import { sendNotification } from "../../notifications/channels.ts";
import type { Notification } from "../../notifications/types.ts";
import type { ToldWebhook } from "../../store/stores/deliveries.ts";
import { findPublicUrl } from "../../store/stores/public-url.ts";
import { webhookSecretPurpose } from "../../store/stores/webhooks.ts";
import type { WorkerContext } from "../context.ts";
import type { EventPlace } from "./notification.ts";

/** Where the links of messages lead. */
export async function findPlace(
  { store, config }: WorkerContext,
  orgId: string,
  organisation: string,
): Promise<EventPlace> {
  const publicUrl = config.server.publicUrl ?? (await findPublicUrl(store.engine)) ?? "";
  return { orgId, organisation, publicUrl };
}

export interface Told {
  readonly webhookId: string;
  readonly told: ToldWebhook;
  readonly notification: Notification;
  readonly signal: AbortSignal;
}

/** Once. @throws PlimsollError DELIVERY_FAILED, SECRET_UNREADABLE; INTERNAL for a channel that is not there */
export async function tell(
  { secrets, clock }: WorkerContext,
  { webhookId, told, notification, signal }: Told,
): Promise<void> {
  const { channel, url, options } = told;
  const secret = secrets.open(told.secretSealed, webhookSecretPurpose(webhookId));
  await sendNotification(channel, notification, { url, secret, options }, { now: clock(), signal });
}
