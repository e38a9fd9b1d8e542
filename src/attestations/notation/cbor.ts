/**
 * As much of CBOR (RFC 8949) as COSE needs: definite lengths, whole numbers, bytes, texts, lists, maps, tags, the simple values. Anything
 * else is refused, and so is a map that names a key twice.
 */
import { invalid } from "../json.ts";

export type Cbor =
  number | string | boolean | null | Uint8Array | readonly Cbor[] | ReadonlyMap<Cbor, Cbor> | CborTag;

export interface CborTag {
  readonly tag: number;
  readonly value: Cbor;
}

const DEPTH_MAX = 16;
const ITEMS_MAX = 10_000;

/** The one value that the bytes are. @throws PlimsollError DOCUMENT_INVALID */
export function readCbor(bytes: Uint8Array): Cbor {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { buffer, at: 0, items: 0 };
  const value = readValue(reader, 0);
  if (reader.at !== bytes.byteLength) throw broken();
  return value;
}

interface Reader {
  readonly buffer: Buffer;
  at: number;
  items: number;
}

function readValue(reader: Reader, depth: number): Cbor {
  reader.items += 1;
  if (depth > DEPTH_MAX || reader.items > ITEMS_MAX) throw broken();
  const first = take(reader, 1)[0] ?? 0;
  const major = first >> 5;
  if (major === 7) return readSimple(first & 31);
  const argument = readArgument(reader, first & 31);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return -1 - argument;
    case 2:
      return take(reader, argument);
    case 3:
      return readText(take(reader, argument));
    case 4:
      return Array.from({ length: countOf(reader, argument) }, () => readValue(reader, depth + 1));
    case 5:
      return readMap(reader, argument, depth + 1);
    default:
      return { tag: argument, value: readValue(reader, depth + 1) };
  }
}

function readMap(reader: Reader, count: number, depth: number): ReadonlyMap<Cbor, Cbor> {
  const map = new Map<Cbor, Cbor>();
  for (let index = countOf(reader, count); index > 0; index -= 1) {
    const key = readValue(reader, depth);
    if ((typeof key !== "number" && typeof key !== "string") || map.has(key)) throw broken();
    map.set(key, readValue(reader, depth));
  }
  return map;
}

/** No more items than bytes are left, so that a length cannot reserve what is not there. */
function countOf({ buffer, at }: Reader, count: number): number {
  if (count > buffer.length - at) throw broken();
  return count;
}

function readSimple(value: number): boolean | null {
  if (value === 20 || value === 21) return value === 21;
  if (value === 22) return null;
  throw broken();
}

function readArgument(reader: Reader, short: number): number {
  if (short < 24) return short;
  if (short === 24) return take(reader, 1).readUInt8();
  if (short === 25) return take(reader, 2).readUInt16BE();
  if (short === 26) return take(reader, 4).readUInt32BE();
  if (short !== 27) throw broken();
  const wide = take(reader, 8).readBigUInt64BE();
  if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw broken();
  return Number(wide);
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw broken();
  }
}

function take(reader: Reader, length: number): Buffer {
  if (length > reader.buffer.length - reader.at) throw broken();
  reader.at += length;
  return reader.buffer.subarray(reader.at - length, reader.at);
}

function broken(): Error {
  return invalid("signature", "COSE in plain CBOR");
}

/** A head of a value: its kind and its length. */
export function cborHead(major: number, length: number): Buffer {
  const head = Buffer.alloc(9);
  if (length < 24) return head.subarray(0, head.writeUInt8((major << 5) | length));
  head.writeUInt8((major << 5) | 27);
  if (length < 0x100) {
    head.writeUInt8((major << 5) | 24);
    return head.subarray(0, head.writeUInt8(length, 1));
  }
  if (length < 0x10000) {
    head.writeUInt8((major << 5) | 25);
    return head.subarray(0, head.writeUInt16BE(length, 1));
  }
  head.writeUInt8((major << 5) | 26);
  return head.subarray(0, head.writeUInt32BE(length, 1));
}
