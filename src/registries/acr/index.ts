/**
 * Azure Container Registry: its own webhooks, which send one event of the distribution registry's shape and headers of one's own, and
 * Event Grid, which first asks whether it may send and then sends lists.
 */
import { z } from "zod";
import { distributionEvent, readEvents } from "../distribution-event.ts";
import { parseNotification, shortText } from "../told-pushes.ts";
import type { NotificationReading, RegistryKind } from "../types.ts";

export const acr: RegistryKind = Object.freeze<RegistryKind>({
  id: "acr",
  title: "Azure Container Registry",
  specs: [
    "https://learn.microsoft.com/en-us/azure/container-registry/container-registry-webhook-reference",
    "https://learn.microsoft.com/en-us/azure/event-grid/event-schema-container-registry",
    "https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema",
  ],
  version: 1,
  status: "documented",
  setup:
    "A webhook of the registry for _push_ with the custom header `Authorization: Bearer TOKEN`; or a subscription of Event Grid for _Image pushed_ (Event Grid schema) with the same delivery property.",
  proof: { kind: "token" },
  notificationMediaTypes: ["application/json"],
  listing: { kind: "catalog" },
  spaceInPath: null,
  readNotification,
});

const EVENTS_MAX = 5000;
const PUSHED = "Microsoft.ContainerRegistry.ImagePushed";
const VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent";

const gridEvent = z.object({
  // Its own schema says eventType, CloudEvents type.
  eventType: z.string().max(200).optional(),
  type: z.string().max(200).optional(),
  data: z.unknown(),
});
const grid = z.array(gridEvent).min(1).max(EVENTS_MAX);
const validation = z.object({ validationCode: shortText.min(1) });
/** A test of the webhook names no target. */
const ping = z.object({ action: z.literal("ping") });

function readNotification(body: unknown): NotificationReading {
  if (!Array.isArray(body)) {
    if (ping.safeParse(body).success) return { pushes: [], ignored: 1, problems: [] };
    return readEvents([parseNotification(distributionEvent, body, WHAT)]);
  }
  const events = parseNotification(grid, body, WHAT);
  const asked = events.find((event) => typeOf(event) === VALIDATION);
  if (asked !== undefined) {
    const { validationCode } = parseNotification(validation, asked.data, WHAT);
    return { pushes: [], ignored: events.length, problems: [], validationResponse: validationCode };
  }
  const pushed = events.filter((event) => typeOf(event) === PUSHED);
  const read = readEvents(pushed.map(({ data }) => parseNotification(distributionEvent, data, WHAT)));
  return { ...read, ignored: read.ignored + events.length - pushed.length };
}

const WHAT = "a webhook of Azure Container Registry or an event of Event Grid";

function typeOf({ eventType, type }: z.output<typeof gridEvent>): string {
  return eventType ?? type ?? "";
}
