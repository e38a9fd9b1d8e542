/**
 * Job `deliver`: tells one webhook of one event. At least once, and once as far as that can be: what arrived is noted and not sent
 * again, and a message that had to be sent again has the same id.
 */
import { PlimsollError } from "../../domain/error.ts";
import { asEngine } from "../../store/in-org.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import {
  claimDelivery,
  recordDelivery,
  type ClaimedDelivery,
  type DeliveryKey,
} from "../../store/stores/deliveries.ts";
import type { Job, WorkerContext } from "../context.ts";
import { mayPass, reasonOf } from "../delivery/failure.ts";
import { toNotification } from "../delivery/notification.ts";
import { findPlace, tell } from "../delivery/tell.ts";
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
    if (!claim.told.isEnabled) {
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
  const { orgId, webhookId, eventId } = key;
  try {
    const place = await findPlace(context, orgId, claim.told.organisation);
    const notification = toNotification(place, eventId, claim.event);
    await tell(context, { webhookId, told: claim.told, notification, signal: job.signal });
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
