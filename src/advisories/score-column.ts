/**
 * EPSS scores as columns. They score a quarter of a million vulnerabilities anew every day, so there is no use in deltas, and
 * as rows they would be most of an update. Little-endian, one zstd frame:
 *
 *     "PLIMEPS1"  u32 count, u32 digits of scores, u32 digits of percentiles, u32 bytes of the date, the date
 *     count x u32 vulnerability, as the distance from the one before it: year << 24 | number
 *     count x u32 score x 10^digits, then count x u32 percentile x 10^digits
 *
 * Each run of numbers stands byte by byte: all lowest bytes, then all second ones, and so on, which is what makes it small.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PlimsollError } from "../domain/error.ts";
import { encodeRow, type Row } from "./segment-format.ts";
import type { PackedSegment } from "./segment-writer.ts";

export interface ScoreColumn {
  /** Body of the row of this key, as it was packed, or null. */
  find(key: string): string | null;
  /** All rows in order. */
  rows(): Generator<Row>;
}

const magic = "PLIMEPS1";
const digitsMax = 9;
/** Bytes of the columns, unpacked: two million vulnerabilities. */
const columnBytesMax = 32 * 1024 * 1024;

interface Score {
  readonly code: number;
  readonly score: number;
  readonly percentile: number;
}

/** The rows as one file, or null when they are not all scores of CVEs by one date: they are kept as rows then. */
export function packScoreColumn(rows: Iterable<Row>): PackedSegment | null {
  const scores: Score[] = [];
  const content = createHash("sha256");
  let firstKey: string | null = null;
  let lastKey = "";
  let date: string | null = null;
  for (const row of rows) {
    const { key, body } = row;
    const [score, percentile, day] = JSON.parse(body) as [unknown, unknown, unknown];
    const code = codeOf(key);
    if (typeof score !== "number" || typeof percentile !== "number" || typeof day !== "string") return null;
    if (code === null || (date ??= day) !== day) return null;
    scores.push({ code, score, percentile });
    firstKey ??= key;
    lastKey = key;
    content.update(encodeRow(row));
  }
  const digits = digitsOf(scores.map(({ score }) => score));
  const percentileDigits = digitsOf(scores.map(({ percentile }) => percentile));
  if (firstKey === null || digits === null || percentileDigits === null) return null;
  // By number, not by text: `CVE-2014-10000` comes before `CVE-2014-9999` in the order of keys.
  scores.sort((a, b) => a.code - b.code);
  const raw = encode(scores, digits, percentileDigits, date ?? "");
  const bytes = zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 12 } });
  return {
    bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    contentDigest: content.digest("hex"),
    firstKey,
    lastKey,
    keyCount: scores.length,
  };
}

/**
 * Reads a file of `packScoreColumn` whole: a path, or a descriptor at its beginning.
 * @throws PlimsollError DATABASE_INVALID when it is not the one that was written
 */
export function openScoreColumn(file: string | number, digest: string): ScoreColumn {
  const bytes = readFileSync(file);
  const broken = (): PlimsollError =>
    new PlimsollError("DATABASE_INVALID", "The scores of the vulnerability database are broken.", {
      details: { segment: digest },
    });
  if (createHash("sha256").update(bytes).digest("hex") !== digest) throw broken();
  const columns = decode(bytes);
  if (columns === null) throw broken();
  const { codes, scoreAt, percentileAt, digits, percentileDigits, date } = columns;
  const bodyAt = (at: number): string =>
    JSON.stringify([scoreAt(at) / 10 ** digits, percentileAt(at) / 10 ** percentileDigits, date]);
  return {
    find(key) {
      const code = codeOf(key);
      const at = code === null ? -1 : indexOf(codes, code);
      return at < 0 ? null : bodyAt(at);
    },
    *rows() {
      const keys = Array.from(codes, (code, at) => ({ key: keyOf(code), at }));
      keys.sort((a, b) => (a.key < b.key ? -1 : 1));
      for (const { key, at } of keys) yield { key, body: bodyAt(at) };
    },
  };
}

