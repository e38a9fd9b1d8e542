/**
 * One advisory as the database stores it: JSON with one-letter names and without what the key or the manifest already say.
 */
import type { Advisory, Severity, SeverityRating, VulnerabilityContext } from "../domain/advisory.ts";
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
  return (JSON.parse(body) as AdvisoryRow[]).map((row) => ({
    id: row.i,
    feed: origin.feed,
    space,
    name,
    aliases: row.a ?? [],
    summary: row.s ?? "",
    ranges: (row.r ?? []).map(([introduced, fixed, lastAffected]) => ({
      scheme: row.c ?? "",
      introduced,
      fixed,
      lastAffected,
    })),
    versions: row.v ?? [],
    severities: (row.g ?? []).map(readRating),
    cwes: row.w ?? [],
    publishedAt: row.p ?? null,
    modifiedAt: row.m ?? null,
    url: row.u ?? null,
    demonstration: origin.demonstration,
  }));
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

/** `["2021-12-10",true]` for KEV, `[0.97,0.999,"2025-03-14"]` for EPSS. */
export function writeContext({ kev, epss }: VulnerabilityContext): string {
  if (kev !== null) return JSON.stringify([kev.dateAdded, kev.ransomware]);
  return epss === null ? "[]" : JSON.stringify([epss.score, epss.percentile, epss.date]);
}

export function readContext(feed: string, body: string): VulnerabilityContext {
  if (feed === "kev") {
    const [dateAdded, ransomware] = JSON.parse(body) as [string, boolean];
    return { kev: { dateAdded, ransomware }, epss: null };
  }
  const [score, percentile, date] = JSON.parse(body) as [number, number, string];
  return { kev: null, epss: { score, percentile, date } };
}
