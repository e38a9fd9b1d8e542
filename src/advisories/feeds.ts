/**
 * Driver of the feeds: finds one by id, or by what a document looks like.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import type { FeedDocument } from "./shared/document.ts";
import type { Feed } from "./types.ts";

/** Every feed, in the order of `all.ts`. */
export const feeds: readonly Feed[] = Object.freeze(Object.values(all));

/** Feeds of large documents recognise theirs by the beginning, before others parse the whole to see that it is not theirs. */
const inOrderOfCost: readonly Feed[] = [
  ...feeds.filter((feed) => feed.readPieces !== undefined),
  ...feeds.filter((feed) => feed.readPieces === undefined),
];

/** The feed of this id. @throws PlimsollError FEED_UNKNOWN */
export function getFeed(id: string): Feed {
  const feed = feeds.find((each) => each.id === id);
  if (feed !== undefined) return feed;
  const known = feeds.map((each) => each.id).join(", ");
  throw new PlimsollError("FEED_UNKNOWN", `There is no feed "${printable(id, 60)}"; known: ${known}.`, {
    details: { feed: id },
  });
}

/** The feed a document belongs to, or null: a licence, a readme, a listing. Never throws. */
export function detectFeed(document: FeedDocument): Feed | null {
  return inOrderOfCost.find((feed) => isOf(feed, document)) ?? null;
}

/** Whether a document is this feed's; a body that cannot be inflated is nobody's. Never throws. */
export function isOf(feed: Feed, document: FeedDocument): boolean {
  try {
    return feed.recognises(document);
  } catch {
    return false;
  }
}
