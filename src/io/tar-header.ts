/**
 * Headers of tar archives: one 512-byte block, and the pax records and GNU long names that may stand before it.
 * Formats: old tar (v7), POSIX ustar and pax (IEEE 1003.1 pax, "ustar Interchange Format"), star, GNU (base 256, L, K, S).
 * Where formats disagree this follows Go's archive/tar, which the container runtimes use: what they would not see,
 * a scan must not see, and the other way round.
 */
import { isUtf8 } from "node:buffer";

export type TarEntryKind = "file" | "directory" | "symlink" | "hard-link" | "device" | "unknown";

export interface TarHeader {
  /** Name as stored, not normalised: `./a/b`, `/etc/passwd`, `../x`. Valid UTF-8, else read as latin1. */
  readonly path: string;
  readonly kind: TarEntryKind;
  /** Target of a link as stored; empty for the rest. */
  readonly target: string;
  /** Bytes of the body in the archive; 0 for kinds without one. */
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The body is not the content (a sparse file): it must not be used. */
  readonly sparse: boolean;
}

/** Why a header cannot be trusted. Nothing after it can be either: where the next one stands is unknown. */
export class TarHeaderError extends Error {}

export const TAR_BLOCK_BYTES = 512;

/** True for a block of zeros. */
export function isZeroBlock(block: Uint8Array, at: number): boolean {
  // The first byte decides nearly always.
  for (let i = at; i < at + TAR_BLOCK_BYTES; i += 1) if (block[i] !== 0) return false;
  return true;
}

/** Type flag of the header block at `at`. */
export function typeFlag(block: Uint8Array, at: number): number {
  return block[at + 156] ?? 0;
}

/** Size field. @throws TarHeaderError when it is no number, or negative, or past 2^53 */
export function sizeField(block: Uint8Array, at: number): number {
  return readNumber(block, at + 124, 12);
}

/**
 * `words`: the same memory as `block` from its start, four bytes each, where it is aligned; summing them takes a quarter of
 * the time. @throws TarHeaderError unless the sum of the block's bytes (taken as unsigned, or as signed) is what it says
 */
export function verifyChecksum(block: Uint8Array, at: number, words: Uint32Array | null): void {
  const expected = readNumber(block, at + 148, 8);
  let sum =
    words !== null && at % 4 === 0 ? sumWords(words, at >> 2) : sumBytes(block, at, at + TAR_BLOCK_BYTES);
  // The checksum's own field counts as blanks.
  sum += 8 * 0x20 - sumBytes(block, at + 148, at + 156);
  if (expected === sum) return;
  // Old Sun tars summed signed bytes: each byte with the high bit counts 256 less.
  let high = 0;
  for (let i = at; i < at + TAR_BLOCK_BYTES; i += 1) {
    if (i < at + 148 || i >= at + 156) high += (block[i] as number) >> 7;
  }
  if (expected !== sum - 256 * high) throw new TarHeaderError("header checksum differs");
}

function sumBytes(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += bytes[i] as number;
  return sum;
}

/** Sum of the bytes of 128 words, two bytes at a time: 128 times 255 fits in each half. */
function sumWords(words: Uint32Array, from: number): number {
  let even = 0;
  let odd = 0;
  for (let i = from; i < from + TAR_BLOCK_BYTES / 4; i += 1) {
    const word = words[i] as number;
    even += word & 0x00ff00ff;
    odd += (word >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}

/** What extension headers said about the next entry. */
export interface TarExtensions {
  readonly pax: ReadonlyMap<string, string> | null;
  readonly longPath: string | null;
  readonly longTarget: string | null;
}

/** The entry that the block at `at` describes, with its extensions applied. @throws TarHeaderError */
export function readHeader(block: Buffer, at: number, extensions: TarExtensions): TarHeader {
  const pax = extensions.pax;
  const flag = typeFlag(block, at);
  // An empty pax value means "as in the header".
  const paxSize = pax?.get("size") || null;
  const storedBytes = paxSize === null ? sizeField(block, at) : readPaxSize(paxSize);
  const sparseName = pax?.get("GNU.sparse.name") || null;
  const path = extensions.longPath ?? sparseName ?? (pax?.get("path") || null) ?? readPath(block, at);
  const kind = kindOf(flag, path);
  const isLink = kind === "symlink" || kind === "hard-link";
  const sparse = flag === 0x53 || (pax !== null && isPaxSparse(pax));
  return {
    path,
    kind,
    target: isLink ? readTarget(block, at, extensions) : "",
    sizeBytes: kind === "file" || kind === "unknown" ? storedBytes : 0,
    mode: readLoosely(block, at + 100, 8) & 0o7777,
    uid: readId(pax?.get("uid"), block, at + 108),
    gid: readId(pax?.get("gid"), block, at + 116),
    sparse,
  };
}

function readTarget(block: Buffer, at: number, { longTarget, pax }: TarExtensions): string {
  return longTarget ?? (pax?.get("linkpath") || null) ?? readText(block, at + 157, 100);
}

function isPaxSparse(pax: ReadonlyMap<string, string>): boolean {
  for (const key of pax.keys()) if (key.startsWith("GNU.sparse.")) return true;
  return false;
}

function readId(pax: string | undefined, block: Buffer, at: number): number {
  if (pax !== undefined && /^[0-9]{1,10}$/.test(pax)) return Number(pax);
  return readLoosely(block, at, 8);
}

/** A number that no offset depends on: 0 where it cannot be read, past 32 bits, or negative. */
function readLoosely(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  if (((bytes[at] as number) & 0x80) !== 0) {
    if (((bytes[at] as number) & 0x40) !== 0) return 0;
    value = (bytes[at] as number) & 0x3f;
    for (let i = at + 1; i < at + length; i += 1) value = value * 256 + (bytes[i] as number);
    return value <= 0xffffffff ? value : 0;
  }
  for (let i = at; i < at + length; i += 1) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit >= 0 && digit <= 7) value = value * 8 + digit;
    else if (value > 0) break;
  }
  return value;
}

