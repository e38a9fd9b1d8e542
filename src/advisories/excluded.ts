/**
 * Feeds whose licence an operator cannot accept (`PLIMSOLL_FEEDS_EXCLUDE`): never fetched, and what is at hand of them goes with
 * the next update.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { getFeed } from "./feeds.ts";
import { partLabel, type SelectedPart } from "./select-parts.ts";

/** Whether `excluded` (feeds, or parts: `osv/Wolfi`) holds this part of this feed. A part's name may be the start of a path: `alpine/v3.10`. */
export function isExcluded(feed: string, part: string, excluded: readonly string[]): boolean {
  const label = partLabel(feed, part).toLowerCase();
  return excluded.some((each) => label === each.toLowerCase() || label.startsWith(`${each.toLowerCase()}/`));
}

/**
 * The parts that may be fetched. `isNamed`: the user asked for these very parts.
 * @throws PlimsollError FEED_UNKNOWN when a feed to exclude does not exist, because a slip must not fetch what is not wanted;
 * FEED_EXCLUDED when all that was asked for by name is excluded
 */
export function withoutExcluded(
  selected: readonly SelectedPart[],
  excluded: readonly string[],
  isNamed: boolean,
): readonly SelectedPart[] {
  for (const each of excluded) getFeed(each.split("/", 1)[0] ?? "");
  const allowed = selected.filter(({ feed, part }) => !isExcluded(feed.id, part.id, excluded));
  const [first] = selected;
  if (isNamed && allowed.length === 0 && first !== undefined) {
    const label = printable(partLabel(first.feed.id, first.part.id), 60);
    throw new PlimsollError("FEED_EXCLUDED", `PLIMSOLL_FEEDS_EXCLUDE leaves out ${label}.`, {
      details: { feed: first.feed.id, part: first.part.id },
    });
  }
  return allowed;
}
