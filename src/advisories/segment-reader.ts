/**
 * Reads rows from a segment file by key. The file is opened at once (so that a later removal does no harm), its index is read
 * at the first look-up, a block only when a fingerprint says that the key may be in it.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32, zstdDecompressSync } from "node:zlib";
import { PlimsollError } from "../domain/error.ts";
import {
  blockBytesMax,
  blockEntryBytes,
  encodedRow,
  fingerprint,
  footerBytes,
  headerBytes,
  segmentBytesMax,
  segmentMagic,
  type Row,
} from "./segment-format.ts";

export interface SegmentReader {
  /** The row's body, or null when the segment has no such key. @throws PlimsollError DATABASE_INVALID */
  find(key: string): string | null;
  /** All rows in order. @throws PlimsollError DATABASE_INVALID */
  rows(): Generator<Row>;
  /** Hashes the whole file. @throws PlimsollError DATABASE_INVALID when it is not the one that was written */
  verify(): void;
  close(): void;
}

/** `digest` (hex sha256) and `sizeBytes` as the manifest gives them. @throws system errors of open, DATABASE_INVALID */
export function openSegment(path: string, digest: string, sizeBytes: number): SegmentReader {
  const descriptor = openSync(path, "r");
  const invalid = (reason: string): PlimsollError =>
    new PlimsollError(
      "DATABASE_INVALID",
      `Segment ${digest.slice(0, 12)} of the vulnerability database ${reason}.`,
      {
        details: { segment: digest, path },
      },
    );
  const actual = fstatSync(descriptor).size;
  if (actual !== sizeBytes || actual > segmentBytesMax || actual < headerBytes + footerBytes) {
    closeSync(descriptor);
    throw invalid(`has ${actual} bytes instead of ${sizeBytes}`);
  }
  const file: SegmentFile = { descriptor, sizeBytes, invalid };
  let index: SegmentIndex | null = null;
  let recent: { block: number; raw: Buffer } | null = null;
  return {
    find(key) {
      index ??= readIndex(file);
      const print = fingerprint(key);
      let wanted: Buffer | null = null;
      for (let at = lowerBound(index.prints, print); index.prints[at] === print; at += 1) {
        const block = index.blocks[at] ?? 0;
        if (recent?.block !== block) recent = { block, raw: readBlock(file, index, block) };
        wanted ??= Buffer.from(key, "utf8");
        const body = findInBlock(file, recent.raw, wanted);
        if (body !== null) return body;
      }
      return null;
    },
    *rows() {
      index ??= readIndex(file);
      for (let block = 1; block < index.entries.length / 4; block += 1) {
        yield* rowsOfBlock(file, readBlock(file, index, block));
      }
    },
    verify() {
      const bytes = readAt(file, 0, sizeBytes);
      if (createHash("sha256").update(bytes).digest("hex") !== digest)
        throw invalid("does not have its digest");
    },
    close: () => closeSync(descriptor),
  };
}

interface SegmentFile {
  readonly descriptor: number;
  readonly sizeBytes: number;
  readonly invalid: (reason: string) => PlimsollError;
}

interface SegmentIndex {
  /** Block entries: offset, compressed bytes, uncompressed bytes, checksum. */
  readonly entries: Uint32Array;
  /** Ascending. */
  readonly prints: Uint32Array;
  /** Number of the block of each fingerprint. */
  readonly blocks: Uint32Array;
  /** What blocks are compressed by; undefined: nothing. */
  readonly dictionary: Buffer | undefined;
}

function readAt(file: SegmentFile, position: number, length: number): Buffer {
  if (position < 0 || length < 0 || position + length > file.sizeBytes)
    throw file.invalid("points outside itself");
  // Memory of its own, aligned: the index is looked at as 32-bit numbers.
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length;) {
    const count = readSync(file.descriptor, bytes, filled, length - filled, position + filled);
    if (count === 0) throw file.invalid("ends early");
    filled += count;
  }
  return bytes;
}

