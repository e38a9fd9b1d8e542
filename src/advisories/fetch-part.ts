/**
 * One part of a live feed: asked for, read, compared with the snapshot at hand, and written as segments.
 */
import { PlimsollError } from "../domain/error.ts";
import { httpStatusError, publicUrl } from "../io/http-failure.ts";
import { createCollector, newCounts, type Collector, type RecordCounts } from "./collect.ts";
import type { CollectedPart } from "./collected-part.ts";
import { readDocuments } from "./documents.ts";
import { download, type HttpClient } from "./download.ts";
import type { PartEntry, Validators } from "./manifest.ts";
import { removeOldPartials } from "./partial-download.ts";
import { openPages, type PartSource } from "./part-source.ts";
import type { OpenPart } from "./open-parts.ts";
import type { Row } from "./segment-format.ts";
import { partLabel } from "./select-parts.ts";
import { storePart } from "./store-part.ts";
import { takeDocument } from "./take-document.ts";
import type { Feed, FeedPart } from "./types.ts";

export interface FetchOptions {
  readonly dir: string;
  readonly feed: Feed;
  readonly part: FeedPart;
  /** The whole snapshot at hand, or null. */
  readonly previous: PartEntry | null;
  /** The same, opened. */
  readonly opened: OpenPart | null;
  /** Number of the manifest that is to come. */
  readonly number: number;
  readonly mirrors: Readonly<Record<string, string>>;
  readonly acceptShrunk: readonly string[];
  readonly http: HttpClient;
  readonly now: Date;
  readonly signal: AbortSignal | null;
}

export type FetchedPart =
  | {
      readonly outcome: "updated";
      readonly entry: PartEntry;
      /** What changed in it, for the next delta. */
      readonly patches: readonly Row[];
      readonly downloadBytes: number;
      readonly counts: RecordCounts;
    }
  | { readonly outcome: "unchanged" | "absent" };

/** A part that loses more than this share of its records is more likely broken than right. */
const shrinkShareMax = 0.2;

/**
 * @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED, FEED_INVALID when the content is not this part of this feed, FEED_SHRUNK;
 * the signal's reason
 */
export async function fetchPart(options: FetchOptions): Promise<FetchedPart> {
  const { dir, feed, part, previous } = options;
  const url = addressOf(options);
  const validators = canBeKept(options, url) ? (previous?.validators ?? null) : null;
  await removeOldPartials(dir, options.now);
  const source = await openSource(options, url, validators);
  if (source.kind === "unchanged") return { outcome: "unchanged" };
  if (source.kind === "absent") {
    if (part.mayBeAbsent) return { outcome: "absent" };
    throw httpStatusError(publicUrl(url), 404);
  }
  try {
    const collector = createCollector({ onlyPart: part.id });
    const counts = newCounts();
    const downloadBytes = await source.read((document) => takeDocument(document, feed, collector, counts));
    const collected = pickPart(options, collector);
    checkSize(options, collected);
    const { opened, number } = options;
    const isScores = feed.id === "epss";
    const stored = await storePart({ dir, rows: collected.rows, previous: opened, number, isScores });
    const entry: PartEntry = {
      feed: feed.id,
      part: part.id,
      feedVersion: feed.version,
      ...(feed.holds !== undefined && { holds: feed.holds }),
      licence: feed.licence(part.id),
      origin: publicUrl(url),
      fetchedAt: options.now.toISOString(),
      recordCount: collected.recordCount,
      advisoryCount: collected.advisoryCount,
      spaces: collected.spaces,
      demonstration: false,
      failure: null,
      validators: source.validators,
      ...stored.rows,
    };
    return { outcome: "updated", entry, patches: stored.patches, downloadBytes, counts };
  } finally {
    await source.remove();
  }
}

/** What a part is read from: one download, or what its pages lead to. */
async function openSource(
  { dir, feed, part, mirrors, http, signal }: FetchOptions,
  url: string,
  validators: Validators | null,
): Promise<PartSource> {
  const { follow } = part;
  if (follow !== undefined) {
    const base = baseOf(feed, mirrors);
    return openPages({ follow, url, publicBase: feed.baseUrl, base, http, signal, dir, validators });
  }
  const answer = await download({ url, dir, validators, http, signal });
  if (answer.kind !== "changed") return answer;
  const name = part.path.split("/").at(-1) ?? part.path;
  return {
    kind: "changed",
    validators: answer.validators,
    async read(onDocument) {
      await readDocuments(answer.path, { name, signal, onDocument });
      return answer.sentBytes;
    },
    remove: () => answer.remove(),
  };
}

function baseOf(feed: Feed, mirrors: FetchOptions["mirrors"]): string {
  const base = mirrors[feed.id] ?? feed.baseUrl;
  return base.endsWith("/") ? base : `${base}/`;
}

function addressOf({ feed, part, mirrors }: FetchOptions): string {
  return `${baseOf(feed, mirrors)}${part.path}`;
}

/** Only a snapshot made from the same address by the same reader can be confirmed by "not modified". */
function canBeKept({ feed, previous }: FetchOptions, url: string): boolean {
  return previous !== null && previous.origin === publicUrl(url) && previous.feedVersion === feed.version;
}

function pickPart({ feed, part }: FetchOptions, collector: Collector): CollectedPart {
  const collected = collector.finish().find((each) => each.part === part.id);
  if (collected !== undefined) return collected;
  const message = `The download of ${partLabel(feed.id, part.id)} holds nothing of it.`;
  throw new PlimsollError("FEED_INVALID", message, { details: { feed: feed.id, part: part.id } });
}

function checkSize({ feed, part, previous, acceptShrunk }: FetchOptions, collected: CollectedPart): void {
  if (previous === null) return;
  const label = partLabel(feed.id, part.id);
  if (acceptShrunk.includes(feed.id) || acceptShrunk.includes(label)) return;
  if (collected.recordCount >= previous.recordCount * (1 - shrinkShareMax)) return;
  throw new PlimsollError(
    "FEED_SHRUNK",
    `${label} has ${collected.recordCount} records after ${previous.recordCount}; it was held back.`,
    { details: { feed: feed.id, part: part.id, now: collected.recordCount, before: previous.recordCount } },
  );
}
