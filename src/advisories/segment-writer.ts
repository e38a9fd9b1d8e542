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
  readonly bytes: Uint8Array;
  /** Hex sha256 of the file. */
  readonly digest: string;
  /** Hex sha256 of the uncompressed blocks: what publisher and client both can derive. */
  readonly contentDigest: string;
  readonly firstKey: string;
  readonly lastKey: string;
  readonly keyCount: number;
}

/** Makes a segment of its content, here or in another thread; its memory is given away. */
export type Pack = (content: Uint8Array) => PackedSegment | Promise<PackedSegment>;

/**
 * The contents of the segments that rows (sorted by key, each key once) make, each as soon as it is full: encoded rows, one after
 * the other.
 */
export function* cutSegments(rows: Iterable<Row>): Generator<Buffer> {
  let open: Buffer[] = [];
  let [openBytes, blockBytes] = [0, 0];
  for (const row of rows) {
    const bytes = encodeRow(row);
    open.push(bytes);
    blockBytes += bytes.length;
    if (blockBytes < blockBytesTarget) continue;
    openBytes += blockBytes;
    blockBytes = 0;
    if (openBytes < segmentBytesTarget) continue;
    yield joined(open);
    [open, openBytes] = [[], 0];
  }
  if (open.length > 0) yield joined(open);
}

/** Memory of its own, which can be handed to another thread. */
function joined(rows: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    whole.set(row, at);
    at += row.length;
  }
  return whole;
}

/** All rows as segments. */
export function* packSegments(rows: Iterable<Row>): Generator<PackedSegment> {
  for (const content of cutSegments(rows)) yield packSegment(content);
}

/** All rows as one segment, however long: the same content as where they came from. Null without rows. */
export function packOneSegment(rows: Iterable<Row>): PackedSegment | null {
  const content = joined(Array.from(rows, encodeRow));
  return content.length > 0 ? packSegment(content) : null;
}

/** The segment of this content, which is not empty. */
export function packSegment(content: Uint8Array): PackedSegment {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const blocks: Buffer[] = [];
  const prints: Print[] = [];
  let [firstKey, lastKey, blockAt] = ["", "", 0];
  for (let at = 0; at < bytes.length;) {
    const keyEnd = at + 8 + bytes.readUInt32LE(at);
    lastKey = bytes.toString("utf8", at + 8, keyEnd);
    if (at === 0) firstKey = lastKey;
    // Block 0 is the dictionary.
    prints.push({ print: fingerprint(lastKey), block: blocks.length + 1 });
    at = keyEnd + bytes.readUInt32LE(at + 4);
    if (at - blockAt < blockBytesTarget && at < bytes.length) continue;
    blocks.push(bytes.subarray(blockAt, at));
    blockAt = at;
  }
  const contentDigest = createHash("sha256").update(bytes).digest("hex");
  return { ...finish(blocks, prints), contentDigest, firstKey, lastKey, keyCount: prints.length };
}

interface Print {
  readonly print: number;
  readonly block: number;
}

interface BlockEntry {
  readonly offset: number;
  readonly length: number;
  readonly rawLength: number;
  readonly checksum: number;
}

/** Pieces of the blocks, taken at even distances. */
function dictionaryOf(blocks: readonly Buffer[]): Buffer {
  const rawBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  if (rawBytes < 2 * dictionaryBytesMax) return Buffer.alloc(0);
  const count = Math.floor(Math.min(dictionaryBytesMax, rawBytes / 16) / PIECE_BYTES);
  const pieces = Array.from({ length: count }, (_, at) => {
    const block = blocks[Math.floor((at * blocks.length) / count)] ?? Buffer.alloc(0);
    return block.subarray(0, PIECE_BYTES);
  });
  return Buffer.concat(pieces);
}

const PIECE_BYTES = 512;

/** What a frame may be longer than what is in it. */
const ROOM_BYTES = 1024;

// Level 9 is 6 % smaller than the default; higher levels cost ten times as much for 3 % more.
const params = { [constants.ZSTD_c_compressionLevel]: 9 };

function finish(
  blocks: readonly Buffer[],
  prints: readonly Print[],
): Pick<PackedSegment, "bytes" | "digest"> {
  const pieces: Buffer[] = [Buffer.from(segmentMagic, "latin1")];
  const entries: BlockEntry[] = [];
  let offset = headerBytes;
  const add = (packed: Buffer, rawLength: number): void => {
    pieces.push(packed);
    entries.push({ offset, length: packed.length, rawLength, checksum: crc32(packed) });
    offset += packed.length;
  };
  const dictionary = dictionaryOf(blocks);
  const hasDictionary = dictionary.length > 0;
  add(hasDictionary ? zstdCompressSync(dictionary, { params }) : dictionary, dictionary.length);
  for (const block of blocks) {
    // Room for the answer, and not 64 KB for each.
    const chunkSize = block.length + ROOM_BYTES;
    add(zstdCompressSync(block, { params, chunkSize, ...(hasDictionary && { dictionary }) }), block.length);
  }
  const index = writeIndex(entries, prints);
  const footer = Buffer.alloc(footerBytes);
  footer.writeUInt32LE(offset, 0);
  footer.writeUInt32LE(index.length, 4);
  footer.writeUInt32LE(crc32(index), 8);
  footer.write(segmentMagic, 12, "latin1");
  const bytes = Buffer.concat([...pieces, index, footer]);
  return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

function writeIndex(entries: readonly BlockEntry[], prints: readonly Print[]): Buffer {
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
