/**
 * Job `deliver-gathered`: tells one webhook what waits for it, as one message for what belongs together, or as one for everything. A
 * message that fails is tried again with all of its events; the others have arrived and are not sent again.
 */
import { findChannel } from "../../notifications/channels.ts";
import type { Notification } from "../../notifications/types.ts";
import { asEngine } from "../../store/in-org.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { recordDeliveries, type DeliveryOutcome } from "../../store/stores/deliveries.ts";
import { claimGathered, type GatheredEvent, type Gathering } from "../../store/stores/gathered-deliveries.ts";
import type { Job, WorkerContext } from "../context.ts";
import { mayPass, reasonOf } from "../delivery/failure.ts";
import { toGathered, type EventPlace } from "../delivery/notification.ts";
import { findPlace, tell } from "../delivery/tell.ts";
import { topicOf } from "../delivery/topic.ts";
import { textOf } from "../payload.ts";

export const deliverGathered: Job = {
  kind: "deliver-gathered",
  concurrencyMax: null,
  async run(context, job) {
    const key = { orgId: textOf(job, "org"), webhookId: textOf(job, "webhook") };
    const now = context.clock();
    const gathering = await asEngine(context.store, (tx) =>
      claimGathered(tx, key, { now, countMax: EVENTS_MAX }),
    );
    if (gathering === null) return;
    const lost = gathering.events.filter(({ attempts }) => attempts > ATTEMPTS_MAX);
    if (lost.length > 0) {
      // Each worker that tried has died of it, or lost its database.
      await settle(context, key, lost, { state: "failed", failure: "The last attempt was broken off." });
    }
    if (!gathering.told.isEnabled) {
      const outcome = { state: "failed", failure: "The webhook was switched off." } as const;
      await settle(context, key, gathering.events, outcome);
      return;
    }
    const place = await findPlace(context, key.orgId, gathering.told.organisation);
    const events = gathering.events.filter((event) => !lost.includes(event));
    for (const message of messagesOf(place, { ...gathering, events }))
      await send(context, job, key, gathering, message);
  },
};

/** In one go; what is left is due half a minute later. */
const EVENTS_MAX = 10_000;

interface Message {
  readonly notification: Notification;
  readonly events: readonly GatheredEvent[];
}

/**
 * Of a digest one message. Otherwise one for each topic; people who would get many at once get one of everything, but trackers keep a
 * ticket for each.
 */
function messagesOf(place: EventPlace, { told, cadence, events }: Gathering): readonly Message[] {
  const topics = Map.groupBy(events, ({ event }) => topicOf(event));
  const isTracker = findChannel(told.channel)?.readers === "trackers";
  if (events.length === 0) return [];
  const isDigest = cadence === "hourly" || cadence === "daily" || topics.size > MESSAGES_MAX;
  if (isDigest && !isTracker) return [{ notification: toGathered(place, events, "digest"), events }];
  return [...topics.values()].map((of) => ({ notification: toGathered(place, of, "topic"), events: of }));
}

const MESSAGES_MAX = 10;

interface WebhookKey {
  readonly orgId: string;
  readonly webhookId: string;
}

async function send(
  context: WorkerContext,
  { signal }: TakenJob,
  key: WebhookKey,
  { told }: Gathering,
  { notification, events }: Message,
): Promise<void> {
  try {
    signal.throwIfAborted();
    await tell(context, { webhookId: key.webhookId, told, notification, signal });
  } catch (error) {
    const attempts = Math.max(...events.map((event) => event.attempts));
    await settle(context, key, events, outcomeOf(error, attempts, { signal, now: context.clock() }));
    return;
  }
  await settle(context, key, events, { state: "delivered", failure: null });
}

function outcomeOf(
  error: unknown,
  attempts: number,
  { signal, now }: { readonly signal: AbortSignal; readonly now: Date },
): DeliveryOutcome {
  // A worker that ends leaves the attempt open to the next one.
  if (signal.aborted) return { state: "waiting", failure: "The attempt was broken off." };
  const failure = reasonOf(error);
  if (attempts >= ATTEMPTS_MAX || !mayPass(error)) return { state: "failed", failure };
  const waitMs = Math.min(3_600_000, 30_000 * 2 ** (attempts - 1));
  return { state: "waiting", failure, dueAt: new Date(now.getTime() + waitMs) };
}

const ATTEMPTS_MAX = 9;

async function settle(
  { store }: WorkerContext,
  key: WebhookKey,
  events: readonly GatheredEvent[],
  outcome: DeliveryOutcome,
): Promise<void> {
  await asEngine(store, (tx) =>
    recordDeliveries(tx, { ...key, eventIds: events.map(({ id }) => id) }, outcome),
  );
}
