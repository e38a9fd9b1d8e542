/**
 * One advisory as the database stores it: JSON with one-letter names and without what the key or the manifest already say. What
 * decides whether it holds a version stands apart from the rest, which is read of few.
 */
import type {
  Advisory,
  FixState,
  Severity,
  SeverityRating,
  VulnerabilityContext,
} from "../domain/advisory.ts";
import { severityOfScore } from "./shared/bands.ts";
import { shorten } from "./short-page.ts";
import type { FeedAdvisory } from "./types.ts";

/** Key of a row: `npm\nexpress`. Keys are ordered by code units. */
export function rowKey(space: string, name: string): string {
  return `${space}\n${name}`;
}

/** What decides; see `AdvisoryHead`. */
export interface HeadRow {
  /** Id. */
  readonly i: string;
  /** Aliases. */
  readonly a?: readonly string[];
  /** Scheme of the ranges. */
  readonly c?: string;
  /** Ranges: introduced, fixed, last affected. */
  readonly r?: readonly (readonly [string, string | null, string | null])[];
  /** Versions listed one by one. */
  readonly v?: readonly string[];
  /** Kind. */
  readonly k?: Advisory["kind"];
  /** State of the fix, and the publisher's words for it. */
  readonly f?: FixState;
  readonly n?: string;
  /** Module stream. */
  readonly q?: string;
  /** Operating systems. */
  readonly o?: readonly string[];
}

/** What is read of an advisory that holds a package. */
export interface RestRow {
  /** Summary. */
  readonly s?: string;
  /** Ratings: source, CVSS version, vector, score; or source and word. */
  readonly g?: readonly (readonly [string, number, string, number] | readonly [string, Severity])[];
  /** CWE ids. */
  readonly w?: readonly string[];
  /** Published, modified. */
  readonly p?: string;
  readonly m?: string;
  /** Page, as `shorten` writes it. */
  readonly u?: string;
  /** When the fix came out. */
  readonly x?: string;
  /** Vulnerable symbols: import path, names. */
  readonly y?: readonly (readonly [string, readonly string[]])[];
  /** Further pages, as `shorten` writes them. */
  readonly l?: readonly string[];
}

/** Canonical text of an advisory: same advisory, same bytes. Two lines of JSON: the head, and the rest. */
export function writeRow(advisory: FeedAdvisory): string {
  return `${JSON.stringify(headOf(advisory))}\n${JSON.stringify(restOf(advisory))}`;
}

function headOf(advisory: FeedAdvisory): HeadRow {
  return {
    i: advisory.id,
    ...(advisory.aliases.length > 0 && { a: advisory.aliases }),
    ...(advisory.ranges[0] !== undefined && { c: advisory.ranges[0].scheme }),
    ...(advisory.ranges.length > 0 && {
      r: advisory.ranges.map((range) => [range.introduced, range.fixed, range.lastAffected] as const),
    }),
    ...(advisory.versions.length > 0 && { v: advisory.versions }),
    ...(advisory.kind !== undefined && { k: advisory.kind }),
    ...(advisory.fixState !== undefined && { f: advisory.fixState }),
    ...(advisory.note !== undefined && { n: advisory.note }),
    ...(advisory.modularity !== undefined && { q: advisory.modularity }),
    ...(advisory.systems !== undefined && { o: advisory.systems }),
  };
}

function restOf(advisory: FeedAdvisory): RestRow {
  const { url, references } = advisory;
  return {
    ...(advisory.summary !== "" && { s: advisory.summary }),
    ...(advisory.severities.length > 0 && { g: advisory.severities.map(writeRating) }),
    ...(advisory.cwes.length > 0 && { w: advisory.cwes }),
    ...(advisory.publishedAt !== null && { p: advisory.publishedAt }),
    ...(advisory.modifiedAt !== null && { m: advisory.modifiedAt }),
    ...(url !== null && { u: shorten(url, advisory) }),
    ...(advisory.fixedAt !== undefined && { x: advisory.fixedAt }),
    ...(advisory.symbols !== undefined && {
      y: advisory.symbols.map(({ path, names }) => [path, names] as const),
    }),
    ...(references !== undefined && { l: references.map((page) => shorten(page, advisory)) }),
  };
}

const cvssTypes = { 2: "CVSS_V2", 3: "CVSS_V3", 4: "CVSS_V4" } as const;

function writeRating(rating: SeverityRating): [string, number, string, number] | [string, Severity] {
  const { source, type, vector, score, severity } = rating;
  if (type === null || vector === null || score === null) return [source, severity];
  return [source, Number(type.at(-1)), vector, score];
}

export function readRating(
  row: readonly [string, number, string, number] | readonly [string, Severity],
): SeverityRating {
  if (row.length === 2) return { source: row[0], type: null, vector: null, score: null, severity: row[1] };
  const [source, version, vector, score] = row;
  const type = cvssTypes[version as keyof typeof cvssTypes];
  return { source, type, vector, score, severity: severityOfScore(score) };
}

/**
 * `["2021-12-10",true,"2021-12-24"]` for KEV, `[0.97,0.999,"2025-03-14"]` for EPSS, `{ g: ratings, w: CWE ids }` for feeds that
 * rate vulnerabilities.
 */
export function writeContext({ kev, epss, ratings = [], cwes = [] }: VulnerabilityContext): string {
  if (kev !== null) {
    const due = kev.dueDate === undefined ? [] : [kev.dueDate];
    return JSON.stringify([kev.dateAdded, kev.ransomware, ...due]);
  }
  if (epss !== null) return JSON.stringify([epss.score, epss.percentile, epss.date]);
  return JSON.stringify({
    ...(ratings.length > 0 && { g: ratings.map(writeRating) }),
    ...(cwes.length > 0 && { w: cwes }),
  });
}

export function readContext(feed: string, body: string): VulnerabilityContext {
  if (feed === "kev") {
    const [dateAdded, ransomware, dueDate] = JSON.parse(body) as [string, boolean, string | undefined];
    return { kev: { dateAdded, ransomware, ...(dueDate !== undefined && { dueDate }) }, epss: null };
  }
  if (feed === "epss") {
    const [score, percentile, date] = JSON.parse(body) as [number, number, string];
    return { kev: null, epss: { score, percentile, date } };
  }
  const { g, w } = JSON.parse(body) as Pick<RestRow, "g" | "w">;
  return {
    kev: null,
    epss: null,
    ...(g !== undefined && { ratings: g.map(readRating) }),
    ...(w !== undefined && { cwes: w }),
  };
}
