/**
 * One advisory as the database stores it: JSON with one-letter names and without what the key or the manifest already say.
 */
import type {
  Advisory,
  FixState,
  Severity,
  SeverityRating,
  VulnerabilityContext,
} from "../domain/advisory.ts";
import { severityOfScore } from "./shared/bands.ts";
import type { FeedAdvisory } from "./types.ts";

/** Key of a row: `npm\nexpress`. Keys are ordered by code units. */
export function rowKey(space: string, name: string): string {
  return `${space}\n${name}`;
}

interface AdvisoryRow {
  /** Id. */
  readonly i: string;
  /** Aliases. */
  readonly a?: readonly string[];
  /** Summary. */
  readonly s?: string;
  /** Scheme of the ranges. */
  readonly c?: string;
  /** Ranges: introduced, fixed, last affected. */
  readonly r?: readonly (readonly [string, string | null, string | null])[];
  /** Versions listed one by one. */
  readonly v?: readonly string[];
  /** Ratings: source, CVSS version, vector, score; or source and word. */
  readonly g?: readonly (readonly [string, number, string, number] | readonly [string, Severity])[];
  /** CWE ids. */
  readonly w?: readonly string[];
  /** Published, modified. */
  readonly p?: string;
  readonly m?: string;
  /** Page. */
  readonly u?: string;
  /** Kind. */
  readonly k?: Advisory["kind"];
  /** State of the fix, the publisher's words for it, and when the fix came out. */
  readonly f?: FixState;
  readonly n?: string;
  readonly x?: string;
  /** Module stream. */
  readonly q?: string;
  /** Operating systems. */
  readonly o?: readonly string[];
  /** Vulnerable symbols: import path, names. */
  readonly y?: readonly (readonly [string, readonly string[]])[];
  /** Further pages. */
  readonly l?: readonly string[];
}

/** Canonical text of an advisory: same advisory, same bytes. */
export function writeRow(advisory: FeedAdvisory): string {
  const row: AdvisoryRow = {
    i: advisory.id,
    ...(advisory.aliases.length > 0 && { a: advisory.aliases }),
    ...(advisory.summary !== "" && { s: advisory.summary }),
    ...(advisory.ranges[0] !== undefined && { c: advisory.ranges[0].scheme }),
    ...(advisory.ranges.length > 0 && {
      r: advisory.ranges.map((range) => [range.introduced, range.fixed, range.lastAffected] as const),
    }),
    ...(advisory.versions.length > 0 && { v: advisory.versions }),
    ...(advisory.severities.length > 0 && { g: advisory.severities.map(writeRating) }),
    ...(advisory.cwes.length > 0 && { w: advisory.cwes }),
    ...(advisory.publishedAt !== null && { p: advisory.publishedAt }),
    ...(advisory.modifiedAt !== null && { m: advisory.modifiedAt }),
    ...(advisory.url !== null && { u: advisory.url }),
    ...(advisory.kind !== undefined && { k: advisory.kind }),
    ...(advisory.fixState !== undefined && { f: advisory.fixState }),
    ...(advisory.note !== undefined && { n: advisory.note }),
    ...(advisory.fixedAt !== undefined && { x: advisory.fixedAt }),
    ...(advisory.modularity !== undefined && { q: advisory.modularity }),
    ...(advisory.systems !== undefined && { o: advisory.systems }),
    ...(advisory.symbols !== undefined && {
      y: advisory.symbols.map(({ path, names }) => [path, names] as const),
    }),
    ...(advisory.references !== undefined && { l: advisory.references }),
  };
  return JSON.stringify(row);
}

/** What the manifest says of all rows of a part. */
export interface RowOrigin {
  readonly feed: string;
  readonly demonstration: boolean;
}

/** Rows of one key, as `writeRow` wrote them, joined to a JSON list. */
export function readRows(key: string, body: string, origin: RowOrigin): Advisory[] {
  const cut = key.indexOf("\n");
  const space = key.slice(0, cut);
  const name = key.slice(cut + 1);
  // Written by `writeRow` and covered by the block's checksum, so its shape is known.
  return (JSON.parse(body) as AdvisoryRow[]).map((row) => readOne(row, space, name, origin));
}

const none: readonly never[] = Object.freeze([]);

/** Without spreads, which cost more here than parsing does: a package of a distribution has hundreds of advisories. */
function readOne(
  row: AdvisoryRow,
  space: string,
  name: string,
  { feed, demonstration }: RowOrigin,
): Advisory {
  const scheme = row.c ?? "";
  const advisory: { -readonly [Field in keyof Advisory]: Advisory[Field] } = {
    id: row.i,
    feed,
    space,
    name,
    aliases: row.a ?? none,
    summary: row.s ?? "",
    ranges:
      row.r?.map(([introduced, fixed, lastAffected]) => ({ scheme, introduced, fixed, lastAffected })) ??
      none,
    versions: row.v ?? none,
    severities: row.g?.map(readRating) ?? none,
    cwes: row.w ?? none,
    publishedAt: row.p ?? null,
    modifiedAt: row.m ?? null,
    url: row.u ?? null,
    demonstration,
  };
  if (row.k !== undefined) advisory.kind = row.k;
  if (row.f !== undefined) advisory.fixState = row.f;
  if (row.n !== undefined) advisory.note = row.n;
  if (row.x !== undefined) advisory.fixedAt = row.x;
  if (row.q !== undefined) advisory.modularity = row.q;
  if (row.o !== undefined) advisory.systems = row.o;
  if (row.y !== undefined) advisory.symbols = row.y.map(([path, names]) => ({ path, names }));
  if (row.l !== undefined) advisory.references = row.l;
  return advisory;
}

const cvssTypes = { 2: "CVSS_V2", 3: "CVSS_V3", 4: "CVSS_V4" } as const;

function writeRating(rating: SeverityRating): [string, number, string, number] | [string, Severity] {
  const { source, type, vector, score, severity } = rating;
  if (type === null || vector === null || score === null) return [source, severity];
  return [source, Number(type.at(-1)), vector, score];
}

function readRating(
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
  const { g, w } = JSON.parse(body) as Pick<AdvisoryRow, "g" | "w">;
  return {
    kev: null,
    epss: null,
    ...(g !== undefined && { ratings: g.map(readRating) }),
    ...(w !== undefined && { cwes: w }),
  };
}
