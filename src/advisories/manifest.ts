/**
 * The manifest: which segments make up the database, what each part of each feed is, and when it was read. Each part has base
 * segments; delta segments hold what changed in all parts since, so that an update is as small as what changed.
 * Stored as `{ "digest": "sha256:…", "content": { … } }`; the digest covers the content's text, so a damaged manifest is
 * an error. Replacing this one file is what makes a new database current.
 */
import { createHash } from "node:crypto";
import type { DatabaseStatus } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";

export interface SegmentEntry {
  /** Hex sha256 of the file, and its name below `segments/`. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Hex sha256 of the rows, however they are compressed: who has the rows can make the segment. */
  readonly contentDigest: string;
  readonly firstKey: string;
  readonly lastKey: string;
  readonly keyCount: number;
}

/** What a server said of a download, to ask next time whether it has changed. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** The last good snapshot of one part of a feed. */
export interface PartEntry {
  readonly feed: string;
  readonly part: string;
  /** Version of the feed plugin that made it. */
  readonly feedVersion: number;
  readonly licence: string;
  /** Address or path, without credentials. */
  readonly origin: string;
  /** RFC 3339: when its content was last known to be current. */
  readonly fetchedAt: string;
  /** Distinct records that gave at least one row. */
  readonly recordCount: number;
  /** Rows: one for each record, space and name; 0 for feeds of scores. */
  readonly advisoryCount: number;
  /** Sorted. */
  readonly spaces: readonly string[];
  readonly demonstration: boolean;
  /** Scores and flags of vulnerabilities, not advisories. Absent: by the feed, `kev` and `epss`. */
  readonly holds?: "contexts";
  /** Why the newest attempt failed and when, or null. */
  readonly failure: { readonly reason: string; readonly at: string } | null;
  readonly validators: Validators | null;
  /** Hex sha256 of all rows as they are now, deltas applied: the same digest gives the same answers. */
  readonly contentDigest: string;
  /** Deltas up to this number are in the base already. */
  readonly since: number;
  /** Base, sorted by key. */
  readonly segments: readonly SegmentEntry[];
  /** Scores as columns, in place of rows. */
  readonly column: SegmentEntry | null;
}

/** What one update changed. Keys are `feed/part \n key of the row`, bodies are patches (`row-patch.ts`). */
export interface DeltaEntry {
  /** Number of the manifest that brought it. */
  readonly number: number;
  /** `feed/part` of each part that it changes. Sorted. */
  readonly parts: readonly string[];
  readonly segments: readonly SegmentEntry[];
}

/** Where a database came from that was published elsewhere. */
export interface Publication {
  /** Registry and repository, or path of a bundle. */
  readonly origin: string;
  /** The signed manifest as it was published (`envelope.ts`). */
  readonly envelope: string;
  /** Which trusted key signed it; null: nobody, or no key to check it by was set. */
  readonly keyId: string | null;
}

export interface Manifest {
  /** Layout of manifest, segments and rows. */
  readonly format: 3;
  /** One more with every change. */
  readonly number: number;
  /** Sorted by feed, then part. */
  readonly parts: readonly PartEntry[];
  /** By number. A newer one wins over an older one and over the base. */
  readonly deltas: readonly DeltaEntry[];
  /** Older deltas, in bases by now, that are kept for those who come with an older database. By number. */
  readonly folded: readonly DeltaEntry[];
  /** Null: made here. */
  readonly publication: Publication | null;
}

export const emptyManifest: Manifest = Object.freeze({
  format: 3,
  number: 0,
  parts: [],
  deltas: [],
  folded: [],
  publication: null,
});

/** How deltas name a part: `osv/npm`, `kev/`. */
export function partKey({ feed, part }: Pick<PartEntry, "feed" | "part">): string {
  return `${feed}/${part}`;
}

/** Every file that look-ups need. */
export function segmentsOf({ parts, deltas }: Pick<Manifest, "parts" | "deltas">): SegmentEntry[] {
  const bases = parts.flatMap(({ segments, column }) => (column === null ? segments : [...segments, column]));
  return [...bases, ...deltas.flatMap(({ segments }) => segments)];
}

/** The manifest's text, with its parts in order and a final newline. */
export function writeManifest(manifest: Manifest): string {
  const { format, number, parts, deltas, folded, publication } = manifest;
  const content = { format, number, parts: sorted(parts), deltas, folded, publication };
  return `${JSON.stringify({ digest: sha256(JSON.stringify(content)), content }, null, 1)}\n`;
}

/** @throws PlimsollError DATABASE_INVALID */
export function readManifest(text: string, path: string): Manifest {
  let reason = "it is no JSON";
  try {
    const outer = JSON.parse(text) as { digest?: unknown; content?: { format?: unknown } } | null;
    reason = "its digest does not fit its content";
    // The digest proves that these are bytes that `writeManifest` wrote, so the format number tells the shape.
    if (outer?.content !== undefined && sha256(JSON.stringify(outer.content)) === outer.digest) {
      if (outer.content.format === 3) return outer.content as Manifest;
      reason = "it is of another version of the program";
    }
  } catch {
    // `reason` says how far it came.
  }
  throw new PlimsollError(
    "DATABASE_INVALID",
    `The manifest of the vulnerability database is broken: ${reason}.`,
    {
      details: { path, reason },
    },
  );
}

/** What the database says of itself. `digest` covers content, not dates: the same digest gives the same answers. */
export function statusOf(manifest: Manifest): DatabaseStatus {
  const parts = sorted(manifest.parts);
  const answers = parts.map(({ feed, part, demonstration, spaces, contentDigest }) => [
    feed,
    part,
    demonstration,
    spaces,
    contentDigest,
  ]);
  return {
    updatedAt: parts.map((part) => part.fetchedAt).sort()[0] ?? "1970-01-01T00:00:00.000Z",
    digest: sha256(JSON.stringify(answers)),
    advisoryCount: parts.reduce((sum, part) => sum + part.advisoryCount, 0),
    demonstration: parts.some((part) => part.demonstration),
    spaces: [...new Set(parts.flatMap((part) => part.spaces))].sort(),
    feeds: parts.map(({ feed, part, recordCount, fetchedAt, origin, licence, failure }) => ({
      feed,
      part,
      recordCount,
      fetchedAt,
      origin,
      licence,
      failure: failure?.reason ?? null,
    })),
    hasKev: parts.some((part) => part.feed === "kev"),
    hasEpss: parts.some((part) => part.feed === "epss"),
  };
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function sorted(parts: readonly PartEntry[]): PartEntry[] {
  return [...parts].sort((a, b) => order(a.feed, b.feed) || order(a.part, b.part));
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
