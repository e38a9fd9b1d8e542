/**
 * One document on its way from an input to the collector.
 */
import { addInvalid, type Collector, type RecordCounts } from "./collect.ts";
import { detectFeed, isOf } from "./feeds.ts";
import type { FeedDocument } from "./shared/document.ts";
import type { Feed } from "./types.ts";

/**
 * Adds the document's records and returns its feed. Null: it belongs to no feed (or not to `feed`, when that is given); a JSON
 * or YAML file that cannot be parsed is counted as a fault, because a record may be lost with it.
 */
export function takeDocument(
  document: FeedDocument,
  feed: Feed | null,
  collector: Collector,
  counts: RecordCounts,
): Feed | null {
  const found = feed === null ? detectFeed(document) : isOf(feed, document) ? feed : null;
  if (found !== null) {
    const documents = counts.documents + 1;
    for (const reading of found.readPieces?.(document) ?? [found.read(document)]) {
      collector.add(found, reading, counts);
    }
    counts.documents = documents;
    return found;
  }
  const isStructured = /\.(?:json|ya?ml)(?:\.gz)?$/i.test(document.name);
  if (isStructured && document.value() === undefined) {
    addInvalid(counts, document.name, "the document is neither JSON nor YAML");
  }
  return null;
}
