/**
 * Writes rows as segments. Same rows, same bytes: nothing in them depends on time, place or order of arrival.
 */
import { createHash } from "node:crypto";
import { constants, crc32, zstdCompressSync } from "node:zlib";
import {
  blockBytesTarget,
  blockEntryBytes,
  dictionaryBytesMax,
  encodeRow,
  fingerprint,
  footerBytes,
  headerBytes,
  segmentBytesTarget,
  segmentMagic,
  type Row,
} from "./segment-format.ts";

/** A finished segment and what the manifest says of it. */
export interface PackedSegment {
  readonly bytes: Buffer;
  /** Hex sha256 of the file. */
  readonly digest: string;
  /** Hex sha256 of the uncompressed blocks: what publisher and client both can derive. */
  readonly contentDigest: string;
  readonly firstKey: string;
  readonly lastKey: string;
  readonly keyCount: number;
}

/** `rows` are sorted by key (code units), each key once. Yields each segment as soon as it is full. */
export function* packSegments(rows: Iterable<Row>): Generator<PackedSegment> {
  let open = newSegment();
  for (const row of rows) {
    addRow(open, row);
    if (open.blockBytes >= blockBytesTarget) closeBlock(open);
    if (open.rawBytes < segmentBytesTarget) continue;
    yield finish(open);
    open = newSegment();
  }
  if (open.prints.length > 0) yield finish(open);
}

/** All rows as one segment, however long: the same cut, and so the same content, as where they came from. Null without rows. */
export function packOneSegment(rows: Iterable<Row>): PackedSegment | null {
  const open = newSegment();
  for (const row of rows) {
    addRow(open, row);
    if (open.blockBytes >= blockBytesTarget) closeBlock(open);
  }
  return open.prints.length > 0 ? finish(open) : null;
}

interface OpenSegment {
  /** Closed blocks. */
  readonly blocks: Buffer[];
  rawBytes: number;
  readonly prints: { print: number; block: number }[];
  block: Buffer[];
  blockBytes: number;
  readonly content: ReturnType<typeof createHash>;
  firstKey: string;
  lastKey: string;
}

interface BlockEntry {
  readonly offset: number;
  readonly length: number;
  readonly rawLength: number;
  readonly checksum: number;
}

function newSegment(): OpenSegment {
  return {
    blocks: [],
    rawBytes: 0,
    prints: [],
    block: [],
    blockBytes: 0,
    content: createHash("sha256"),
    firstKey: "",
    lastKey: "",
  };
}

function addRow(open: OpenSegment, row: Row): void {
  const bytes = encodeRow(row);
  open.block.push(bytes);
  open.blockBytes += bytes.length;
  if (open.prints.length === 0) open.firstKey = row.key;
  open.lastKey = row.key;
  // Block 0 is the dictionary.
  open.prints.push({ print: fingerprint(row.key), block: open.blocks.length + 1 });
}

function closeBlock(open: OpenSegment): void {
  if (open.block.length === 0) return;
  const raw = Buffer.concat(open.block);
  open.content.update(raw);
  open.blocks.push(raw);
  open.rawBytes += raw.length;
  open.block = [];
  open.blockBytes = 0;
}

/** Pieces of the blocks, taken at even distances. */
function dictionaryOf({ blocks, rawBytes }: OpenSegment): Buffer {
  if (rawBytes < 2 * dictionaryBytesMax) return Buffer.alloc(0);
  const count = Math.floor(Math.min(dictionaryBytesMax, rawBytes / 16) / PIECE_BYTES);
  const pieces = Array.from({ length: count }, (_, at) => {
    const block = blocks[Math.floor((at * blocks.length) / count)] ?? Buffer.alloc(0);
    return block.subarray(0, PIECE_BYTES);
  });
  return Buffer.concat(pieces);
}

const PIECE_BYTES = 512;

// Level 9 is 6 % smaller than the default; higher levels cost ten times as much for 3 % more.
const params = { [constants.ZSTD_c_compressionLevel]: 9 };

function finish(open: OpenSegment): PackedSegment {
  closeBlock(open);
  const pieces: Buffer[] = [Buffer.from(segmentMagic, "latin1")];
  const entries: BlockEntry[] = [];
  let offset = headerBytes;
  const add = (packed: Buffer, rawLength: number): void => {
    pieces.push(packed);
    entries.push({ offset, length: packed.length, rawLength, checksum: crc32(packed) });
    offset += packed.length;
  };
  const dictionary = dictionaryOf(open);
  const hasDictionary = dictionary.length > 0;
  add(hasDictionary ? zstdCompressSync(dictionary, { params }) : dictionary, dictionary.length);
  for (const block of open.blocks)
    add(zstdCompressSync(block, { params, ...(hasDictionary && { dictionary }) }), block.length);
  const index = writeIndex(entries, open.prints);
  const footer = Buffer.alloc(footerBytes);
  footer.writeUInt32LE(offset, 0);
  footer.writeUInt32LE(index.length, 4);
  footer.writeUInt32LE(crc32(index), 8);
  footer.write(segmentMagic, 12, "latin1");
  const bytes = Buffer.concat([...pieces, index, footer]);
  return {
    bytes,
    digest: createHash("sha256").update(bytes).digest("hex"),
    contentDigest: open.content.digest("hex"),
    firstKey: open.firstKey,
    lastKey: open.lastKey,
    keyCount: open.prints.length,
  };
}

function writeIndex(entries: readonly BlockEntry[], prints: OpenSegment["prints"]): Buffer {
  const sorted = [...prints].sort((a, b) => a.print - b.print || a.block - b.block);
  const index = Buffer.alloc(8 + entries.length * blockEntryBytes + sorted.length * 8);
  let at = index.writeUInt32LE(entries.length, 0);
  at = index.writeUInt32LE(sorted.length, at);
  for (const entry of entries) {
    at = index.writeUInt32LE(entry.offset, at);
    at = index.writeUInt32LE(entry.length, at);
    at = index.writeUInt32LE(entry.rawLength, at);
    at = index.writeUInt32LE(entry.checksum, at);
  }
  for (const { print } of sorted) at = index.writeUInt32LE(print, at);
  for (const { block } of sorted) at = index.writeUInt32LE(block, at);
  return index;
}
