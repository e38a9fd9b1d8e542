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
import type { HttpClient } from "./download.ts";
import { fetchPart, type FetchOptions } from "./fetch-part.ts";
import { isExcluded, withoutExcluded } from "./excluded.ts";
import { holdBackWorse, type JudgeDatabase } from "./hold-back.ts";
import { withLock } from "./lock.ts";
import { isSkipped, skipUnreachable } from "./skip-unreachable.ts";
import { partKey, statusOf, type PartEntry } from "./manifest.ts";
import { makeNextManifest } from "./next-manifest.ts";
import type { OpenPart } from "./open-parts.ts";
import { publish } from "./publish.ts";
import type { Row } from "./segment-format.ts";
import { partLabel, selectParts, type SelectedPart } from "./select-parts.ts";
import { openUsable, type UsableDatabase } from "./usable-database.ts";

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
  /** Asked before the new database takes the place of the old one. Default: nobody is. */
  readonly judge?: JudgeDatabase;
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
  /** What changed in it, for the next delta. */
  readonly patches: readonly Row[];
  /** False: its host could not be reached before, so it was not asked again. */
  readonly wasAsked: boolean;
}

/**
 * @throws PlimsollError the first failure when nothing could be fetched and there is no older snapshot; DATABASE_LOCKED,
 * DATABASE_HELD_BACK, FEED_UNKNOWN, FEED_EXCLUDED; the signal's reason
 */
export async function updateDatabase(options: UpdateOptions): Promise<UpdateReport> {
  const exclude = options.exclude ?? [];
  const selected = withoutExcluded(selectParts(options.parts), exclude, options.parts.length > 0);
  const http = skipUnreachable(options.http ?? httpRequest);
  return withLock(options.dir, async () => {
    // Demonstration data has no place beside real feeds.
    const usable = await openUsable(
      options.dir,
      ({ feed, part, demonstration }) => !demonstration && !isExcluded(feed, part, exclude),
    );
    try {
      return await updateUsable({ ...options, http }, selected, usable);
    } finally {
      usable.opened.close();
    }
  });
}

async function updateUsable(
  options: UpdateOptions & { readonly http: HttpClient },
  selected: readonly SelectedPart[],
  { manifest: previous, opened }: UsableDatabase,
): Promise<UpdateReport> {
  const before = new Map(opened.parts.map((part) => [partLabel(part.entry.feed, part.entry.part), part]));
  const attempts: Attempt[] = [];
  for (const { feed, part } of selected) {
    options.signal?.throwIfAborted();
    const label = partLabel(feed.id, part.id);
    const known = before.get(label) ?? null;
    const request = { ...options, feed, part, previous: known?.entry ?? null, opened: known };
    const attempt = await attemptPart({ ...request, number: previous.number + 1 });
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
  const manifest = await makeNextManifest({
    dir: options.dir,
    previous,
    opened: opened.parts,
    parts: merge(before, settled),
    patches: new Map(
      settled.flatMap(({ entry, patches }) => (entry === null ? [] : [[partKey(entry), patches]])),
    ),
  });
  options.signal?.throwIfAborted();
  if (options.judge !== undefined) holdBackWorse(options.dir, manifest, previous, options.judge);
  await publish(options.dir, manifest);
  const status = statusOf(manifest);
  const isChanged = status.digest !== statusOf(previous).digest;
  return { parts: settled.map(({ report }) => report), status, isChanged };
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
      return { report: { ...base, outcome: fetched.outcome }, entry, patches: [], wasAsked: true };
    }
    const { entry, patches, downloadBytes, counts } = fetched;
    // Some servers send no validators; the same content is no change all the same.
    const outcome = previous !== null && contentOf(entry) === contentOf(previous) ? "unchanged" : "updated";
    return {
      report: { ...base, outcome, recordCount: entry.recordCount, downloadBytes, counts },
      entry,
      patches,
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
      patches: [],
      wasAsked: !isSkipped(error),
    };
  }
}

function contentOf({ contentDigest, spaces }: PartEntry): string {
  return [...spaces, contentDigest].join(" ");
}

/** When a source has none of the parts asked of a feed, it is not there at all: a wrong mirror must not look like good news. */
function settleAbsent(
  attempts: readonly Attempt[],
  before: ReadonlyMap<string, OpenPart>,
  now: Date,
): Attempt[] {
  return attempts.map((attempt): Attempt => {
    const { feed, part } = attempt.selected;
    const siblings = attempts.filter(({ selected }) => selected.feed === feed);
    if (attempt.report.outcome !== "absent") return attempt;
    if (siblings.some(({ report }) => report.outcome !== "absent")) return attempt;
    const reason = `The source of the feed ${feed.id} has no ${part.path} (status 404).`;
    const previous = before.get(partLabel(feed.id, part.id))?.entry;
    return {
      ...attempt,
      report: { ...attempt.report, outcome: "failed", error: { code: "HTTP_FAILED", reason } },
      entry: previous === undefined ? null : { ...previous, failure: { reason, at: now.toISOString() } },
    };
  });
}

function merge(before: ReadonlyMap<string, OpenPart>, attempts: readonly Attempt[]): readonly PartEntry[] {
  const parts = new Map([...before].map(([label, { entry }]) => [label, entry]));
  for (const { entry } of attempts) if (entry !== null) parts.set(partLabel(entry.feed, entry.part), entry);
  return [...parts.values()];
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
