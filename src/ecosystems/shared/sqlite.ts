/**
 * Tables of SQLite databases, read from their bytes without SQLite: rpm's and other package databases.
 * Format: https://www.sqlite.org/fileformat2.html (sections 1.3 to 1.6, 2.1, and 4 for the write-ahead log).
 *
 * Nothing is trusted: every page counts once, so that damaged or hostile links neither loop nor multiply.
 */
import { Buffer } from "node:buffer";
import { walOf } from "./sqlite-wal.ts";

export type SqliteValue = null | number | bigint | string | Uint8Array;

export interface SqliteRow {
  /** Exact to 2^53; past that rounded. */
  readonly rowId: number;
  /** By the order of the columns. A column that is the row id is null here. */
  readonly values: readonly SqliteValue[];
}

export interface SqliteReading {
  /** In the order of their row ids. */
  readonly rows: readonly SqliteRow[];
  /** What could not be read, in words. */
  readonly complaints: readonly string[];
}

export interface SqliteDatabase {
  /** Names of the ordinary tables. */
  readonly tables: readonly string[];
  /** The rows of a table; null when there is none of this name. */
  read(table: string): SqliteReading | null;
}

/**
 * Opens a database; null when the bytes are none. `wal` is the file of the same name with `-wal` behind it, whose committed
 * pages are newer than those of the database.
 */
export function openSqlite(bytes: Uint8Array, wal: Uint8Array | null = null): SqliteDatabase | null {
  const pages = openPages(bytes, wal);
  if (pages === null) return null;
  const schema = readTree(pages, 1);
  const roots = new Map<string, number>();
  for (const { values } of schema.rows) {
    const [type, name, , root] = values;
    if (type === "table" && typeof name === "string" && typeof root === "number") roots.set(name, root);
  }
  return {
    tables: [...roots.keys()],
    read: (table) => {
      const root = roots.get(table);
      if (root !== undefined) return readTree(pages, root);
      return schema.complaints.length === 0 ? null : { rows: [], complaints: schema.complaints };
    },
  };
}

interface Pages {
  /** Bytes of a page that hold content: the page size without what is reserved. */
  readonly usableBytes: number;
  readonly encoding: BufferEncoding | "utf16be";
  /** The bytes of page `number` (from 1), or null when the file has no such page. */
  page(number: number): Buffer | null;
}

function openPages(bytes: Uint8Array, wal: Uint8Array | null): Pages | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER_BYTES || file.toString("latin1", 0, 16) !== MAGIC) return null;
  const written = file.readUInt16BE(16);
  const pageBytes = written === 1 ? 65_536 : written;
  // The specification allows no other sizes.
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) return null;
  const usableBytes = pageBytes - (file[20] ?? 0);
  if (usableBytes < 480) return null;
  const newer = wal === null ? null : walOf(wal, pageBytes);
  const page = (number: number): Buffer | null => {
    const logged = newer?.get(number);
    if (logged !== undefined) return logged;
    const end = number * pageBytes;
    return number >= 1 && end <= file.length ? file.subarray(end - pageBytes, end) : null;
  };
  const encoding = ENCODINGS[(page(1) ?? file).readUInt32BE(56)] ?? "utf8";
  return { usableBytes, encoding, page };
}

const MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const ENCODINGS: Readonly<Record<number, Pages["encoding"]>> = { 2: "utf16le", 3: "utf16be" };

/** Walks a table's tree from the left without recursion. */
function readTree(pages: Pages, root: number): SqliteReading {
  const rows: SqliteRow[] = [];
  const seen = new Set<number>();
  const complaints = new Set<string>();
  const complain = (complaint: string): void => {
    if (complaints.size < complaintsMax) complaints.add(complaint);
  };
  const open = [root];
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    const page = seen.has(number) ? null : pages.page(number);
    seen.add(number);
    // The first page starts with the header of the file.
    const start = number === 1 ? HEADER_BYTES : 0;
    const kind = page?.[start];
    if (page === null || (kind !== LEAF && kind !== INTERIOR)) {
      complain(
        page === null ? `page ${number} is missing or linked twice` : `page ${number} is no table page`,
      );
      continue;
    }
    const cells = cellsOf(page, start, kind);
    if (kind === INTERIOR) {
      const children = cells.map((at) => readU32(page, at));
      open.push(readU32(page, start + 8), ...children.reverse());
      continue;
    }
    // Cells do not overlap, so together they are no larger than the page.
    let leftBytes = page.length;
    for (const at of cells) {
      const cell = leftBytes > 0 ? readCell(pages, page, at, seen) : null;
      leftBytes -= cell?.bytes ?? 0;
      const row = cell?.row ?? null;
      if (row === null) complain(`page ${number} has a damaged row`);
      else rows.push(row);
    }
  }
  return { rows, complaints: [...complaints] };
}

