/** The index of a segment file and its blocks, unpacked; every byte of them is checked before it is believed. */
import { crc32, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { readAt, type SegmentFile } from "./segment-file.ts";
import {
  blockBytesMax,
  blockEntryBytes,
  footerBytes,
  indexHeadBytes,
  printBytes,
  segmentMagic,
} from "./segment-format.ts";

export interface SegmentIndex {
  readonly blockCount: number;
  /** Of each block, ascending. */
  readonly firstKeys: readonly string[];
  /** Whether a key of the block has this fingerprint. */
  mayHold(block: number, print: number): boolean;
  /** Where heads and rests of a block are. @throws PlimsollError DATABASE_INVALID */
  headsAt(block: number): Piece;
  restsAt(block: number): Piece;
  /** What they are compressed by; undefined: nothing. Read when they are asked for. @throws PlimsollError DATABASE_INVALID */
  headDictionary(): Buffer | undefined;
  restDictionary(): Buffer | undefined;
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly rawLength: number;
  readonly checksum: number;
}

/** @throws PlimsollError DATABASE_INVALID */
export function readIndex(file: SegmentFile): SegmentIndex {
  const footer = readAt(file, file.sizeBytes - footerBytes, footerBytes);
  if (footer.toString("latin1", 12) !== segmentMagic) throw file.invalid("has no footer");
  const offset = footer.readUInt32LE(0);
  const length = footer.readUInt32LE(4);
  if (length < indexHeadBytes || offset + length + footerBytes !== file.sizeBytes)
    throw file.invalid("has a broken footer");
  const bytes = readAt(file, offset, length);
  if (crc32(bytes) !== footer.readUInt32LE(8)) throw file.invalid("has a broken index");
  const [blockCount, keyCount] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  const printsAt = indexHeadBytes + blockCount * blockEntryBytes;
  const keysAt = printsAt + keyCount * printBytes;
  if (keysAt > length) throw file.invalid("has a broken index");
  const word = (at: number): number => bytes.readUInt32LE(at);
  const entryAt = (block: number): number => {
    if (block < 0 || block >= blockCount) throw file.invalid("names a block that it does not have");
    return indexHeadBytes + block * blockEntryBytes;
  };
  const pieceAt = (at: number, end: number): Piece => ({
    offset: word(at),
    length: end - word(at),
    rawLength: word(at + 4),
    checksum: word(at + 8),
  });
  const firstRow = (block: number): number => (block === blockCount ? keyCount : word(entryAt(block) + 24));
  const dictionaryAt = (at: number, end: number): (() => Buffer | undefined) => {
    const piece = pieceAt(at, end);
    let raw: Buffer | undefined;
    return () => {
      if (piece.rawLength === 0) return undefined;
      return (raw ??= unpacked(file, piece, zstdDecompressSync));
    };
  };
  return {
    blockCount,
    firstKeys: firstKeysOf(file, bytes.subarray(keysAt), blockCount),
    mayHold(block, print) {
      const end = printsAt + Math.min(keyCount, firstRow(block + 1)) * printBytes;
      for (let at = printsAt + firstRow(block) * printBytes; at < end; at += printBytes)
        if (bytes.readUInt16LE(at) === print) return true;
      return false;
    },
    headsAt: (block) => {
      const at = entryAt(block);
      return pieceAt(at, block + 1 === blockCount ? word(8) : word(at + blockEntryBytes));
    },
    restsAt: (block) => {
      const at = entryAt(block) + 12;
      return pieceAt(at, block + 1 === blockCount ? offset : word(at + blockEntryBytes));
    },
    headDictionary: dictionaryAt(8, word(20)),
    restDictionary: dictionaryAt(20, blockCount === 0 ? offset : word(indexHeadBytes + 12)),
  };
}

function firstKeysOf(file: SegmentFile, text: Buffer, count: number): readonly string[] {
  // Covered by the checksum of the index, so its shape is known; a forged one may still have another number of them.
  const keys = JSON.parse(text.toString("utf8")) as readonly string[];
  if (keys.length !== count) throw file.invalid("has a broken index");
  return keys;
}

/** @throws PlimsollError DATABASE_INVALID */
export function readBlockHeads(file: SegmentFile, index: SegmentIndex, block: number): Buffer {
  return unpacked(file, index.headsAt(block), inflateRawSync, index.headDictionary());
}

/** @throws PlimsollError DATABASE_INVALID */
export function readBlockRests(file: SegmentFile, index: SegmentIndex, block: number): Buffer {
  return unpacked(file, index.restsAt(block), zstdDecompressSync, index.restDictionary());
}

type Unpack = (
  packed: Buffer,
  options: { readonly maxOutputLength: number; readonly chunkSize: number; readonly dictionary?: Buffer },
) => Buffer;

function unpacked(
  file: SegmentFile,
  { offset, length, rawLength, checksum }: Piece,
  unpack: Unpack,
  dictionary?: Buffer,
): Buffer {
  if (rawLength > blockBytesMax) throw file.invalid("names a block that it does not have");
  const packed = readAt(file, offset, length);
  if (crc32(packed) !== checksum) throw file.invalid("has a broken block");
  try {
    // One piece: pieces would be joined by one more copy.
    const raw = unpack(packed, {
      maxOutputLength: Math.max(1, rawLength),
      chunkSize: Math.max(64, rawLength + 1),
      ...(dictionary !== undefined && { dictionary }),
    });
    if (raw.length === rawLength) return raw;
  } catch {
    // The checksum held, so only a writer's fault or a forged file gets here; either way the block cannot be used.
  }
  throw file.invalid("has a broken block");
}
