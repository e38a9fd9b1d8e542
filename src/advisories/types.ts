/**
 * Contract of a feed: one source of advisories or of scores, and how its documents read.
 *
 * Fetching and parsing are apart. A plugin lists the addresses of its live parts as data and turns one document's bytes into
 * records as a pure function; files, archives, downloads and the database belong to the drivers (`build.ts`, `update.ts`).
 */
import type { Advisory, VulnerabilityContext } from "../domain/advisory.ts";
import type { FeedDocument } from "./shared/document.ts";

export interface Feed {
  /** Folder name and stored id: `osv`, `alpine`, `kev`, `epss`. */
  readonly id: string;
  /** For people: `Open Source Vulnerabilities`. */
  readonly title: string;
  /** Specifications of the format, and the page of the source. */
  readonly specs: readonly string[];
  /** Raised when the records made from the same bytes change. */
  readonly version: number;
  /** Base address of the live feed, with a final slash; a mirror replaces exactly this. */
  readonly baseUrl: string;
  /** Live parts it can download. */
  readonly parts: readonly FeedPart[];
  /** `contexts`: scores and flags of vulnerabilities, and rows of those records that have any. Absent: advisories. */
  readonly holds?: "contexts";
  /** Licence of the records of one part, as an SPDX id where there is one; the part need not be among `parts`. */
  licence(part: string): string;
  /** Whether a document looks like this feed's. Cheap: called for each file of an archive whose feed is not known. */
  recognises(document: FeedDocument): boolean;
  /**
   * Records of one document. What cannot be used is a `RejectedRecord`, never an exception.
   * @throws PlimsollError FEED_INVALID when the document as a whole cannot be used
   */
  read(document: FeedDocument): FeedReading;
  /**
   * The same piece by piece, for documents whose records are too many to be held at once; such a feed is recognised without parsing
   * the whole. What it throws may come after pieces that were good.
   */
  readPieces?(document: FeedDocument): Iterable<FeedReading>;
}

/** One download of a live feed. */
export interface FeedPart {
  /** `npm` of `osv`, `v3.22/main` of `alpine`, empty for a feed with one part. */
  readonly id: string;
  /** Below the base address, URL-encoded where needed: `npm/all.zip`. */
  readonly path: string;
  /** Fetched when the user names no parts. */
  readonly isDefault: boolean;
  /** The feed may not have it (a release not published yet, or retired): 404 is noted, not a failure. */
  readonly mayBeAbsent: boolean;
  /**
   * Spaces of packages for which a scan fetches it by itself: `npm`, `apk:alpine:3.18`, or with a colon at the end all that begin
   * so, `deb:debian:`. Absent: it is fetched only when named, or with the default parts.
   */
  readonly serves?: readonly string[];
  /**
   * What a page says that only leads to the content; its name is its path below the base address. Absent: the download is the
   * content.
   */
  readonly follow?: (page: FeedDocument) => FollowedPage;
}

/** Addresses are absolute or relative to the page's own, below the feed's base address or on the host of the page. */
export interface FollowedPage {
  /** Further pages to follow. */
  readonly pages?: readonly string[];
  /** The same, but the source may not have them. */
  readonly optionalPages?: readonly string[];
  /** Documents and archives with records. */
  readonly contents?: readonly string[];
  /** The page itself holds records. */
  readonly isContent?: boolean;
  /** What has changed since an archive among the contents was made; older changes are in it. */
  readonly changes?: readonly FeedChange[];
}

/** One document of an archive that has been replaced or removed. */
export interface FeedChange {
  /** Relative to the page, and the end of the member's path in the archive: `2024/cve-2024-1234.json`. */
  readonly path: string;
  /** RFC 3339. */
  readonly at: string;
  readonly isRemoved: boolean;
}

/** What one document holds. */
export interface FeedReading {
  readonly records: readonly FeedRecord[];
  readonly rejected: readonly RejectedRecord[];
  /** Spaces the document speaks for even when it lists nothing for them, with their part. */
  readonly spaces: readonly { readonly part: string; readonly space: string }[];
}

export type FeedRecord = AdvisoryRecord | ContextRecord;

/** One published record: what it says of each package, or why it says nothing. */
export interface AdvisoryRecord {
  readonly kind: "advisory";
  readonly id: string;
  /** RFC 3339 or null; of two records with one id the newer wins. */
  readonly modifiedAt: string | null;
  readonly withdrawn: boolean;
  /** Empty when withdrawn, not supported or without a package. */
  readonly advisories: readonly PartAdvisory[];
  /** Ecosystems named in it that have no place in the database yet, as written, one for each package. */
  readonly unsupported: readonly string[];
  /** Statements "never affected", which need no row because nothing matches. */
  readonly neverAffectedCount: number;
}

export interface PartAdvisory {
  /** Part of the feed whose snapshot holds it. */
  readonly part: string;
  readonly advisory: FeedAdvisory;
}

/** An advisory as a feed knows it; `feed` and `demonstration` are facts of the snapshot and joined by the reader. */
export type FeedAdvisory = Omit<Advisory, "feed" | "demonstration">;

/** Scores or flags of one vulnerability id: KEV, EPSS, or ratings and weaknesses. */
export interface ContextRecord {
  readonly kind: "context";
  readonly id: string;
  /** Part of the feed whose snapshot holds it; absent: the one of a feed with one part. */
  readonly part?: string;
  /** RFC 3339 or a date; of two records with one id the newer wins. Absent: by the dates of its scores. */
  readonly modifiedAt?: string;
  readonly context: VulnerabilityContext;
  /** Rows besides the scores: products by CPE. */
  readonly advisories?: readonly PartAdvisory[];
}

export interface RejectedRecord {
  /** Id as far as it is known, else the document's name. */
  readonly id: string;
  /** One sentence. */
  readonly reason: string;
}
