/**
 * Gathers records into the parts of the database: one row for each record, space and name; of two records with one id the
 * newer wins; a withdrawn record takes older copies of itself away.
 */
import { printable } from "../domain/problem.ts";
import { entryKeyOf, joinCollected, type Collected, type CollectedPart } from "./collected-part.ts";
import { createEntryRuns, type EntryRuns } from "./entry-runs.ts";
import { getFeed } from "./feeds.ts";
import { rowKey, writeContext, writeRow } from "./row.ts";
import type { AdvisoryRecord, ContextRecord, Feed, FeedReading } from "./types.ts";

/** What was read, in numbers. */
export interface RecordCounts {
  /** Documents that were understood. */
  documents: number;
  /** Records read, copies included. */
  records: number;
  /** Records that gave at least one row. */
  stored: number;
  withdrawn: number;
  /** Records that name only ecosystems without a place in the database. */
  unsupported: number;
  /** Packages named in each such ecosystem, also by records that are stored for others. */
  unsupportedByEcosystem: Record<string, number>;
  /** Statements "never affected". */
  neverAffected: number;
  /** Records that name no package at all (only Git repositories, or nothing). */
  empty: number;
  /** Faults in records; the first `reasonsMax` are in `reasons`. */
  invalid: number;
  reasons: string[];
}

export function newCounts(): RecordCounts {
  return {
    documents: 0,
    records: 0,
    stored: 0,
    withdrawn: 0,
    unsupported: 0,
    // Names come from outside, `__proto__` among them.
    unsupportedByEcosystem: Object.create(null) as Record<string, number>,
    neverAffected: 0,
    empty: 0,
    invalid: 0,
    reasons: [],
  };
}

/** Faults that are told in words. */
export const reasonsMax = 20;

/** Counts one fault; `id` is of the record or the name of the document. */
export function addInvalid(counts: RecordCounts, id: string, reason: string): void {
  counts.invalid += 1;
  if (counts.reasons.length < reasonsMax) counts.reasons.push(`${printable(id, 100)}: ${reason}`);
}

/** Adds what was counted of later documents. */
export function addCounts(counts: RecordCounts, later: RecordCounts): void {
  counts.documents += later.documents;
  counts.records += later.records;
  counts.stored += later.stored;
  counts.withdrawn += later.withdrawn;
  counts.unsupported += later.unsupported;
  counts.neverAffected += later.neverAffected;
  counts.empty += later.empty;
  counts.invalid += later.invalid;
  for (const [name, count] of Object.entries(later.unsupportedByEcosystem))
    counts.unsupportedByEcosystem[name] = (counts.unsupportedByEcosystem[name] ?? 0) + count;
  counts.reasons.push(...later.reasons.slice(0, reasonsMax - counts.reasons.length));
}

export interface Collector {
  /** Takes a document's records; counts go to `counts`. */
  add(feed: Feed, reading: FeedReading, counts: RecordCounts): void;
  /** What is added from here on was read at this place among all documents. Default: in the order it is added. */
  startAt(order: number): void;
  /** The parts, sorted by feed and part. Nothing may be added afterwards. */
  finish(): CollectedPart[];
  /** The same, to be joined with what others have collected. */
  handOver(): Collected;
}

export interface CollectorOptions {
  /** Rows of other parts are left out, as when one part of a live feed is downloaded. */
  readonly onlyPart?: string;
  /** Where entries go when they are many. Absent: they stay in memory. */
  readonly folder?: string;
  /** Of its files in the folder. */
  readonly name?: string;
}

export function createCollector({ onlyPart, folder, name = "run" }: CollectorOptions = {}): Collector {
  const runs = createEntryRuns(folder ?? null, name);
  const spaces = new Map<string, Set<string>>();
  const withdrawn = new Map<string, string>();
  const feeds = new Map<string, Feed>();
  let order = 0;
  const isWanted = (part: string): boolean => onlyPart === undefined || part === onlyPart;
  const spacesOf = (part: string): Set<string> => {
    const known = spaces.get(part) ?? new Set();
    spaces.set(part, known);
    return known;
  };
  const handOver = (): Collected => ({ runs: runs.finish(), spaces, withdrawn });
  return {
    add(feed, reading, counts) {
      counts.documents += 1;
      feeds.set(feed.id, feed);
      for (const { part, space } of reading.spaces) {
        if (isWanted(part)) spacesOf(labelOf(feed, part)).add(space);
      }
      for (const record of reading.records) {
        count(record, counts);
        if (record.kind === "context") {
          const { part = "" } = record;
          const label = labelOf(feed, part);
          if (isWanted(part)) addContext(runs, { label, order }, feed, record);
          if (isWanted(part)) spacesOf(label);
        } else if (record.withdrawn) noteWithdrawn(withdrawn, feed, record);
        if (record.kind === "advisory" && record.withdrawn) continue;
        // One text for all rows of the record that have the same id: a list of one vulnerability in many releases.
        let shared: Shared | null = null;
        for (const { part, advisory } of record.advisories ?? []) {
          if (!isWanted(part)) continue;
          const { id, space, systems } = advisory;
          if (shared === null || shared.id !== id || shared.systems !== systems)
            shared = { id, systems, entryKey: entryKeyOf(advisory, record.id) };
          const label = labelOf(feed, part);
          spacesOf(label).add(space);
          runs.add(label, order, {
            key: rowKey(space, advisory.name),
            entryKey: shared.entryKey,
            modifiedAt: record.modifiedAt ?? "",
            body: writeRow(advisory),
          });
        }
      }
      for (const { id, reason } of reading.rejected) addInvalid(counts, id, reason);
    },
    startAt(next) {
      order = next;
    },
    finish: () => joinCollected([handOver()], (id) => feeds.get(id) ?? getFeed(id)),
    handOver,
  };
}

interface Shared {
  readonly id: string;
  readonly systems: readonly string[] | undefined;
  readonly entryKey: string;
}

/** `feed\npart`. */
function labelOf(feed: Feed, part: string): string {
  return `${feed.id}\n${part}`;
}

function count(record: AdvisoryRecord | ContextRecord, counts: RecordCounts): void {
  counts.records += 1;
  if (record.kind === "context") {
    counts.stored += 1;
    return;
  }
  for (const ecosystem of record.unsupported) {
    const name = printable(ecosystem, 60);
    counts.unsupportedByEcosystem[name] = (counts.unsupportedByEcosystem[name] ?? 0) + 1;
  }
  counts.neverAffected += record.neverAffectedCount;
  if (record.withdrawn) counts.withdrawn += 1;
  else if (record.advisories.length > 0) counts.stored += 1;
  else if (record.unsupported.length > 0) counts.unsupported += 1;
  else if (record.neverAffectedCount === 0) counts.empty += 1;
}

/** Scores are rows of their own: their entries have no key. */
function addContext(
  runs: EntryRuns,
  { label, order }: { label: string; order: number },
  feed: Feed,
  { id, context, ...record }: ContextRecord,
): void {
  const modifiedAt = record.modifiedAt ?? context.epss?.date ?? context.kev?.dateAdded ?? "";
  runs.add(label, order, { key: rowKey(feed.id, id), entryKey: "", modifiedAt, body: writeContext(context) });
}

function noteWithdrawn(withdrawn: Map<string, string>, feed: Feed, record: AdvisoryRecord): void {
  const key = `${feed.id}\n${record.id}`;
  const modifiedAt = record.modifiedAt ?? "";
  if ((withdrawn.get(key) ?? "") <= modifiedAt) withdrawn.set(key, modifiedAt);
}
