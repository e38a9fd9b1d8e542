/**
 * Feed `epss`: the Exploit Prediction Scoring System of FIRST, as CSV or gzipped CSV.
 *
 * Layouts, told apart by their header line: `cve,epss,percentile` after a comment `#model_version:…,score_date:…` (since 2022);
 * the same without the comment, and without percentile (2021); and `CVE,CVSS3,EPSS,EPSS Percentile,Description,…`, a derived
 * subset whose later columns hold quoted text.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import type { ContextRecord, Feed, FeedReading, RejectedRecord } from "../types.ts";
import { readCsv } from "./csv.ts";

export const epss: Feed = Object.freeze({
  id: "epss",
  title: "Exploit Prediction Scoring System",
  specs: ["https://www.first.org/epss/data_stats"],
  version: 1,
  holds: "contexts",
  baseUrl: "https://epss.empiricalsecurity.com/",
  parts: [{ id: "", path: "epss_scores-current.csv.gz", isDefault: true, mayBeAbsent: false }],
  licence: () => "free to use with attribution to FIRST.org",
  recognises: (document: FeedDocument) =>
    /\.csv(\.gz)?$/i.test(document.name) && readHeader(headOf(document)) !== null,
  read: readEpss,
  readPieces: readEpssPieces,
});

interface Columns {
  readonly cve: number;
  readonly epss: number;
  /** -1 in the oldest layout. */
  readonly percentile: number;
}

/** Names of the columns in the header line, or null when it is another CSV. */
function readHeader(lines: readonly string[]): Columns | null {
  const header = lines.find((line) => !line.startsWith("#"));
  const names = (header ?? "").split(",").map((name) => name.trim().toLowerCase());
  const cve = names.indexOf("cve");
  const score = names.indexOf("epss");
  if (cve === -1 || score === -1) return null;
  const percentile = Math.max(names.indexOf("percentile"), names.indexOf("epss percentile"));
  return { cve, epss: score, percentile };
}

function headOf(document: FeedDocument): string[] {
  return document.text().slice(0, 2_000).split(/\r?\n/).slice(0, 2);
}

/** Scores in one reading: a day has some 300,000 of them. */
const PIECE_SCORES = 10_000;

function* readEpssPieces(document: FeedDocument): Generator<FeedReading> {
  const { columns, date } = headerOf(document);
  // Ranks are among all scores.
  if (columns.percentile === -1) {
    yield readEpss(document);
    return;
  }
  const name = document.name;
  let piece: Score[] = [];
  for (const score of scoresOf(document, columns)) {
    piece.push(score);
    if (piece.length < PIECE_SCORES) continue;
    yield readingOf(piece, { name, date, hasPercentile: true });
    piece = [];
  }
  yield readingOf(piece, { name, date, hasPercentile: true });
}

function readEpss(document: FeedDocument): FeedReading {
  const { columns, date } = headerOf(document);
  const scores = [...scoresOf(document, columns)];
  return readingOf(scores, { name: document.name, date, hasPercentile: columns.percentile !== -1 });
}

/** @throws PlimsollError FEED_INVALID */
function headerOf(document: FeedDocument): { columns: Columns; date: string } {
  const head = headOf(document);
  const columns = readHeader(head);
  if (columns !== null) return { columns, date: dateOf(head[0] ?? "", document.name) };
  throw new PlimsollError("FEED_INVALID", `${document.name} has no EPSS header.`, {
    details: { document: document.name },
  });
}

interface Score {
  readonly id: string;
  readonly score: number | null;
  readonly percentile: number | null;
}

function* scoresOf(document: FeedDocument, columns: Columns): Generator<Score> {
  let skipped = headOf(document)[0]?.startsWith("#") === true ? 2 : 1;
  for (const row of readCsv(document.text())) {
    if (skipped > 0) {
      skipped -= 1;
      continue;
    }
    yield {
      id: row[columns.cve] ?? "",
      score: readShare(row[columns.epss]),
      percentile: columns.percentile === -1 ? null : readShare(row[columns.percentile]),
    };
  }
}

function readingOf(
  scores: readonly Score[],
  { name, date, hasPercentile }: { name: string; date: string; hasPercentile: boolean },
): FeedReading {
  const rejected: RejectedRecord[] = [];
  const usable = scores.filter(({ id, score, percentile }) => {
    const isUsable =
      /^CVE-\d{4}-\d{4,}$/.test(id) && score !== null && (!hasPercentile || percentile !== null);
    if (!isUsable) rejected.push({ id: id === "" ? name : id, reason: "a row has no CVE id or no score" });
    return isUsable;
  });
  const ranks = hasPercentile ? null : percentiles(usable.map(({ score }) => score ?? 0));
  const records = usable.map(({ id, score, percentile }): ContextRecord => {
    const share = percentile ?? ranks?.get(score ?? 0) ?? 0;
    return {
      kind: "context",
      id,
      context: { kev: null, epss: { score: score ?? 0, percentile: share, date } },
    };
  });
  return { records, rejected, spaces: [] };
}

/** A number from 0 to 1 written in decimal digits, or null. */
function readShare(text: string | undefined): number | null {
  if (text === undefined || !/^\d(?:\.\d+)?(?:[eE]-\d+)?$/.test(text.trim())) return null;
  const value = Number(text);
  return value <= 1 ? value : null;
}

/** Day of the scores: `2025-03-14` from the comment or from the file's name; empty when neither tells. */
function dateOf(comment: string, name: string): string {
  const told = /score_date:(\d{4}-\d{2}-\d{2})/.exec(comment) ?? /(\d{4}-\d{2}-\d{2})/.exec(name);
  return told?.[1] ?? "";
}

/** Share of scores at or below each score: what FIRST publishes as percentile, for files that leave it out. */
function percentiles(scores: readonly number[]): ReadonlyMap<number, number> {
  const sorted = [...scores].sort((a, b) => a - b);
  const ranks = new Map<number, number>();
  for (const [index, score] of sorted.entries()) ranks.set(score, (index + 1) / sorted.length);
  return ranks;
}
