/**
 * Gathers records into the parts of the database: one row for each record, space and name; of two records with one id the
 * newer wins; a withdrawn record takes older copies of itself away.
 */
import { printable } from "../domain/problem.ts";
import { rowKey, writeContext, writeRow } from "./row.ts";
import type { Row } from "./segment-format.ts";
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
    const part = parts.get(key) ?? { feed, id, spaces: new Set(), entries: new Map() };
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
        for (const { part, advisory } of record.advisories ?? []) {
          if (onlyPart === null || part === onlyPart) {
            addAdvisory(partOf(feed, part), record, advisory.space, advisory.name, advisory.id, () =>
              writeRow(advisory),
            );
          }
        }
      }
      for (const { id, reason } of reading.rejected) addInvalid(counts, id, reason);
    },
    finish: () =>
      [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => finishPart(part, withdrawn)),
  };
}

interface Entry {
  /** Id of the record it came from. */
  readonly recordId: string;
  readonly modifiedAt: string;
  readonly body: string;
}

interface Part {
  readonly feed: Feed;
  readonly id: string;
  readonly spaces: Set<string>;
  /** By `space \n name \0 advisory id \0 record id`; scores by `feed \n vulnerability id`. */
  readonly entries: Map<string, Entry>;
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

function addAdvisory(
  part: Part,
  { id, modifiedAt = null }: Pick<AdvisoryRecord | ContextRecord, "id" | "modifiedAt">,
  space: string,
  name: string,
  advisoryId: string,
  write: () => string,
): void {
  part.spaces.add(space);
  // With the record's id: two notices may speak of one CVE, the second because the first fix was not complete.
  const key = `${rowKey(space, name)}\0${advisoryId}\0${id}`;
  const known = part.entries.get(key);
  // Equal times: the copy that was read later.
  if (known !== undefined && known.modifiedAt > (modifiedAt ?? "")) return;
  part.entries.set(key, { recordId: id, modifiedAt: modifiedAt ?? "", body: write() });
}

function addContext(part: Part, { id, context, ...record }: ContextRecord): void {
  const key = rowKey(part.feed.id, id);
  const modifiedAt = record.modifiedAt ?? context.epss?.date ?? context.kev?.dateAdded ?? "";
  const known = part.entries.get(key);
  if (known !== undefined && known.modifiedAt > modifiedAt) return;
  part.entries.set(key, { recordId: id, modifiedAt, body: writeContext(context) });
}

function noteWithdrawn(withdrawn: Map<string, string>, feed: Feed, record: AdvisoryRecord): void {
  const key = `${feed.id}\n${record.id}`;
  const modifiedAt = record.modifiedAt ?? "";
  if ((withdrawn.get(key) ?? "") <= modifiedAt) withdrawn.set(key, modifiedAt);
}

function finishPart(part: Part, withdrawn: ReadonlyMap<string, string>): CollectedPart {
  const { feed, id, entries } = part;
  const records = new Set<string>();
  const keys: string[] = [];
  for (const [key, { recordId, modifiedAt }] of entries) {
    const withdrawnAt = withdrawn.get(`${feed.id}\n${recordId}`);
    if (withdrawnAt !== undefined && withdrawnAt >= modifiedAt) continue;
    records.add(recordId);
    keys.push(key);
  }
  keys.sort();
  return {
    feed,
    part: id,
    spaces: [...part.spaces].sort(),
    recordCount: records.size,
    advisoryCount: keys.filter(isAdvisory).length,
    rows: () => rowsOf(keys, entries),
  };
}

/** Scores are rows as they are; advisories of one space and name, which stand side by side, become one row: a JSON list. */
function* rowsOf(keys: readonly string[], entries: ReadonlyMap<string, Entry>): Generator<Row> {
  for (let at = 0; at < keys.length;) {
    const entryKey = keys[at] ?? "";
    if (!isAdvisory(entryKey)) {
      yield { key: entryKey, body: entries.get(entryKey)?.body ?? "" };
      at += 1;
      continue;
    }
    const key = keyOf(entryKey);
    const bodies: string[] = [];
    for (; at < keys.length && keyOf(keys[at]) === key; at += 1)
      bodies.push(entries.get(keys[at] ?? "")?.body ?? "");
    yield { key, body: `[${bodies.join(",")}]` };
  }
}

/** Only keys of advisories name the advisory behind a zero. */
function isAdvisory(entryKey: string): boolean {
  return entryKey.includes("\0");
}

function keyOf(entryKey = ""): string {
  return entryKey.slice(0, entryKey.indexOf("\0"));
}
