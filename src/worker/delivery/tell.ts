/** One message to one webhook. */
import { PlimsollError } from "../../domain/error.ts";
import type { JsonRecord } from "../../domain/json-record.ts";
import { sendNotification } from "../../notifications/channels.ts";
import type { Notification, Target } from "../../notifications/types.ts";
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
  { secrets, clock, config }: WorkerContext,
  { webhookId, told, notification, signal }: Told,
): Promise<void> {
  if (told.isPersonal) {
    const target = personalTarget(config.server.mail, told.options);
    await sendNotification("email", notification, target, { now: clock(), signal });
    return;
  }
  const { channel, url, options } = told;
  const secret = secrets.open(told.secretSealed, webhookSecretPurpose(webhookId));
  await sendNotification(channel, notification, { url, secret, options }, { now: clock(), signal });
}

/** A member says where to; how it gets there is the operator's. @throws PlimsollError DELIVERY_FAILED while it goes nowhere */
function personalTarget(mail: WorkerContext["config"]["server"]["mail"], { to }: JsonRecord): Target {
  if (mail === null) {
    const message = "The operator of this server has set up no e-mail (PLIMSOLL_SMTP_URL).";
    throw new PlimsollError("DELIVERY_FAILED", message, { details: { status: null } });
  }
  const { url, auth, from, tls } = mail;
  return { url, secret: auth?.password ?? "", options: { from, to: [to], user: auth?.user ?? null, tls } };
}
