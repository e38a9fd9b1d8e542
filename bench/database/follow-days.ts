/** A client that takes a publisher's database every day: how many bytes are moved, the scores counted apart. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { makeArtifact, readSegmentFile } from "../../src/advisories/artifact.ts";
import { readCurrentManifest } from "../../src/advisories/database.ts";
import { segmentsOf } from "../../src/advisories/manifest.ts";
import { takePublished } from "../../src/advisories/take-published.ts";
import { publishDay } from "./change.ts";

export interface DayFigures {
  readonly days: number;
  /** Mean number of advisories that changed on a day. */
  readonly changed: number;
  /** Bytes of the whole database on the first day, scores apart. */
  readonly wholeBytes: number;
  /** Bytes moved on each day, as a share of the whole of that day. */
  readonly meanShare: number;
  readonly largestShare: number;
  readonly meanBytes: number;
  /** Bytes of a day's scores. */
  readonly scoreBytes: number;
  /** Days on which parts were based anew. */
  readonly rebasings: number;
  readonly largestWholeBytes: number;
}

export interface FollowOptions {
  /** The publisher's database; it is copied. */
  readonly from: string;
  readonly work: string;
  readonly share: number;
  readonly days: number;
  readonly log: (line: string) => void;
}

export async function followDays({ from, work, share, days, log }: FollowOptions): Promise<DayFigures> {
  const [publisher, client] = [join(work, "publisher"), join(work, "client")];
  cpSync(from, publisher, { recursive: true });
  await takeDay(publisher, client);
  const moved: { bytes: number; share: number; scores: number; whole: number }[] = [];
  let [changed, rebasings] = [0, 0];
  for (let day = 1; day <= days; day += 1) {
    changed += await publishDay({ dir: publisher, share, number: day });
    const { bytes, scores, derived } = await takeDay(publisher, client);
    const whole = recordBytes(publisher);
    if (derived > 0) rebasings += 1;
    moved.push({ bytes, share: bytes / whole, scores, whole });
    log(`  day ${day}: ${bytes} bytes, ${((bytes / whole) * 100).toFixed(2)} %`);
  }
  const mean = (of: (day: (typeof moved)[number]) => number): number =>
    moved.reduce((sum, day) => sum + of(day), 0) / days;
  return {
    days,
    changed: changed / days,
    wholeBytes: recordBytes(from),
    meanShare: mean((day) => day.share),
    largestShare: Math.max(...moved.map((day) => day.share)),
    meanBytes: mean((day) => day.bytes),
    scoreBytes: moved[0]?.scores ?? 0,
    rebasings,
    largestWholeBytes: Math.max(...moved.map(({ whole }) => whole)),
  };
}

/** With the manifests of the registry and of the database. */
async function takeDay(
  publisher: string,
  client: string,
): Promise<{ bytes: number; scores: number; derived: number }> {
  const artifact = await makeArtifact(publisher, null);
  const columns = columnsOf(publisher);
  const digests = new Set(artifact.segments.map(({ digest }) => digest));
  let scores = 0;
  const report = await takePublished({
    dir: client,
    source: {
      origin: "bench",
      envelope: artifact.envelope,
      has: (digest) => digests.has(digest),
      fetch(segment) {
        if (columns.has(segment.digest)) scores += segment.sizeBytes;
        return readSegmentFile(publisher, segment);
      },
    },
    trusted: [],
    exclude: [],
    allowOlder: false,
    signal: null,
  });
  const status = readCurrentManifest(publisher)
    .parts.map(({ contentDigest }) => contentDigest)
    .join();
  const taken = readCurrentManifest(client)
    .parts.map(({ contentDigest }) => contentDigest)
    .join();
  if (status !== taken) throw new Error("the client has other rows than the publisher");
  const bytes = report.fetchedBytes + artifact.manifest.byteLength - scores;
  return { bytes, scores, derived: report.derivedCount };
}

function columnsOf(dir: string): ReadonlySet<string> {
  return new Set(
    readCurrentManifest(dir).parts.flatMap(({ column }) => (column === null ? [] : [column.digest])),
  );
}

/** Of all files but scores. */
function recordBytes(dir: string): number {
  const columns = columnsOf(dir);
  return segmentsOf(readCurrentManifest(dir))
    .filter(({ digest }) => !columns.has(digest))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
