/**
 * Events of the CNCF distribution registry and of those that send its shape: one action on one blob or manifest each
 * (https://distribution.github.io/distribution/about/notifications/).
 */
import { z } from "zod";
import { indexMediaTypes, manifestMediaTypes } from "../oci/media-types.ts";
import { manifestPush } from "./manifest-push.ts";
import { isNoImage } from "./no-image.ts";
import { describeFailure, parseNotification, readToldPushes } from "./told-pushes.ts";
import type { NotificationReading } from "./types.ts";

/** One notification holds at most this many events; a registry sends one to a few. */
const EVENTS_MAX = 1000;
/** Further pushes that were not understood are only counted. */
const PROBLEMS_MAX = 10;

/** As much of an event as tells whether it is a push of a manifest. */
export const distributionEvent = z
  .object({
    action: z.string().max(100),
    target: z.object({ mediaType: z.string().max(255).default("") }).loose(),
  })
  .loose();
export type DistributionEvent = z.output<typeof distributionEvent>;

const envelope = z.object({ events: z.array(distributionEvent).max(EVENTS_MAX) });

/** @throws PlimsollError NOTIFICATION_INVALID */
export function readEnvelope(body: unknown): NotificationReading {
  return readEvents(parseNotification(envelope, body, `an envelope of at most ${EVENTS_MAX} events`).events);
}

/** Of events in their order. */
export function readEvents(events: readonly DistributionEvent[]): NotificationReading {
  const pushes = [];
  const problems: string[] = [];
  let ignored = 0;
  for (const event of events) {
    if (event.action !== "push" || !isManifest(event.target.mediaType)) {
      ignored++;
      continue;
    }
    const push = manifestPush.safeParse(event);
    if (!push.success) {
      ignored++;
      if (problems.length < PROBLEMS_MAX) problems.push(describeFailure(push.error));
    } else if (isNoImage(push.data)) {
      ignored++;
    } else {
      const { id, timestamp, target, request, actor } = push.data;
      const { repository, digest, mediaType, tag = null } = target;
      pushes.push({
        id: `${id} ${timestamp}`,
        host: request?.host ?? null,
        repository,
        tag,
        digest,
        mediaType,
        actor: actor?.name ?? null,
        at: new Date(timestamp),
      });
    }
  }
  const read = readToldPushes(pushes, ignored);
  return { ...read, problems: [...problems, ...read.problems].slice(0, PROBLEMS_MAX) };
}

function isManifest(mediaType: string): boolean {
  return manifestMediaTypes.includes(mediaType) || indexMediaTypes.includes(mediaType);
}
