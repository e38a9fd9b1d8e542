/**
 * Gathers records into the parts of the database: one row for each record, space and name; of two records with one id the
 * newer wins; a withdrawn record takes older copies of itself away.
 */
import { printable } from "../domain/problem.ts";
import { rowKey, writeContext, writeRow } from "./row.ts";
import type { Row } from "./segment-format.ts";
import { createTextStore, type TextStore } from "./text-store.ts";
import type { AdvisoryRecord, ContextRecord, Feed, FeedAdvisory, FeedReading } from "./types.ts";

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

export interface CollectedPart {
  readonly feed: Feed;
  readonly part: string;
  readonly spaces: readonly string[];
  readonly recordCount: number;
  readonly advisoryCount: number;
  /** Sorted by key, each key once. */
  readonly rows: () => Iterable<Row>;
}

export interface Collector {
  /** Takes a document's records; counts go to `counts`. */
  add(feed: Feed, reading: FeedReading, counts: RecordCounts): void;
  /** The parts, sorted by feed and part. Nothing may be added afterwards. */
  finish(): CollectedPart[];
}

/** `onlyPart`: rows of other parts are left out, as when one part of a live feed is downloaded. */
export function createCollector(onlyPart: string | null = null): Collector {
  const parts = new Map<string, Part>();
  /** When each withdrawn record was last changed, by feed and id. */
  const withdrawn = new Map<string, string>();
  const partOf = (feed: Feed, id: string): Part => {
    const key = `${feed.id}\n${id}`;
    const part = parts.get(key) ?? {
      feed,
      id,
      spaces: new Set(),
      advisories: new Map(),
      contexts: new Map(),
      bodies: createTextStore(),
    };
    parts.set(key, part);
    return part;
  };
  return {
    add(feed, reading, counts) {
      counts.documents += 1;
      for (const { part, space } of reading.spaces) {
        if (onlyPart === null || part === onlyPart) partOf(feed, part).spaces.add(space);
      }
      for (const record of reading.records) {
        count(record, counts);
        if (record.kind === "context") {
          const { part = "" } = record;
          if (onlyPart === null || part === onlyPart) addContext(partOf(feed, part), record);
        } else if (record.withdrawn) noteWithdrawn(withdrawn, feed, record);
        if (record.kind === "advisory" && record.withdrawn) continue;
        // One text for all rows of the record that have the same id: a list of one vulnerability in many releases.
        let shared = { id: "", entryKey: "" };
        for (const { part, advisory } of record.advisories ?? []) {
          if (onlyPart !== null && part !== onlyPart) continue;
          const { id } = advisory;
          if (shared.id !== id) shared = { id, entryKey: entryKeyOf(id, record.id) };
          addAdvisory(partOf(feed, part), record.modifiedAt ?? "", advisory, shared.entryKey);
        }
      }
      for (const { id, reason } of reading.rejected) addInvalid(counts, id, reason);
    },
    finish: () =>
      [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => finishPart(part, withdrawn)),
  };
}

/** What a key holds; numbers and shared texts, since there are hundreds of thousands. */
interface Entry {
  readonly modifiedAt: string;
  /** Of the body, in `Part.bodies`. */
  readonly at: number;
  readonly length: number;
}

interface Part {
  readonly feed: Feed;
  readonly id: string;
  readonly spaces: Set<string>;
  /** By `space\nname`, then by advisory id and record id. */
  readonly advisories: Map<string, Map<string, Entry>>;
  /** By `feed\nvulnerability id`. */
  readonly contexts: Map<string, Entry>;
  readonly bodies: TextStore;
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

function addAdvisory(part: Part, modifiedAt: string, advisory: FeedAdvisory, entryKey: string): void {
  part.spaces.add(advisory.space);
  const key = rowKey(advisory.space, advisory.name);
  const entries = part.advisories.get(key) ?? new Map<string, Entry>();
  part.advisories.set(key, entries);
  put(part, entries, entryKey, modifiedAt, () => writeRow(advisory));
}

function addContext(part: Part, { id, context, ...record }: ContextRecord): void {
  const modifiedAt = record.modifiedAt ?? context.epss?.date ?? context.kev?.dateAdded ?? "";
  put(part, part.contexts, rowKey(part.feed.id, id), modifiedAt, () => writeContext(context));
}

/** Of two with one key the newer stays; of equal times the copy that was read later. */
function put(
  { bodies }: Part,
  entries: Map<string, Entry>,
  key: string,
  modifiedAt: string,
  write: () => string,
): void {
  const known = entries.get(key);
  if (known !== undefined && known.modifiedAt > modifiedAt) return;
  const at = bodies.add(write());
  entries.set(key, { modifiedAt, at, length: bodies.addedBytes() });
}

function noteWithdrawn(withdrawn: Map<string, string>, feed: Feed, record: AdvisoryRecord): void {
  const key = `${feed.id}\n${record.id}`;
  const modifiedAt = record.modifiedAt ?? "";
  if ((withdrawn.get(key) ?? "") <= modifiedAt) withdrawn.set(key, modifiedAt);
}

function finishPart(part: Part, withdrawn: ReadonlyMap<string, string>): CollectedPart {
  const { feed, id, advisories, contexts } = part;
  const records = new Set<string>();
  const isGone = (recordId: string, { modifiedAt }: Entry): boolean => {
    const withdrawnAt = withdrawn.get(`${feed.id}\n${recordId}`);
    return withdrawnAt !== undefined && withdrawnAt >= modifiedAt;
  };
  let advisoryCount = 0;
  for (const [key, entries] of advisories) {
    for (const [entryKey, entry] of entries) {
      const recordId = recordIdOf(entryKey);
      if (isGone(recordId, entry)) entries.delete(entryKey);
      else records.add(recordId);
    }
    if (entries.size === 0) advisories.delete(key);
    advisoryCount += entries.size;
  }
  for (const [key, entry] of contexts) {
    const recordId = key.slice(key.indexOf("\n") + 1);
    if (isGone(recordId, entry)) contexts.delete(key);
    else records.add(recordId);
  }
  let keys: readonly string[] | null = null;
  return {
    feed,
    part: id,
    spaces: [...part.spaces].sort(),
    recordCount: records.size,
    advisoryCount,
    rows: () => rowsOf(part, (keys ??= [...contexts.keys(), ...advisories.keys()].sort())),
  };
}

/** Scores are rows as they are; advisories of one space and name become one row: a JSON list. */
function* rowsOf({ advisories, contexts, bodies }: Part, keys: readonly string[]): Generator<Row> {
  const bodyOf = ({ at, length }: Entry): string => bodies.read(at, length);
  for (const key of keys) {
    const context = contexts.get(key);
    if (context !== undefined) yield { key, body: bodyOf(context) };
    const entries = advisories.get(key);
    if (entries === undefined) continue;
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    yield { key, body: `[${sorted.map(([, entry]) => bodyOf(entry)).join(",")}]` };
  }
}

/** With the record's id: two notices may speak of one CVE, the second because the first fix was not complete. */
function entryKeyOf(advisoryId: string, recordId: string): string {
  return `${advisoryId}\0${recordId}`;
}

function recordIdOf(entryKey: string): string {
  return entryKey.slice(entryKey.indexOf("\0") + 1);
}
