/** Which live parts are fetched when nobody names any: for a scan those of the ecosystems of its packages, for an update those at hand. */
import type { DatabaseStatus } from "../domain/advisory.ts";
import { isExcluded } from "./excluded.ts";
import { feeds } from "./feeds.ts";
import { partLabel } from "./select-parts.ts";

export interface NeededParts {
  /** For `updateDatabase`, in the order of the feeds: `osv/npm`, `kev`. */
  readonly parts: readonly string[];
  /** Where they come from without mirrors, by feed id: base addresses. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Parts that would be needed, but whose terms each user must accept: named in `db update`, they are fetched. */
  readonly left: readonly { readonly part: string; readonly licence: string }[];
}

export interface NeededOptions {
  /** Of the packages: `npm`, `deb:debian:12`. */
  readonly spaces: Iterable<string>;
  /** What the database at hand says of itself; null: there is none, so scores of vulnerabilities are needed too. */
  readonly status: Pick<DatabaseStatus, "spaces" | "feeds"> | null;
  /** See `isExcluded`. */
  readonly exclude: readonly string[];
}

/**
 * The parts to fetch. The distribution's own feed and the aggregator's part of it are both taken: the first knows its packages, the
 * second how grave a vulnerability is. A part at hand is not fetched again, whatever it lacks: `db update` is for that.
 */
export function neededParts({ spaces, status, exclude }: NeededOptions): NeededParts {
  const known = new Set(status?.spaces);
  const missing = [...spaces].filter((space) => !known.has(space));
  const atHand = new Set(status?.feeds.map(({ feed, part }) => partLabel(feed, part)));
  const parts: string[] = [];
  const addresses: Record<string, string> = {};
  const left: { part: string; licence: string }[] = [];
  for (const feed of feeds) {
    for (const { id, isDefault, serves = [] } of feed.parts) {
      const label = partLabel(feed.id, id);
      const isOfAll = status === null && feed.holds === "contexts" && isDefault;
      const isServing = missing.some((space) => serves.some((served) => isServed(space, served)));
      if (!(isOfAll || isServing) || atHand.has(label) || isExcluded(feed.id, id, exclude)) continue;
      const licence = feed.licence(id);
      if (isNonCommercial(licence)) {
        left.push({ part: label, licence });
        continue;
      }
      parts.push(label);
      addresses[feed.id] = feed.baseUrl;
    }
  }
  return { parts, addresses, left };
}

/**
 * The parts that `db update` brings up to date when none is named: those at hand; with the default ones where the database has them
 * all (but for releases that come and go), so that a new default is not missed. Empty: the default ones.
 */
export function partsToRefresh(status: Pick<DatabaseStatus, "feeds"> | null): readonly string[] {
  const atHand = new Set(status?.feeds.map(({ feed, part }) => partLabel(feed, part)));
  const live = feeds.flatMap((feed) =>
    feed.parts.map((part) => ({ label: partLabel(feed.id, part.id), part })),
  );
  const hasDefaults = live.every(
    ({ label, part }) => !part.isDefault || part.mayBeAbsent || atHand.has(label),
  );
  return live
    .filter(({ label, part }) => atHand.has(label) || (hasDefaults && part.isDefault))
    .map(({ label }) => label);
}

function isServed(space: string, served: string): boolean {
  return served.endsWith(":") ? space.startsWith(served) : space === served;
}

/** `CC-BY-NC-ND-4.0`: nobody accepts such terms for another. */
function isNonCommercial(licence: string): boolean {
  return /\bNC\b/.test(licence);
}
