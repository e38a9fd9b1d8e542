/**
 * Berkeley DB hash files, as rpm kept `Packages` in until 2020: every key is a package's number, every value its header.
 * Source: https://docs.oracle.com/database/bdb181/html/ and the page layouts of db 5.3 (dbinc/db_page.h).
 */
import { Buffer } from "node:buffer";
import { complain, type DatabaseReading } from "./database-reading.ts";

/** The header blobs of all packages; null when the bytes are no such database. */
export function readBdb(bytes: Uint8Array): DatabaseReading | null {
  const pages = openPages(bytes);
  if (pages === null) return null;
  if (pages.isEncrypted) return { blobs: [], complaints: ["the database is encrypted"] };
  const blobs: Uint8Array[] = [];
  const complaints: string[] = [];
  // Every overflow page belongs to one value.
  const seen = new Set<number>();
  for (let number = 1; number < pages.count; number += 1) {
    const page = pages.page(number);
    const type = page?.[25];
    if (page === null || (type !== P_HASH && type !== P_HASH_UNSORTED)) continue;
    for (const { key, value } of pairsOf(pages, page)) {
      const blob = readItem(pages, value, seen);
      if (blob === null) complain(complaints, `page ${number} has a damaged entry`);
      // Key 0 holds the number of the next package.
      else if (key === null || pages.u32(key, 1) !== 0) blobs.push(blob);
    }
  }
  return { blobs, complaints };
}

interface Pages {
  readonly count: number;
  readonly isEncrypted: boolean;
  page(number: number): Buffer | null;
  /** In the byte order of the machine that wrote it; 0 past the end. */
  u16(page: Buffer, at: number): number;
  u32(page: Buffer, at: number): number;
}

function openPages(bytes: Uint8Array): Pages | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < METADATA_BYTES) return null;
  const isLittle = file.readUInt32LE(12) === HASH_MAGIC;
  if (!isLittle && file.readUInt32BE(12) !== HASH_MAGIC) return null;
  const pageBytes = isLittle ? file.readUInt32LE(20) : file.readUInt32BE(20);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return null;
  const count = Math.floor(file.length / pageBytes);
  return {
    count,
    isEncrypted: file[24] !== 0,
    page: (number) =>
      number > 0 && number < count ? file.subarray(number * pageBytes, (number + 1) * pageBytes) : null,
    u16: (page, at) => {
      if (at + 2 > page.length) return 0;
      return isLittle ? page.readUInt16LE(at) : page.readUInt16BE(at);
    },
    u32: (page, at) => {
      if (at + 4 > page.length) return 0;
      return isLittle ? page.readUInt32LE(at) : page.readUInt32BE(at);
    },
  };
}

const METADATA_BYTES = 512;
const HASH_MAGIC = 0x061561;
const P_HASH_UNSORTED = 2;
const P_OVERFLOW = 7;
const P_HASH = 13;
const PAGE_HEADER_BYTES = 26;

/** The items of a page, by turns key and value. They grow from the end of the page, so each ends where the one before starts. */
function pairsOf(pages: Pages, page: Buffer): { key: Buffer | null; value: Buffer }[] {
  const count = Math.min(pages.u16(page, 20), Math.floor((page.length - PAGE_HEADER_BYTES) / 2));
  const pairs: { key: Buffer | null; value: Buffer }[] = [];
  let key: Buffer | null = null;
  let end = page.length;
  for (let index = 0; index < count; index += 1) {
    const at = pages.u16(page, PAGE_HEADER_BYTES + 2 * index);
    // Outside the page, or over the item before: an empty item, which nothing can be read from.
    const item = page.subarray(at, Math.max(at, end));
    end = Math.min(at, end);
    if (index % 2 === 0) key = item;
    else pairs.push({ key, value: item });
  }
  return pairs;
}

/** The bytes of a value, which stands on the page or on a chain of others. */
function readItem(pages: Pages, item: Buffer, seen: Set<number>): Buffer | null {
  if (item[0] === H_KEYDATA) return item.subarray(1);
  if (item[0] !== H_OFFPAGE || item.length < 12) return null;
  let left = pages.u32(item, 8);
  let next = pages.u32(item, 4);
  const parts: Buffer[] = [];
  while (left > 0) {
    const page = seen.has(next) ? null : pages.page(next);
    if (page === null || page[25] !== P_OVERFLOW) return null;
    seen.add(next);
    const part = page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + Math.min(left, pages.u16(page, 22)));
    if (part.length === 0) return null;
    parts.push(part);
    left -= part.length;
    next = pages.u32(page, 16);
  }
  return Buffer.concat(parts);
}

/** First byte of an item: its bytes follow; or where they are: 3 bytes unused, page, length. */
const H_KEYDATA = 1;
const H_OFFPAGE = 3;