function readIndex(file: SegmentFile): SegmentIndex {
  const footer = readAt(file, file.sizeBytes - footerBytes, footerBytes);
  if (footer.toString("latin1", 12) !== segmentMagic) throw file.invalid("has no footer");
  const offset = footer.readUInt32LE(0);
  const length = footer.readUInt32LE(4);
  if (length < 8 || offset + length + footerBytes !== file.sizeBytes)
    throw file.invalid("has a broken footer");
  const bytes = readAt(file, offset, length);
  if (crc32(bytes) !== footer.readUInt32LE(8)) throw file.invalid("has a broken index");
  const blockCount = bytes.readUInt32LE(0);
  const keyCount = bytes.readUInt32LE(4);
  if (8 + blockCount * blockEntryBytes + keyCount * 8 !== length) throw file.invalid("has a broken index");
  const words = asWords(bytes);
  const printsAt = 2 + blockCount * 4;
  const index = {
    entries: words.subarray(2, printsAt),
    prints: words.subarray(printsAt, printsAt + keyCount),
    blocks: words.subarray(printsAt + keyCount),
    dictionary: undefined,
  };
  // Its uncompressed length: nothing where there are few rows.
  return index.entries[2] === 0 ? index : { ...index, dictionary: readBlock(file, index, 0) };
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function asWords(bytes: Buffer): Uint32Array {
  if (!isLittleEndian) bytes.swap32();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function readBlock(file: SegmentFile, index: SegmentIndex, block: number): Buffer {
  const [offset, length, rawLength, checksum] = index.entries.subarray(block * 4, block * 4 + 4);
  if (offset === undefined || length === undefined || rawLength === undefined || rawLength > blockBytesMax) {
    throw file.invalid("names a block that it does not have");
  }
  const packed = readAt(file, offset, length);
  if (crc32(packed) !== checksum) throw file.invalid("has a broken block");
  return inflated(file, packed, rawLength, index.dictionary);
}

/** Body of the key's row in a block. Only the bytes of the key are compared: most rows of a block are not asked for. */
function findInBlock(file: SegmentFile, raw: Buffer, wanted: Buffer): string | null {
  for (let at = 0; at < raw.length;) {
    const { keyEnd, bodyEnd } = rowEnds(file, raw, at);
    if (keyEnd - at - 8 === wanted.length && raw.compare(wanted, 0, wanted.length, at + 8, keyEnd) === 0) {
      return raw.toString("utf8", keyEnd, bodyEnd);
    }
    at = bodyEnd;
  }
  return null;
}

function* rowsOfBlock(file: SegmentFile, raw: Buffer): Generator<Row> {
  for (let at = 0; at < raw.length;) {
    const { keyEnd, bodyEnd } = rowEnds(file, raw, at);
    yield encodedRow(raw.subarray(at, bodyEnd), keyEnd - at);
    at = bodyEnd;
  }
}

function rowEnds(file: SegmentFile, raw: Buffer, at: number): { keyEnd: number; bodyEnd: number } {
  if (at + 8 > raw.length) throw file.invalid("has a broken block");
  const keyEnd = at + 8 + raw.readUInt32LE(at);
  const bodyEnd = keyEnd + raw.readUInt32LE(at + 4);
  if (bodyEnd > raw.length) throw file.invalid("has a broken block");
  return { keyEnd, bodyEnd };
}

function inflated(
  file: SegmentFile,
  packed: Buffer,
  rawLength: number,
  dictionary: Buffer | undefined,
): Buffer {
  try {
    const raw = zstdDecompressSync(packed, {
      maxOutputLength: Math.max(1, rawLength),
      // One piece: pieces would be joined by one more copy.
      chunkSize: Math.max(64, rawLength + 1),
      ...(dictionary !== undefined && { dictionary }),
    });
    if (raw.length === rawLength) return raw;
  } catch {
    // The checksum held, so only a writer's fault or a forged file gets here; either way the block cannot be used.
  }
  throw file.invalid("has a broken block");
}

/** First position whose value is not below `wanted`. */
function lowerBound(sorted: Uint32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
