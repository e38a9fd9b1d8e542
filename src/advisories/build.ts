/**
 * Builds a vulnerability database from files (`plimsoll db build`): the new one replaces whatever was there, as a whole.
 */
import { rmSync, statSync } from "node:fs";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { mapPool } from "../io/pool.ts";
import { createBuildCrew, threadsFor } from "./build-crew.ts";
import { newCounts, type RecordCounts } from "./collect.ts";
import type { CollectedPart } from "./collected-part.ts";
import type { BuildCrew, InputTally } from "./crew-types.ts";
import { readDocuments } from "./documents.ts";
import { getFeed } from "./feeds.ts";
import { makeEntriesFolder } from "./layout.ts";
import { withLock } from "./lock.ts";
import { partKey, segmentsOf, statusOf, writeManifest, type Manifest, type PartEntry } from "./manifest.ts";
import { makeNextManifest } from "./next-manifest.ts";
import { publish } from "./publish.ts";
import type { FeedDocument } from "./shared/document.ts";
import { storePart, type PartRows } from "./store-part.ts";
import type { Feed } from "./types.ts";
import { openUsable, type UsableDatabase } from "./usable-database.ts";

export interface BuildOptions {
  /** Files, archives and folders. `feed` null: told by what each document looks like. */
  readonly inputs: readonly { readonly path: string; readonly feed: string | null }[];
  /** Folder of the database; made when missing. */
  readonly dir: string;
  readonly now: Date;
  /** The project's own demonstration data: every output that rests on it says so. */
  readonly demonstration: boolean;
  /** Threads beside this one; default: by the size of the inputs and the machine. The database is the same. */
  readonly threads?: number;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal | null;
}

export interface BuildReport {
  readonly inputs: readonly InputReport[];
  readonly parts: readonly PartReport[];
  readonly advisoryCount: number;
  /** Sorted. */
  readonly spaces: readonly string[];
  readonly sizeBytes: number;
  /** Of the new database; see `DatabaseStatus.digest`. */
  readonly digest: string;
}

/** Numbers of one input. `files` counts every file that was looked at, understood or not. */
export interface InputReport extends Readonly<RecordCounts> {
  readonly path: string;
  readonly files: number;
  /** Ids of the feeds whose documents it held. */
  readonly feeds: readonly string[];
}

export interface PartReport {
  readonly feed: string;
  readonly part: string;
  readonly recordCount: number;
  readonly advisoryCount: number;
  readonly spaces: readonly string[];
  readonly licence: string;
  /** Of its base, without deltas. */
  readonly sizeBytes: number;
}

/**
 * @throws PlimsollError FEED_INVALID for an input in which nothing is understood, FEED_UNKNOWN, FILE_NOT_FOUND,
 * DATABASE_LOCKED, LIMIT_EXCEEDED. Whatever is thrown, the database that was there stays as it was.
 */
