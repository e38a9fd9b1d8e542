/** Which live parts an update fetches. */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { feeds } from "./feeds.ts";
import type { Feed, FeedPart } from "./types.ts";

export interface SelectedPart {
  readonly feed: Feed;
  readonly part: FeedPart;
}

/** `osv/npm`, `alpine/v3.22/main`; `kev` for a feed with one part. */
export function partLabel(feed: string, part: string): string {
  return part === "" ? feed : `${feed}/${part}`;
}

/**
 * The parts that selectors name, in the order of the feeds; none: the default ones. A selector is a feed (`kev`; its default
 * parts, or all when none is one), a feed and a part or the start of its path (`osv/Debian`, `alpine/v3.22`), or an OSV ecosystem (`npm`).
 * @throws PlimsollError FEED_UNKNOWN
 */
export function selectParts(selectors: readonly string[]): SelectedPart[] {
  const every = feeds.flatMap((feed) => feed.parts.map((part): SelectedPart => ({ feed, part })));
  if (selectors.length === 0) return every.filter(({ part }) => part.isDefault);
  const wanted = new Set<SelectedPart>();
  for (const selector of selectors) {
    const matches = every.filter((selected) => isSelected(selected, selector));
    if (matches.length === 0) {
      const message = `No feed or part is called "${printable(selector, 60)}".`;
      throw new PlimsollError("FEED_UNKNOWN", message, { details: { feed: selector } });
    }
    for (const match of matches) wanted.add(match);
  }
  return every.filter((selected) => wanted.has(selected));
}

function isSelected({ feed, part }: SelectedPart, selector: string): boolean {
  if (selector === feed.id) return part.isDefault || feed.parts.every((each) => !each.isDefault);
  const label = partLabel(feed.id, part.id);
  if (label === selector || label.startsWith(`${selector}/`)) return true;
  return feed.id === "osv" && part.id.toLowerCase() === selector.toLowerCase();
}