/** A hostile file has millions of links that lead nowhere. */
const complaintsMax = 10_000;
const LEAF = 0x0d;
const INTERIOR = 0x05;

/** Offsets of a page's cells, in order. Those outside the page are left out by who reads there. */
function cellsOf(page: Buffer, start: number, kind: number): number[] {
  const pointers = start + (kind === LEAF ? 8 : 12);
  const count = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - pointers) / 2));
  return Array.from({ length: count }, (_, index) => page.readUInt16BE(pointers + 2 * index));
}

/** 0 past the end, which is no page. */
function readU32(page: Buffer, at: number): number {
  return at + 4 <= page.length ? page.readUInt32BE(at) : 0;
}

/** A cell of a leaf: its bytes on the page, and its row, null when that is damaged. */
interface Cell {
  readonly bytes: number;
  readonly row: SqliteRow | null;
}

function readCell(pages: Pages, page: Buffer, at: number, seen: Set<number>): Cell | null {
  const size = readVarint(page, at);
  const rowId = size === null ? null : readVarint(page, size.end);
  if (size === null || rowId === null) return null;
  const bytes = rowId.end - at + localBytes(size.value, pages.usableBytes);
  const payload = readPayload(pages, page, rowId.end, size.value, seen);
  const values = payload === null ? null : readRecord(payload, pages.encoding);
  return { bytes, row: values === null ? null : { rowId: rowId.value, values } };
}

/** The payload of a cell: on the page as far as it may stand there, the rest on a chain of overflow pages. */
function readPayload(
  pages: Pages,
  page: Buffer,
  at: number,
  length: number,
  seen: Set<number>,
): Buffer | null {
  const { usableBytes } = pages;
  const local = localBytes(length, usableBytes);
  if (at + local > usableBytes) return null;
  const first = page.subarray(at, at + local);
  if (local === length) return first;
  const parts = [first];
  let left = length - local;
  let next = readU32(page, at + local);
  while (left > 0) {
    const overflow = seen.has(next) ? null : pages.page(next);
    if (overflow === null) return null;
    seen.add(next);
    const part = overflow.subarray(4, Math.min(usableBytes, 4 + left));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** How much of a payload of a table leaf stands on the page itself (section 1.6). */
function localBytes(length: number, usableBytes: number): number {
  const max = usableBytes - 35;
  if (length <= max) return length;
  const min = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const wanted = min + ((length - min) % (usableBytes - 4));
  return wanted <= max ? wanted : min;
}

/** The values of a record (section 2.1); null when its header does not fit it. */
function readRecord(record: Buffer, encoding: Pages["encoding"]): readonly SqliteValue[] | null {
  const header = readVarint(record, 0);
  if (header === null || header.value > record.length) return null;
  const values: SqliteValue[] = [];
  let at = header.end;
  let bodyAt = header.value;
  while (at < header.value) {
    const type = readVarint(record, at);
    if (type === null) return null;
    const length = lengthOf(type.value);
    if (bodyAt + length > record.length) return null;
    values.push(readValue(type.value, record.subarray(bodyAt, bodyAt + length), encoding));
    at = type.end;
    bodyAt += length;
  }
  return values;
}

function lengthOf(type: number): number {
  return type < 12 ? (LENGTHS[type] ?? 0) : Math.floor((type - 12) / 2);
}

const LENGTHS: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8];

function readValue(type: number, bytes: Buffer, encoding: Pages["encoding"]): SqliteValue {
  if (type === 0 || type === 10 || type === 11) return null;
  if (type <= 5) return bytes.readIntBE(0, bytes.length);
  if (type === 6) {
    const value = bytes.readBigInt64BE(0);
    return BigInt.asIntN(53, value) === value ? Number(value) : value;
  }
  if (type === 7) return bytes.readDoubleBE(0);
  if (type < 12) return type - 8;
  if (type % 2 === 0) return bytes;
  if (encoding !== "utf16be") return bytes.toString(encoding);
  // Half a character at the end is damage.
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString("utf16le");
}

/** A number of up to 64 bits in up to nine bytes, highest first; null past the end. Numbers past 2^53 are rounded. */
function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return null;
    if (index === 8) return { value: value * 256 + byte, end: start + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return null;
}