/** `epss\nCVE-2021-44228`, without leading zeros past four digits, so that the number gives the name back. */
function codeOf(key: string): number | null {
  const [, year, digits] = /^epss\nCVE-(\d{4})-(\d{4}|[1-9]\d{4,6})$/.exec(key) ?? [];
  if (year === undefined || digits === undefined || Number(year) < 1980 || Number(year) > 2235) return null;
  return (Number(year) - 1980) * 2 ** 24 + Number(digits);
}

function keyOf(code: number): string {
  return `epss\nCVE-${1980 + Math.floor(code / 2 ** 24)}-${String(code % 2 ** 24).padStart(4, "0")}`;
}

/** Fewest decimal digits that give each number back exactly; null: there are none. */
function digitsOf(numbers: readonly number[]): number | null {
  for (let digits = 0; digits <= digitsMax; digits += 1) {
    const scale = 10 ** digits;
    const isExact = numbers.every((number) => {
      const scaled = Math.round(number * scale);
      return number >= 0 && scaled < 2 ** 32 && scaled / scale === number;
    });
    if (isExact) return digits;
  }
  return null;
}

function encode(scores: readonly Score[], digits: number, percentileDigits: number, date: string): Buffer {
  const day = Buffer.from(date, "utf8");
  const head = Buffer.alloc(24);
  head.write(magic, "latin1");
  for (const [at, number] of [scores.length, digits, percentileDigits, day.length].entries())
    head.writeUInt32LE(number, 8 + 4 * at);
  const distances = scores.map(({ code }, at) => code - (scores[at - 1]?.code ?? 0));
  const scaled = scores.map(({ score }) => Math.round(score * 10 ** digits));
  const percentiles = scores.map(({ percentile }) => Math.round(percentile * 10 ** percentileDigits));
  return Buffer.concat([head, day, inPlanes(distances), inPlanes(scaled), inPlanes(percentiles)]);
}

function inPlanes(numbers: readonly number[]): Buffer {
  const planes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) {
    for (let byte = 0; byte < 4; byte += 1)
      planes[byte * numbers.length + at] = Math.floor(number / 256 ** byte) & 0xff;
  }
  return planes;
}

interface Columns {
  /** Ascending. */
  readonly codes: Uint32Array;
  /** Few are asked for, so they are read when they are. */
  readonly scoreAt: (at: number) => number;
  readonly percentileAt: (at: number) => number;
  readonly digits: number;
  readonly percentileDigits: number;
  readonly date: string;
}

/** Null: not of this layout. */
function decode(bytes: Buffer): Columns | null {
  let raw: Buffer;
  try {
    raw = zstdDecompressSync(bytes, { maxOutputLength: columnBytesMax, chunkSize: 1024 * 1024 });
  } catch {
    // The digest held, so only a forged file gets here.
    return null;
  }
  if (raw.length < 24 || raw.toString("latin1", 0, 8) !== magic) return null;
  const [count = 0, digits = 0, percentileDigits = 0, dateBytes = 0] = [8, 12, 16, 20].map((at) =>
    raw.readUInt32LE(at),
  );
  if (raw.length !== 24 + dateBytes + count * 12 || digits > digitsMax || percentileDigits > digitsMax)
    return null;
  const reader = (column: number): ((at: number) => number) => {
    const from = 24 + dateBytes + column * count * 4;
    const byte = (plane: number, at: number): number => raw[from + plane * count + at] ?? 0;
    return (at) => (byte(0, at) | (byte(1, at) << 8) | (byte(2, at) << 16) | (byte(3, at) << 24)) >>> 0;
  };
  const codes = new Uint32Array(count);
  const distanceAt = reader(0);
  for (let at = 0, code = 0; at < count; at += 1) {
    code += distanceAt(at);
    codes[at] = code;
  }
  const date = raw.toString("utf8", 24, 24 + dateBytes);
  return { codes, scoreAt: reader(1), percentileAt: reader(2), digits, percentileDigits, date };
}

function indexOf(sorted: Uint32Array, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted ? low : -1;
}