export async function buildDatabase(options: BuildOptions): Promise<BuildReport> {
  const signal = options.signal ?? null;
  return withLock(options.dir, async () => {
    const folder = makeEntriesFolder(options.dir);
    const crew = createBuildCrew(folder, options.threads ?? threadsFor(sizeOfInputs(options.inputs)));
    try {
      const inputs = await readInputs(options, crew);
      const usable = await openUsable(options.dir, () => true);
      const collected = await crew.finish();
      const manifest = await writeParts(collected, { inputs, usable, crew, options }).finally(
        usable.opened.close,
      );
      signal?.throwIfAborted();
      await publish(options.dir, manifest);
      return reportOf(inputs, manifest);
    } finally {
      await crew.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Reports of inputs as they are done; the next one is begun meanwhile. */
async function readInputs(options: BuildOptions, crew: BuildCrew): Promise<readonly InputReport[]> {
  const reports: InputReport[] = [];
  for (const input of options.inputs) {
    const report = await readInput(input, crew, options.signal ?? null);
    options.onProgress?.(
      `${printable(input.path)}: ${report.records} records, ${report.stored} stored (${report.feeds.join(", ")})`,
    );
    reports.push(report);
  }
  return reports;
}

async function readInput(
  { path, feed }: BuildOptions["inputs"][number],
  crew: BuildCrew,
  signal: AbortSignal | null,
): Promise<InputReport> {
  if (feed !== null) getFeed(feed);
  const tally: InputTally = { counts: newCounts(), feeds: new Set() };
  let files = 0;
  const onDocument = (document: FeedDocument): void => {
    files += 1;
    crew.take(document, feed, tally);
  };
  await readDocuments(path, { onDocument, signal, ready: () => crew.ready() });
  await crew.settled();
  if (tally.counts.documents === 0) {
    const what = feed === null ? "any known feed" : `the feed ${feed}`;
    throw new PlimsollError("FEED_INVALID", `${printable(path)} holds no documents of ${what}.`, {
      details: { path, files },
    });
  }
  return { path, files, feeds: [...tally.feeds].sort(), ...tally.counts };
}

/** Bytes on disk. Folders count as large: what is in them is seen when it is read. */
function sizeOfInputs(inputs: BuildOptions["inputs"]): number {
  const sizes = inputs.map(({ path }) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true ? Infinity : (stats?.size ?? 0);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

interface Writing {
  readonly inputs: readonly InputReport[];
  readonly usable: UsableDatabase;
  readonly crew: BuildCrew;
  readonly options: BuildOptions;
}

/** Parts that are written side by side. */
const PARTS_AT_ONCE = 2;

/** The parts beside those at hand, of which only what differs is written. */
async function writeParts(
  collected: readonly CollectedPart[],
  { inputs, usable: { manifest, opened }, crew, options }: Writing,
): Promise<Manifest> {
  const written = await mapPool(collected, PARTS_AT_ONCE, async (each) => {
    options.signal?.throwIfAborted();
    options.onProgress?.(`writing ${each.feed.id} ${each.part}`.trimEnd());
    const key = partKey({ feed: each.feed.id, part: each.part });
    const stored = await storePart({
      dir: options.dir,
      rows: each.rows,
      previous: opened.parts.find(({ entry }) => partKey(entry) === key) ?? null,
      number: manifest.number + 1,
      isScores: each.feed.id === "epss",
      pack: crew.pack,
    });
    const part: PartEntry = { ...entryOf(each, options, originOf(inputs, each.feed)), ...stored.rows };
    return { part, patches: [key, stored.patches] as const };
  });
  const parts = written.map(({ part }) => part);
  const patches = new Map(written.map(({ patches: of }) => of));
  return makeNextManifest({ dir: options.dir, previous: manifest, opened: opened.parts, parts, patches });
}

function entryOf(
  { feed, part, recordCount, advisoryCount, spaces }: CollectedPart,
  { now, demonstration }: BuildOptions,
  origin: string,
): Omit<PartEntry, keyof PartRows> {
  return {
    feed: feed.id,
    part,
    feedVersion: feed.version,
    ...(feed.holds !== undefined && { holds: feed.holds }),
    licence: demonstration ? "Apache-2.0" : feed.licence(part),
    origin,
    fetchedAt: now.toISOString(),
    recordCount,
    advisoryCount,
    spaces,
    demonstration,
    failure: null,
    validators: null,
  };
}

/** The inputs that held documents of the feed. */
function originOf(inputs: readonly InputReport[], feed: Feed): string {
  return inputs
    .filter((input) => input.feeds.includes(feed.id))
    .map((input) => input.path)
    .join(", ");
}

function reportOf(inputs: readonly InputReport[], manifest: Manifest): BuildReport {
  const status = statusOf(manifest);
  const parts = manifest.parts.map(
    ({ feed, part, recordCount, advisoryCount, spaces, licence, segments, column }) => ({
      feed,
      part,
      recordCount,
      advisoryCount,
      spaces,
      licence,
      sizeBytes: segments.reduce((sum, segment) => sum + segment.sizeBytes, column?.sizeBytes ?? 0),
    }),
  );
  return {
    inputs,
    parts,
    advisoryCount: status.advisoryCount,
    spaces: status.spaces,
    sizeBytes: segmentsOf(manifest).reduce(
      (sum, segment) => sum + segment.sizeBytes,
      writeManifest(manifest).length,
    ),
    digest: status.digest,
  };
}
