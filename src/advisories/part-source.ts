/**
 * Content of a live part that its pages lead to: documents and archives, one after the other, and the changes of an archive since
 * it was made.
 */
import { PlimsollError } from "../domain/error.ts";
import { publicUrl } from "../io/http-failure.ts";
import { mapPool } from "../io/pool.ts";
import { readDocuments } from "./documents.ts";
import { download } from "./download.ts";
import { fetchBytes, followPages, nameOf, type PageOptions, type Trail } from "./follow-pages.ts";
import type { Validators } from "./manifest.ts";
import { documentBytesMax, feedDocument, type FeedDocument } from "./shared/document.ts";

export type PartSource =
  | {
      readonly kind: "changed";
      readonly validators: Validators;
      /** Reads all documents; bytes that were sent for them. */
      read(onDocument: (document: FeedDocument) => unknown): Promise<number>;
      /** Removes what was downloaded. */
      remove(): Promise<void>;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "absent" };

/** Documents that have changed since an archive was made; with more, the next archive is near. */
const changesMax = 20_000;

/** Small requests to one host. */
const CHANGES_AT_ONCE = 4;

export interface PagesOptions extends PageOptions {
  /** Folder for temporary files. */
  readonly dir: string;
  /** Of the snapshot at hand, or null. */
  readonly validators: Validators | null;
}

/** @throws PlimsollError as `followPages` */
export async function openPages(options: PagesOptions): Promise<PartSource> {
  const trail = await findTrail(options);
  if (trail === null) return { kind: "absent" };
  if (trail.fingerprint === options.validators?.etag) return { kind: "unchanged" };
  return {
    kind: "changed",
    validators: { etag: trail.fingerprint, lastModified: null },
    async read(onDocument) {
      let sentBytes = trail.sentBytes;
      for (const document of trail.documents) onDocument(document);
      for (const url of trail.contents) sentBytes += await readContent(url, trail, options, onDocument);
      return sentBytes;
    },
    // Each download is removed once it has been read.
    remove: () => Promise.resolve(),
  };
}

/** Null: the source does not have the part. */
async function findTrail(options: PagesOptions): Promise<Trail | null> {
  try {
    return await followPages(options);
  } catch (error) {
    const isAbsent =
      error instanceof PlimsollError &&
      error.details["status"] === 404 &&
      error.details["url"] === publicUrl(options.url);
    if (isAbsent) return null;
    throw error;
  }
}

async function readContent(
  url: string,
  { changes }: Trail,
  { dir, http, signal }: PagesOptions,
  onDocument: (document: FeedDocument) => unknown,
): Promise<number> {
  const answer = await download({ url, dir, validators: null, http, signal });
  if (answer.kind !== "changed") {
    throw new PlimsollError("HTTP_FAILED", `${publicUrl(url)} is not there, though a page leads to it.`, {
      details: { url: publicUrl(url), status: 404, reason: "status" },
    });
  }
  let { sentBytes } = answer;
  try {
    const newer = changesAfter(changes, answer.validators.lastModified, url);
    await mapPool(newer, CHANGES_AT_ONCE, async (change) => {
      if (change.isRemoved) return;
      const bytes = await fetchBytes({ url: change.url, http, signal, bytesMax: documentBytesMax });
      // Removed since the list was made.
      if (bytes === null) return;
      sentBytes += bytes.length;
      onDocument(feedDocument(change.path, bytes));
    });
    const replaced = new Set(newer.map(({ path }) => path));
    await readDocuments(answer.path, {
      name: nameOf(url),
      signal,
      onDocument: (document) => (isReplaced(document.name, replaced) ? null : onDocument(document)),
    });
  } finally {
    await answer.remove();
  }
  return sentBytes;
}

/** The latest change of each path after the archive was made. */
function changesAfter(changes: Trail["changes"], lastModified: string | null, url: string): Trail["changes"] {
  if (changes.length === 0) return [];
  const madeAt = Date.parse(lastModified ?? "");
  if (Number.isNaN(madeAt)) {
    throw new PlimsollError("FEED_INVALID", `${publicUrl(url)} does not say when it was made.`, {
      details: { url: publicUrl(url) },
    });
  }
  const latest = new Map<string, Trail["changes"][number]>();
  for (const change of changes) {
    if (Date.parse(change.at) <= madeAt) continue;
    const known = latest.get(change.path);
    if (known === undefined || Date.parse(known.at) <= Date.parse(change.at)) latest.set(change.path, change);
  }
  if (latest.size <= changesMax) return [...latest.values()];
  throw new PlimsollError(
    "LIMIT_EXCEEDED",
    `More than ${changesMax} documents have changed since ${publicUrl(url)}.`,
    {
      details: { url: publicUrl(url), limit: "changesMax", max: changesMax },
    },
  );
}

/** A member stands in its archive below any folder. */
function isReplaced(name: string, replaced: ReadonlySet<string>): boolean {
  for (let rest = name; ;) {
    if (replaced.has(rest)) return true;
    const slash = rest.indexOf("/");
    if (slash === -1) return false;
    rest = rest.slice(slash + 1);
  }
}
