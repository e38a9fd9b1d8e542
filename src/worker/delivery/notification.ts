/** From events to what a channel tells: one event, or several in one message. */
import type { Severity } from "../../domain/advisory.ts";
import type { Notification, NotificationPart } from "../../notifications/types.ts";
import type { GatheredEvent } from "../../store/stores/gathered-deliveries.ts";
import type { EventContent } from "../../store/views/events.ts";
import { firstCause, topicOf } from "./topic.ts";

/** Where events are from. */
export interface EventPlace {
  readonly orgId: string;
  /** Name of the organisation. */
  readonly organisation: string;
  /** Of the server, without a slash at the end; empty: not known. */
  readonly publicUrl: string;
}

export function toNotification(place: EventPlace, eventId: number, event: EventContent): Notification {
  const source = sourceOf(place);
  return {
    id: idOf(place, eventId),
    type: event.kind,
    time: event.at.toISOString(),
    organisation: place.organisation,
    subject: subjectOf(event),
    topic: topicOf(event),
    severity: severityOf(event),
    title: event.title,
    actor: event.actor,
    url: `${source}/${pageOf(event)}`,
    source,
    details: event.body,
    parts: [],
    partCount: 0,
  };
}

/**
 * Several events in one message. Of what happened to one image more than once, the last is told. The same events make the same message.
 * `events` has one at least, in their order. `title`: of what belongs together; null: it is what its first event says.
 */
export function toGathered(
  place: EventPlace,
  events: readonly GatheredEvent[],
  kind: "topic" | "digest",
): Notification {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("a message without events");
  const newest = newestOfEach(events);
  const [only] = newest;
  if (only !== undefined && newest.length === 1) return toNotification(place, only.id, only.event);
  const source = sourceOf(place);
  const topic = kind === "digest" ? `digest:${first.id}` : topicOf(first.event);
  return {
    id: `${idOf(place, first.id)}-${last.id}`,
    type:
      kind === "digest" || newest.some(({ event }) => event.kind !== first.event.kind)
        ? "digest"
        : first.event.kind,
    time: last.event.at.toISOString(),
    organisation: place.organisation,
    subject: null,
    topic,
    severity: worstOf(newest),
    title: kind === "digest" ? digestTitle(newest) : topicTitle(newest),
    actor: null,
    url: `${source}/events`,
    source,
    details: {},
    parts: newest.slice(0, PARTS_MAX).map((each) => toPart(place, each)),
    partCount: newest.length,
  };
}

/** Channels show fewer; what reads machines may take more. */
const PARTS_MAX = 200;

function newestOfEach(events: readonly GatheredEvent[]): readonly GatheredEvent[] {
  const newest = new Map<string, GatheredEvent>();
  for (const each of events) {
    const { kind, imageId } = each.event;
    newest.set(imageId === null ? String(each.id) : `${kind}:${imageId}:${topicOf(each.event)}`, each);
  }
  return [...newest.values()];
}

/** `CVE-2026-1234 in libssl3 was published: 12 images`, `web:1 was pushed and 3 more` */
function topicTitle(events: readonly GatheredEvent[]): string {
  const first = events[0]?.event;
  if (first === undefined) return "";
  const cause = firstCause(first.body);
  const images = new Set(events.flatMap(({ event }) => event.imageId ?? [])).size;
  if (cause !== null && images > 0) return `${cause.text}: ${images} ${images === 1 ? "image" : "images"}`;
  return `${first.title}, and ${events.length - 1} more`;
}

/** `12 events: 10 × verdict.changed, 2 × image.failed` */
function digestTitle(events: readonly GatheredEvent[]): string {
  const counts = new Map<string, number>();
  for (const { event } of events) counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} × ${kind}`);
  return `${events.length} events: ${kinds.join(", ")}`;
}

function toPart(place: EventPlace, { id, event }: GatheredEvent): NotificationPart {
  return { id: idOf(place, id), title: event.title, url: `${sourceOf(place)}/${pageOf(event)}` };
}

function idOf({ orgId }: EventPlace, eventId: number): string {
  return `evt_${orgId}_${eventId}`;
}

function sourceOf({ publicUrl, organisation }: EventPlace): string {
  return `${publicUrl}/o/${encodeURIComponent(organisation)}`;
}

const severities: readonly Severity[] = ["critical", "high", "medium", "low", "unspecified"];

function severityOf({ body }: EventContent): Severity | null {
  return severities.find((severity) => severity === body["severity"]) ?? null;
}

function worstOf(events: readonly GatheredEvent[]): Severity | null {
  const present = new Set(events.map(({ event }) => severityOf(event)));
  return severities.find((severity) => present.has(severity)) ?? null;
}

function subjectOf({ exceptionId, policyId, imageId, repositoryId }: EventContent): string | null {
  if (exceptionId !== null) return `exceptions/${exceptionId}`;
  if (policyId !== null) return `policies/${policyId}`;
  if (imageId !== null) return `images/${imageId}`;
  return repositoryId === null ? null : `repositories/${repositoryId}`;
}

/** Page of the dashboard, below the organisation. */
function pageOf({ exceptionId, policyId, imageId }: EventContent): string {
  if (exceptionId !== null) return "exceptions";
  if (policyId !== null) return `policies/${policyId}`;
  return imageId === null ? "events" : `images/${imageId}`;
}