function kindOf(flag: number, path: string): TarEntryKind {
  switch (flag) {
    case 0: // old tar: a directory is a name with a final slash
      return path.endsWith("/") ? "directory" : "file";
    case 0x30: // "0"
    case 0x37: // "7", contiguous
    case 0x53: // "S", GNU sparse
      return "file";
    case 0x31: // "1"
      return "hard-link";
    case 0x32: // "2"
      return "symlink";
    case 0x33: // "3" character device
    case 0x34: // "4" block device
    case 0x36: // "6" pipe
      return "device";
    case 0x35: // "5"
      return "directory";
    default:
      return "unknown";
  }
}

function readPath(block: Buffer, at: number): string {
  const name = readText(block, at, 100);
  // Without a prefix it means nothing which format it is.
  if (block[at + 345] === 0 || !hasBytes(block, at + 257, USTAR)) return name;
  const isStar = hasBytes(block, at + 508, STAR);
  const prefix = readText(block, at + 345, isStar ? 131 : 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}

const USTAR = Buffer.from("ustar\0", "latin1");
const STAR = Buffer.from("tar\0", "latin1");

function hasBytes(block: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i += 1) if (block[at + i] !== expected[i]) return false;
  return true;
}

/** Text up to the first NUL. */
export function readText(bytes: Buffer, at: number, lengthMax: number): string {
  let end = at;
  let high = 0;
  while (end < at + lengthMax && bytes[end] !== 0) {
    high |= bytes[end] as number;
    end += 1;
  }
  if (end === at) return "";
  if (high < 0x80) return bytes.toString("latin1", at, end);
  return decodeName(bytes.subarray(at, end));
}

/** A name from outside: UTF-8 where it is valid, else one character a byte. */
export function decodeName(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
}

/** Octal digits padded with blanks and NULs, or base 256 (GNU) when the first bit is set. */
function readNumber(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] as number;
  if ((first & 0x80) !== 0) return readBase256(bytes, at, length);
  let value = 0;
  let i = at;
  const end = at + length;
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0)) i += 1;
  for (; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) throw new TarHeaderError("a number in a header is not octal");
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function readBase256(bytes: Uint8Array, at: number, length: number): number {
  if (((bytes[at] as number) & 0x40) !== 0) throw new TarHeaderError("a number in a header is negative");
  let value = (bytes[at] as number) & 0x3f;
  for (let i = at + 1; i < at + length; i += 1) value = value * 256 + (bytes[i] as number);
  if (!Number.isSafeInteger(value)) throw new TarHeaderError("a number in a header is too large");
  return value;
}

function readPaxSize(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value))
    throw new TarHeaderError("a pax size is no number");
  return value;
}

/**
 * Records of a pax header, `<length> <key>=<value>\n` each, where length counts the whole record in bytes.
 * A later record of the same key wins. @throws TarHeaderError
 */
export function readPaxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    // Some writers pad the last record with NULs.
    if (bytes[at] === 0 && isZeroTail(bytes, at)) break;
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 ? "" : bytes.toString("latin1", at, Math.min(space, at + 20));
    const end = at + Number(digits);
    if (!/^[0-9]{1,19}$/.test(digits) || end > bytes.length || end < space + 3 || bytes[end - 1] !== 0x0a) {
      throw new TarHeaderError("a pax record has a wrong length");
    }
    const equals = bytes.indexOf(0x3d, space + 1);
    if (equals < 0 || equals >= end) throw new TarHeaderError("a pax record has no key");
    const key = decodeName(bytes.subarray(space + 1, equals));
    if (key === "") throw new TarHeaderError("a pax record has no key");
    records.set(key, decodeName(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

function isZeroTail(bytes: Buffer, at: number): boolean {
  for (let i = at; i < bytes.length; i += 1) if (bytes[i] !== 0) return false;
  return true;
}
