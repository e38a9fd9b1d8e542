/**
 * Brings the vulnerability database up to date from the live feeds (`plimsoll db update`).
 *
 * Each part of a feed is a snapshot of its own. One that fails, has shrunk too much or has not changed keeps the snapshot at
 * hand; its failure and age stand in the manifest. The new manifest is published once, at the end, so an update that is
 * interrupted leaves the old database as it was.
 */
import type { DatabaseStatus } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import type { ErrorCode } from "../domain/error-codes.ts";
import { httpRequest } from "../io/http.ts";
import type { RecordCounts } from "./collect.ts";
import { readCurrentManifest } from "./database.ts";
import type { HttpClient } from "./download.ts";
import { fetchPart, type FetchOptions } from "./fetch-part.ts";
import { isExcluded, withoutExcluded } from "./excluded.ts";
import { withLock } from "./lock.ts";
import { isSkipped, skipUnreachable } from "./skip-unreachable.ts";
import { statusOf, type Manifest, type PartEntry } from "./manifest.ts";
import { isWhole, publish } from "./publish.ts";
import { partLabel, selectParts, type SelectedPart } from "./select-parts.ts";

export interface UpdateOptions {
  /** Folder of the database; made when missing. */
  readonly dir: string;
  /** See `selectParts`; empty: the default parts. Parts that are not selected stay as they are. */
  readonly parts: readonly string[];
  /** Base address by feed id, with or without a final slash, in place of the public one. May hold credentials. */
  readonly mirrors: Readonly<Record<string, string>>;
  /** Feeds (`osv`), or parts (`osv/npm`), that may be far smaller than before. */
  readonly acceptShrunk: readonly string[];
  /** Feeds or parts that are not fetched, and whose snapshots go; see `isExcluded`. Default: none. */
  readonly exclude?: readonly string[];
  readonly now: Date;
  readonly signal: AbortSignal | null;
  readonly onProgress?: (line: string) => void;
  /** Default: `httpRequest`. */
  readonly http?: HttpClient;
}

export interface UpdateReport {
  readonly parts: readonly UpdatedPart[];
  readonly status: DatabaseStatus;
  /** False: every look-up answers as before. */
  readonly isChanged: boolean;
}

export interface UpdatedPart {
  readonly feed: string;
  readonly part: string;
  /**
   * `absent`: the source does not have it, which is no fault for this part (a release to come, or a retired one whose list is
   * final). `held_back`: it shrank too much. After `failed` and `held_back` the last good snapshot, if any, stays in use.
   */
  readonly outcome: "updated" | "unchanged" | "absent" | "failed" | "held_back";
  readonly error: { readonly code: ErrorCode; readonly reason: string } | null;
  readonly recordCount: number;
  readonly previousRecordCount: number | null;
  /** Bytes of the download; 0 when nothing was sent. */
  readonly downloadBytes: number;
  /** Null unless a document was read. */
  readonly counts: Readonly<RecordCounts> | null;
}

/** One part after the attempt; `entry` null: there is no snapshot. */
interface Attempt {
  readonly selected: SelectedPart;
  readonly report: UpdatedPart;
  readonly entry: PartEntry | null;
  /** False: its host could not be reached before, so it was not asked again. */
  readonly wasAsked: boolean;
}

/**
 * @throws PlimsollError the first failure when nothing could be fetched and there is no older snapshot; DATABASE_LOCKED,
 * FEED_UNKNOWN, FEED_EXCLUDED; the signal's reason
 */
export async function updateDatabase(options: UpdateOptions): Promise<UpdateReport> {
  const exclude = options.exclude ?? [];
  const selected = withoutExcluded(selectParts(options.parts), exclude, options.parts.length > 0);
  const http = skipUnreachable(options.http ?? httpRequest);
  return withLock(options.dir, async () => {
    const before = await usableParts(options.dir, exclude);
    const attempts: Attempt[] = [];
    for (const { feed, part } of selected) {
      options.signal?.throwIfAborted();
      const label = partLabel(feed.id, part.id);
      const previous = before.get(label) ?? null;
      const attempt = await attemptPart({ ...options, http, feed, part, previous });
      attempts.push({ selected: { feed, part }, ...attempt });
      if (attempt.wasAsked) options.onProgress?.(progressLine(label, attempt.report));
    }
    const skippedCount = attempts.filter(({ wasAsked }) => !wasAsked).length;
    if (skippedCount > 0)
      options.onProgress?.(`${skippedCount} more parts: failed (their hosts cannot be reached)`);
    const settled = settleAbsent(attempts, before, options.now);
    const isUseful = settled.some(
      ({ report }) => report.outcome === "updated" || report.outcome === "unchanged",
    );
    if (!isUseful && before.size === 0) throw nothingFetched(settled);
    const manifest = merge(before, settled);
    options.signal?.throwIfAborted();
    await publish(options.dir, manifest);
    const status = statusOf(manifest);
    const old = statusOf({ format: 1, parts: [...before.values()] });
    return { parts: settled.map(({ report }) => report), status, isChanged: status.digest !== old.digest };
  });
}

