/**
 * What collectors have gathered, joined to the parts of the database: the rows of each, in order, with their numbers.
 */
import type { EntryRun } from "./entry-runs.ts";
import { getFeed } from "./feeds.ts";
import { mergeRuns, type MergedEntry } from "./merge-runs.ts";
import { rowOfPieces, type Row } from "./segment-format.ts";
import type { Feed, FeedAdvisory } from "./types.ts";

export interface CollectedPart {
  readonly feed: Feed;
  readonly part: string;
  readonly spaces: readonly string[];
  /** Both are counted along with the first pass over the rows; asked before, they cost one. */
  readonly recordCount: number;
  readonly advisoryCount: number;
  /** Sorted by key, each key once. */
  readonly rows: () => Iterable<Row>;
}

/** What one collector has gathered: plain values, which pass between threads. */
export interface Collected {
  readonly runs: readonly EntryRun[];
  /** Spaces of each part, by `feed\\npart`. */
  readonly spaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** When each withdrawn record was last changed, by feed and id. */
  readonly withdrawn: ReadonlyMap<string, string>;
}

/** The parts of all, sorted by feed and part. */
export function joinCollected(
  all: readonly Collected[],
  feedOf: (id: string) => Feed = getFeed,
): CollectedPart[] {
  const runs = all.flatMap((each) => each.runs);
  const spaces = new Map<string, Set<string>>();
  const withdrawn = new Map<string, string>();
  for (const each of all) {
    for (const [label, own] of each.spaces)
      spaces.set(label, new Set([...(spaces.get(label) ?? []), ...own]));
    for (const [key, at] of each.withdrawn) if ((withdrawn.get(key) ?? "") <= at) withdrawn.set(key, at);
  }
  return [...spaces]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, own]) => {
      const cut = label.indexOf("\n");
      const part = label.slice(cut + 1);
      const source = { feed: feedOf(label.slice(0, cut)), part, runs, label, withdrawn };
      return collectedPart(source, [...own].sort());
    });
}

/**
 * With the record's id: two notices may speak of one CVE, the second because the first fix was not complete. With the systems: a
 * record may name other versions on Windows than everywhere.
 */
export function entryKeyOf({ id, systems }: Pick<FeedAdvisory, "id" | "systems">, recordId: string): string {
  return `${systems === undefined ? id : `${id} ${systems.join()}`}\0${recordId}`;
}

function recordIdOf(entryKey: string): string {
  return entryKey.slice(entryKey.indexOf("\0") + 1);
}

interface PartRuns {
  readonly feed: Feed;
  readonly part: string;
  readonly label: string;
  readonly runs: readonly EntryRun[];
  readonly withdrawn: ReadonlyMap<string, string>;
}

function collectedPart(
  { feed, part, label, runs, withdrawn }: PartRuns,
  spaces: readonly string[],
): CollectedPart {
  let tally: Tally | null = null;
  const read = function* (): Generator<Row> {
    const own = yield* rowsOf(feed, mergeRuns(runs, label), withdrawn);
    tally ??= own;
  };
  const counted = (): Tally => {
    // Only for its end.
    if (tally === null) Array.from(read(), () => null);
    return tally ?? { recordCount: 0, advisoryCount: 0 };
  };
  return {
    feed,
    part,
    spaces,
    get recordCount() {
      return counted().recordCount;
    },
    get advisoryCount() {
      return counted().advisoryCount;
    },
    rows: read,
  };
}

interface Tally {
  readonly recordCount: number;
  readonly advisoryCount: number;
}

/** Scores are rows as they are; advisories of one space and name become one row: a JSON list. */
function* rowsOf(
  feed: Feed,
  entries: Iterable<MergedEntry>,
  withdrawn: ReadonlyMap<string, string>,
): Generator<Row, Tally> {
  const records = new Set<string>();
  let advisoryCount = 0;
  let open: { key: string; bodies: Buffer[] } | null = null;
  for (const { key, entryKey, modifiedAt, body } of entries) {
    const isContext = entryKey === "";
    const recordId = isContext ? key.slice(key.indexOf("\n") + 1) : recordIdOf(entryKey);
    if (open !== null && (isContext || open.key !== key)) {
      yield rowOfAdvisories(open);
      open = null;
    }
    const withdrawnAt = withdrawn.size === 0 ? undefined : withdrawn.get(`${feed.id}\n${recordId}`);
    if (withdrawnAt !== undefined && withdrawnAt >= modifiedAt) continue;
    records.add(recordId);
    if (isContext) {
      yield rowOfPieces(key, [body]);
      continue;
    }
    advisoryCount += 1;
    open ??= { key, bodies: [] };
    open.bodies.push(body);
  }
  if (open !== null) yield rowOfAdvisories(open);
  return { recordCount: records.size, advisoryCount };
}

/** The heads as a list in the first line, the rests in lines of their own: see `row-text.ts`. */
function rowOfAdvisories({ key, bodies }: { key: string; bodies: readonly Buffer[] }): Row {
  const pieces: Uint8Array[] = [];
  const cuts = bodies.map((body) => body.indexOf(NEW_LINE));
  for (const [at, body] of bodies.entries())
    pieces.push(at === 0 ? LIST_OPEN : COMMA, body.subarray(0, cuts[at]));
  pieces.push(LIST_CLOSE);
  // With the line's end before it.
  for (const [at, body] of bodies.entries()) pieces.push(body.subarray(cuts[at]));
  return rowOfPieces(key, pieces);
}

const NEW_LINE = 0x0a;
const LIST_OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const LIST_CLOSE = Buffer.from("]");
