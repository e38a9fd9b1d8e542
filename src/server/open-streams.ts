/** How many streams are open, so that no caller takes them all. Counted for each process: its feed is what the counts hang on. */
import { PlimsollError } from "../domain/error.ts";
import type { EventFeed } from "../store/event-feed.ts";
import type { Caller } from "./caller.ts";

/** Counts a stream in; the returned function counts it out, once. @throws PlimsollError RATE_LIMITED */
export function enterStream(feed: EventFeed, caller: Caller): () => void {
  const counts = open.get(feed) ?? new Map<string, number>();
  open.set(feed, counts);
  const key = keyOf(caller);
  const own = counts.get(key) ?? 0;
  if (own >= STREAMS_OF_CALLER_MAX) {
    throw new PlimsollError(
      "RATE_LIMITED",
      `There are ${STREAMS_OF_CALLER_MAX} streams of this caller already.`,
      {
        details: { retryAfterSeconds: 30 },
      },
    );
  }
  counts.set(key, own + 1);
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}

const open = new WeakMap<EventFeed, Map<string, number>>();

/** All sessions and tokens of an account count together. */
function keyOf(caller: Caller): string {
  if (caller.kind === "account") return `account ${caller.id}`;
  return caller.kind === "service" ? `token ${caller.tokenId}` : "anonymous";
}

/** A page in each of many tabs, in two browsers. */
export const STREAMS_OF_CALLER_MAX = 20;
