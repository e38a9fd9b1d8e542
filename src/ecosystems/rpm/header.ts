/**
 * The header of an rpm package as its database holds it: tagged values in one block.
 * Format: https://rpm-software-management.github.io/rpm/manual/format_header.html, without the leading magic bytes.
 * Tags: https://rpm-software-management.github.io/rpm/manual/tags.html
 */
import { Buffer } from "node:buffer";

export const tags = {
  sigMd5: 261,
  sha1Header: 269,
  sha256Header: 273,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  size: 1009,
  vendor: 1011,
  license: 1014,
  packager: 1015,
  arch: 1022,
  oldFileNames: 1027,
  fileStates: 1029,
  fileModes: 1030,
  fileDigests: 1035,
  fileFlags: 1037,
  sourceRpm: 1044,
  provideName: 1047,
  requireFlags: 1048,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  longSize: 5009,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

/** Reads values of a header by tag. A tag that is absent, of another type or damaged reads as empty. */
export interface RpmHeader {
  /** The first text of a tag, or null. */
  text(tag: number): string | null;
  /** All texts of a tag. */
  texts(tag: number): readonly string[];
  /** All whole numbers of a tag, unsigned. */
  numbers(tag: number): readonly number[];
  /** The bytes of a binary tag in hexadecimal, or null. */
  hex(tag: number): string | null;
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Opens a header blob; null when its lengths do not fit. Values are read when asked for. */
export function readHeader(blob: Uint8Array): RpmHeader | null {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length < INTRO_BYTES) return null;
  const entryCount = bytes.readUInt32BE(0);
  const storeBytes = bytes.readUInt32BE(4);
  const storeAt = INTRO_BYTES + entryCount * ENTRY_BYTES;
  if (entryCount === 0 || storeAt + storeBytes > bytes.length) return null;
  const store = bytes.subarray(storeAt, storeAt + storeBytes);
  const entries = new Map<number, Entry>();
  for (let at = INTRO_BYTES; at < storeAt; at += ENTRY_BYTES) {
    // Tags that were added at installation follow those of the package and count instead of them.
    entries.set(bytes.readUInt32BE(at), {
      type: bytes.readUInt32BE(at + 4),
      offset: bytes.readUInt32BE(at + 8),
      count: bytes.readUInt32BE(at + 12),
    });
  }
  const texts = (tag: number): readonly string[] => readTexts(store, entries.get(tag));
  return {
    texts,
    text: (tag) => readTexts(store, firstOf(entries.get(tag)))[0] ?? null,
    numbers: (tag) => readNumbers(store, entries.get(tag)),
    hex: (tag) => readHex(store, entries.get(tag)),
  };
}

/** Number of entries and length of the values. */
const INTRO_BYTES = 8;
/** Tag, type, offset, count. */
const ENTRY_BYTES = 16;

/** Of a text in several languages the first is the untranslated one. */
function firstOf(entry: Entry | undefined): Entry | undefined {
  return entry === undefined ? undefined : { ...entry, count: Math.min(1, entry.count) };
}

const STRING = 6;
const BINARY = 7;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

/** Bytes of a number by its type: char, 8, 16, 32 and 64 bits. */
const NUMBER_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 };

/** Of one tag. No package has as many files. */
const valuesMax = 1_000_000;

function readTexts(store: Buffer, entry: Entry | undefined): readonly string[] {
  if (entry === undefined) return [];
  const { type, offset } = entry;
  if (type !== STRING && type !== STRING_ARRAY && type !== I18N_STRING) return [];
  const count = type === STRING ? 1 : Math.min(entry.count, valuesMax);
  const found: string[] = [];
  let at = offset;
  while (found.length < count && at < store.length) {
    const zero = store.indexOf(0, at);
    const end = zero === -1 ? store.length : zero;
    found.push(store.toString("utf8", at, end));
    at = end + 1;
  }
  return found;
}

function readNumbers(store: Buffer, entry: Entry | undefined): readonly number[] {
  const width = NUMBER_BYTES[entry?.type ?? 0];
  if (entry === undefined || width === undefined) return [];
  const { offset, count } = entry;
  if (count > valuesMax || offset + count * width > store.length) return [];
  return Array.from({ length: count }, (_, index) => readNumber(store, offset + index * width, width));
}

function readNumber(store: Buffer, at: number, width: number): number {
  if (width === 8) return store.readUInt32BE(at) * 2 ** 32 + store.readUInt32BE(at + 4);
  return store.readUIntBE(at, width);
}

function readHex(store: Buffer, entry: Entry | undefined): string | null {
  if (entry === undefined || entry.type !== BINARY || entry.offset + entry.count > store.length) return null;
  return store.toString("hex", entry.offset, entry.offset + entry.count);
}
