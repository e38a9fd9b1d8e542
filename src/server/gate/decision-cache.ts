/**
 * Decisions of the gate that are remembered: a digest that is asked for ten thousand times is decided once. Those who ask while one
 * is being made share it. What is remembered is forgotten as soon as the database tells that something under it has changed (or may
 * have, after its connection broke), when its time is over, and, the longest unused first, when there is too much of it.
 */
import type { EventFeed, EventTold, ImagesChanged } from "../../store/event-feed.ts";
import type { Decided } from "./decide.ts";

export interface GateQuestion {
  /** uuid */
  readonly orgId: string;
  /** Canonical, without tag or digest. */
  readonly repository: string;
  readonly digest: string;
  /** Name; null: wherever it runs. */
  readonly environment: string | null;
}

export interface DecisionCache {
  /** What is remembered, or what `make` comes to. Nothing is remembered of an error. @throws what `make` throws */
  decide(question: GateQuestion, now: Date, make: () => Promise<Decided>): Promise<Decided>;
  /** How often a decision was made. */
  made(): number;
  /** How many are remembered. */
  size(): number;
}

export interface CacheLimits {
  readonly entriesMax: number;
  /** What stops is looked at again after this, for whoever is stopped tries again. */
  readonly stopMs: number;
  /** What passes; a second line behind being told of changes. */
  readonly passMs: number;
}

export const cacheLimits: CacheLimits = { entriesMax: 10_000, stopMs: 5_000, passMs: 600_000 };

/** The one of this server. */
export function decisionCacheOf({ events }: { readonly events: EventFeed }): DecisionCache {
  const cache = caches.get(events) ?? createDecisionCache(events);
  caches.set(events, cache);
  return cache;
}

const caches = new WeakMap<EventFeed, DecisionCache>();

interface Entry {
  readonly orgId: string;
  readonly digest: string;
  readonly decided: Decided;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** `feed`: who tells of changes. */
export function createDecisionCache(
  feed: Pick<EventFeed, "watchImages">,
  limits: CacheLimits = cacheLimits,
): DecisionCache {
  const entries = new Map<string, Entry>();
  const flights = new Map<string, Promise<Decided>>();
  /** Changes so far, by organisation: what was read before one is not remembered after it. */
  const changes = new Map<string, number>();
  const watches = new Map<string, Promise<unknown>>();
  let made = 0;

  const forget = (orgId: string, isMeant: (entry: Entry) => boolean): void => {
    changes.set(orgId, (changes.get(orgId) ?? 0) + 1);
    // Whoever asks from now on does not get what was begun before.
    for (const key of flights.keys()) if (key.startsWith(orgId)) flights.delete(key);
    for (const [key, entry] of entries) if (entry.orgId === orgId && isMeant(entry)) entries.delete(key);
  };
  const watch = (orgId: string): Promise<unknown> => {
    const known = watches.get(orgId);
    if (known !== undefined) return known;
    const begun = feed.watchImages(orgId, (told) => {
      const isMeant = meaningOf(told);
      if (isMeant !== null) forget(orgId, isMeant);
    });
    watches.set(orgId, begun);
    // The next one tries again.
    begun.catch(() => watches.delete(orgId));
    return begun;
  };
  const make = async (question: GateQuestion, key: string, now: Date, work: () => Promise<Decided>) => {
    const { orgId, digest } = question;
    await watch(orgId);
    const before = changes.get(orgId);
    made += 1;
    const decided = await work();
    if (changes.get(orgId) !== before) return decided;
    const lifeMs = decided.answer.pass ? limits.passMs : limits.stopMs;
    const until = Math.min(now.getTime() + lifeMs, decided.goodUntil);
    if (until <= now.getTime()) return decided;
    entries.set(key, { orgId, digest, decided, until });
    for (const oldest of entries.keys()) {
      if (entries.size <= limits.entriesMax) break;
      entries.delete(oldest);
    }
    return decided;
  };
  return {
    decide: async (question, now, work) => {
      const key = keyOf(question);
      const entry = entries.get(key);
      entries.delete(key);
      if (entry !== undefined && now.getTime() < entry.until) {
        entries.set(key, entry);
        return entry.decided;
      }
      const flying = flights.get(key);
      if (flying !== undefined) return flying;
      const flight = make(question, key, now, work);
      flights.set(key, flight);
      try {
        return await flight;
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    },
    made: () => made,
    size: () => entries.size,
  };
}

/** Starts with the organisation. None of the parts holds a line feed. */
function keyOf({ orgId, repository, digest, environment }: GateQuestion): string {
  return [orgId, repository, digest, environment ?? ""].join("\n");
}

/** What is to be forgotten; null: nothing. */
function meaningOf(told: EventTold | ImagesChanged): ((entry: Entry) => boolean) | null {
  if (told.kind === "gap") return () => true;
  if (told.kind === "event") return touchesAll(told.event) ? () => true : null;
  const { image, digest } = told;
  if (image === null && digest === null) return () => true;
  return (entry) => entry.digest === digest || (image !== null && entry.decided.images.includes(image));
}

/** Which policies count where is read with each decision. */
function touchesAll(event: string): boolean {
  return event.startsWith("policy.") || event.startsWith("environment.");
}
