/**
 * Job `deliver`: tells one webhook of one event. At least once, and once as far as that can be: what arrived is noted and not sent
 * again, and a message that had to be sent again has the same id.
 */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { sendNotification } from "../../notifications/channels.ts";
import type { Notification } from "../../notifications/types.ts";
import { asEngine } from "../../store/in-org.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { findPublicUrl } from "../../store/stores/public-url.ts";
import {
  claimDelivery,
  recordDelivery,
  webhookSecretPurpose,
  type ClaimedDelivery,
  type DeliveryKey,
} from "../../store/stores/webhooks.ts";
import type { Job, WorkerContext } from "../context.ts";
import { numberOrNull, textOf } from "../payload.ts";

export const deliver: Job = {
  kind: "deliver",
  concurrencyMax: null,
  async run(context, job) {
    const key = keyOf(job);
    const claim = await asEngine(context.store, (tx) => claimDelivery(tx, key));
    if (claim.kind === "done") return;
    if (claim.kind === "busy") {
      throw new PlimsollError("DELIVERY_FAILED", "It is being delivered already.", {
        details: { status: null },
      });
    }
    if (!claim.isEnabled) {
      await settle(context, key, "failed", "The webhook was switched off.");
      return;
    }
    await attempt(context, job, key, claim);
  },
};

/** Of a job whose worker died at the last try: nobody is left to say so but the queue. */
export async function deliveryLost(context: WorkerContext, job: TakenJob): Promise<void> {
  await settle(context, keyOf(job), "failed", "The last attempt was broken off.");
}

function keyOf(job: TakenJob): DeliveryKey {
  const eventId = numberOrNull(job, "event");
  if (eventId === null) throw new PlimsollError("INTERNAL", "A delivery came without its event.");
  return { orgId: textOf(job, "org"), webhookId: textOf(job, "webhook"), eventId };
}

async function attempt(
  context: WorkerContext,
  job: TakenJob,
  key: DeliveryKey,
  claim: ClaimedDelivery,
): Promise<void> {
  const { store, config, secrets, clock } = context;
  try {
    const publicUrl = config.server.publicUrl ?? (await findPublicUrl(store.engine)) ?? "";
    const secret = secrets.open(claim.secretSealed, webhookSecretPurpose(key.webhookId));
    await sendNotification(
      claim.channel,
      toNotification(key, claim, publicUrl),
      { url: claim.url, secret },
      { now: clock(), signal: job.signal },
    );
  } catch (error) {
    // A worker that ends leaves the attempt open to the next one.
    const failure = job.signal.aborted ? "The attempt was broken off." : reasonOf(error);
    const isFinal = !job.signal.aborted && (job.isLastAttempt || !mayPass(error));
    await settle(context, key, isFinal ? "failed" : "waiting", failure);
    if (isFinal) return;
    throw error;
  }
  await settle(context, key, "delivered", null);
}

async function settle(
  { store }: WorkerContext,
  key: DeliveryKey,
  state: "delivered" | "waiting" | "failed",
  failure: string | null,
): Promise<void> {
  await asEngine(store, (tx) => recordDelivery(tx, key, { state, failure }));
}

/** What is thrown by others than channels may hold anything, so only its kind is shown. */
function reasonOf(error: unknown): string {
  const isKnown = error instanceof PlimsollError;
  return isKnown ? printable(error.message, 500) : "The delivery failed for an unknown reason.";
}

/** 410 Gone: the receiver wants no more. A secret that cannot be read, or a channel that is not there, stays so. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof PlimsollError)) return true;
  return error.code === "DELIVERY_FAILED" && error.details["status"] !== 410;
}

function toNotification(key: DeliveryKey, claim: ClaimedDelivery, publicUrl: string): Notification {
  const { event, organisation } = claim;
  const source = `${publicUrl}/o/${encodeURIComponent(organisation)}`;
  return {
    id: `evt_${key.orgId}_${key.eventId}`,
    type: event.kind,
    time: event.at.toISOString(),
    organisation,
    subject: subjectOf(event),
    title: event.title,
    actor: event.actor,
    url: `${source}/${pageOf(event)}`,
    source,
    details: event.body,
  };
}

function subjectOf(event: ClaimedDelivery["event"]): string | null {
  const { exceptionId, policyId, imageId, repositoryId } = event;
  if (exceptionId !== null) return `exceptions/${exceptionId}`;
  if (policyId !== null) return `policies/${policyId}`;
  if (imageId !== null) return `images/${imageId}`;
  return repositoryId === null ? null : `repositories/${repositoryId}`;
}

/** Page of the dashboard, below the organisation. */
function pageOf({ exceptionId, policyId, imageId }: ClaimedDelivery["event"]): string {
  if (exceptionId !== null) return "exceptions";
  if (policyId !== null) return `policies/${policyId}`;
  return imageId === null ? "events" : `images/${imageId}`;
}
