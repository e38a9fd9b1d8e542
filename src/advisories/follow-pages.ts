/**
 * Finds the content of a live part that begins with a page: a list of mirrors, the index of a repository, the first page of many, a
 * list of changes. Pages are small and fetched each time; what they say together is the fingerprint of the part.
 */
import { createHash } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { httpStatusError, publicUrl } from "../io/http-failure.ts";
import type { HttpClient } from "./download.ts";
import { feedDocument, type FeedDocument } from "./shared/document.ts";
import type { FeedChange, FeedPart } from "./types.ts";

/** Bytes of one page. Red Hat's list of changes has about 10 MB. */
const pageBytesMax = 64 * 1024 ** 2;

/** Bytes of all pages of a part; those that hold records wait in memory until they are read. */
const allPagesBytesMax = 512 * 1024 ** 2;

/** Pages, and documents and archives, of one part. */
const addressesMax = 2_000;

export interface PageOptions {
  readonly follow: NonNullable<FeedPart["follow"]>;
  /** Where the part begins. */
  readonly url: string;
  /** Public base address of the feed, and the one in use: the same, or a mirror's. */
  readonly publicBase: string;
  readonly base: string;
  readonly http: HttpClient;
  readonly signal: AbortSignal | null;
}

/** What pages lead to. */
export interface Trail {
  /** Changes when any page does. */
  readonly fingerprint: string;
  /** Pages that hold records themselves. */
  readonly documents: readonly FeedDocument[];
  /** Addresses of documents and archives. */
  readonly contents: readonly string[];
  /** With their addresses. */
  readonly changes: readonly (FeedChange & { readonly url: string })[];
  readonly sentBytes: number;
}

/** @throws PlimsollError HTTP_FAILED (also when the first page is not there), FEED_INVALID, LIMIT_EXCEEDED; the signal's reason */
export async function followPages(options: PageOptions): Promise<Trail> {
  const documents: FeedDocument[] = [];
  const contents = new Set<string>();
  const changes: (FeedChange & { readonly url: string })[] = [];
  const digest = createHash("sha256");
  let sentBytes = 0;
  const queue = new Map<string, { mayBeAbsent: boolean }>([[options.url, { mayBeAbsent: false }]]);
  // A map is walked in the order of its insertions, those made on the way included.
  for (const [url, { mayBeAbsent }] of queue) {
    const bytesMax = Math.min(pageBytesMax, allPagesBytesMax - sentBytes);
    const bytes = await fetchBytes({ ...options, url, bytesMax });
    digest.update(`${publicUrl(url)}\n`);
    if (bytes === null && mayBeAbsent) continue;
    if (bytes === null) throw httpStatusError(publicUrl(url), 404);
    sentBytes += bytes.length;
    digest.update(createHash("sha256").update(bytes).digest());
    const document = feedDocument(pathBelow(url, options.base), bytes);
    const followed = options.follow(document);
    if (followed.isContent === true) documents.push(document);
    const add = (address: string, isOptional: boolean): void => {
      const next = resolveAddress(address, url, options);
      if (!queue.has(next)) queue.set(next, { mayBeAbsent: isOptional });
    };
    for (const address of followed.pages ?? []) add(address, false);
    for (const address of followed.optionalPages ?? []) add(address, true);
    for (const address of followed.contents ?? []) contents.add(resolveAddress(address, url, options));
    for (const change of followed.changes ?? []) {
      changes.push({ ...change, url: resolveAddress(change.path, url, options) });
    }
    if (queue.size + contents.size > addressesMax) {
      throw new PlimsollError("LIMIT_EXCEEDED", `${publicUrl(options.url)} leads to too many addresses.`, {
        details: { url: publicUrl(options.url), limit: "addressesMax", max: addressesMax },
      });
    }
  }
  return {
    fingerprint: `pages:${digest.digest("hex")}`,
    documents,
    contents: [...contents],
    changes,
    sentBytes,
  };
}

/** The whole body; null: the source does not have it (404). @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED */
export async function fetchBytes({
  url,
  http,
  signal,
  bytesMax,
}: Pick<PageOptions, "url" | "http" | "signal"> & { readonly bytesMax: number }): Promise<Uint8Array | null> {
  const response = await http({ url, headers: {}, signal, limits: { bodyBytesMax: bytesMax } });
  if (response.status === 200) {
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    return Buffer.concat(pieces);
  }
  await response.discard();
  if (response.status === 404) return null;
  throw httpStatusError(publicUrl(url), response.status);
}

/** By its path below the base address, a page tells which of several it is. */
function pathBelow(url: string, base: string): string {
  return url.startsWith(base) ? url.slice(base.length) : (URL.parse(url)?.pathname ?? "");
}

/** Last part of the path: `updateinfo.xml.gz`. */
export function nameOf(url: string): string {
  return URL.parse(url)?.pathname.split("/").at(-1) ?? "";
}

/**
 * A page is content of a stranger: it may lead on below the same host, or to the feed's own public address, which a mirror stands
 * in for, and nowhere else.
 */
function resolveAddress(address: string, pageUrl: string, { base, publicBase }: PageOptions): string {
  const page = URL.parse(pageUrl);
  const found = URL.parse(address, pageUrl);
  if (found !== null && page !== null) {
    if (found.href.startsWith(publicBase)) return `${base}${found.href.slice(publicBase.length)}`;
    if (found.origin === page.origin) {
      found.username = page.username;
      found.password = page.password;
      return found.href;
    }
  }
  throw new PlimsollError("FEED_INVALID", `${publicUrl(pageUrl)} leads to another host.`, {
    details: { url: publicUrl(pageUrl), address: found === null ? null : publicUrl(found) },
  });
}