/**
 * Snapshots at hand by label. Damaged ones are left out, so that they are fetched again; demonstration data too, because it
 * has no place beside real feeds.
 */
async function usableParts(dir: string, exclude: readonly string[]): Promise<ReadonlyMap<string, PartEntry>> {
  const usable = new Map<string, PartEntry>();
  for (const entry of readParts(dir)) {
    if (isExcluded(entry.feed, entry.part, exclude)) continue;
    const checks = await Promise.all(entry.segments.map((segment) => isWhole(dir, segment)));
    if (!entry.demonstration && checks.every(Boolean)) usable.set(partLabel(entry.feed, entry.part), entry);
  }
  return usable;
}

function readParts(dir: string): readonly PartEntry[] {
  try {
    return readCurrentManifest(dir).parts;
  } catch (error) {
    // No database yet, or a damaged one: an update is how it is made whole.
    if (error instanceof PlimsollError) return [];
    throw error;
  }
}

async function attemptPart(options: FetchOptions): Promise<Omit<Attempt, "selected">> {
  const { feed, part, previous, now, signal } = options;
  const base = {
    feed: feed.id,
    part: part.id,
    recordCount: previous?.recordCount ?? 0,
    previousRecordCount: previous?.recordCount ?? null,
    downloadBytes: 0,
    counts: null,
    error: null,
  };
  try {
    const fetched = await fetchPart(options);
    if (fetched.outcome !== "updated") {
      const entry = previous === null ? null : { ...previous, fetchedAt: now.toISOString(), failure: null };
      return { report: { ...base, outcome: fetched.outcome }, entry, wasAsked: true };
    }
    const { entry, downloadBytes, counts } = fetched;
    // Some servers send no validators; the same content is no change all the same.
    const outcome = previous !== null && segmentsOf(entry) === segmentsOf(previous) ? "unchanged" : "updated";
    return {
      report: { ...base, outcome, recordCount: entry.recordCount, downloadBytes, counts },
      entry,
      wasAsked: true,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof PlimsollError)) throw error;
    const failure = { reason: error.message, at: now.toISOString() };
    const outcome = error.code === "FEED_SHRUNK" ? "held_back" : "failed";
    return {
      report: { ...base, outcome, error: { code: error.code, reason: error.message } },
      entry: previous === null ? null : { ...previous, failure },
      wasAsked: !isSkipped(error),
    };
  }
}

function segmentsOf({ segments, spaces }: PartEntry): string {
  return [...spaces, ...segments.map((segment) => segment.digest)].join(" ");
}

/** When a source has none of the parts asked of a feed, it is not there at all: a wrong mirror must not look like good news. */
function settleAbsent(
  attempts: readonly Attempt[],
  before: ReadonlyMap<string, PartEntry>,
  now: Date,
): Attempt[] {
  return attempts.map((attempt): Attempt => {
    const { feed, part } = attempt.selected;
    const siblings = attempts.filter(({ selected }) => selected.feed === feed);
    if (attempt.report.outcome !== "absent") return attempt;
    if (siblings.some(({ report }) => report.outcome !== "absent")) return attempt;
    const reason = `The source of the feed ${feed.id} has no ${part.path} (status 404).`;
    const previous = before.get(partLabel(feed.id, part.id));
    return {
      ...attempt,
      report: { ...attempt.report, outcome: "failed", error: { code: "HTTP_FAILED", reason } },
      entry: previous === undefined ? null : { ...previous, failure: { reason, at: now.toISOString() } },
    };
  });
}

function merge(before: ReadonlyMap<string, PartEntry>, attempts: readonly Attempt[]): Manifest {
  const parts = new Map(before);
  for (const { entry } of attempts) if (entry !== null) parts.set(partLabel(entry.feed, entry.part), entry);
  return { format: 1, parts: [...parts.values()] };
}

function nothingFetched(attempts: readonly Attempt[]): PlimsollError {
  const first = attempts.find(({ report }) => report.error !== null)?.report.error;
  const reason = first?.reason ?? "No feed had anything.";
  return new PlimsollError(first?.code ?? "HTTP_FAILED", `No feed could be fetched. ${reason}`, {
    details: { failedCount: attempts.length },
  });
}

function progressLine(label: string, { outcome, recordCount, error }: UpdatedPart): string {
  const detail = error === null ? `${recordCount} records` : error.reason;
  return `${label}: ${outcome.replace("_", " ")} (${detail})`;
}
