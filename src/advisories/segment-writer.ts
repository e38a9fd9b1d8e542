/**
 * Writes rows as segments. Same rows, same bytes: nothing in them depends on time, place or order of arrival.
 */
import { createHash } from "node:crypto";
import { constants, crc32, deflateRawSync, zstdCompressSync } from "node:zlib";
import {
  blockEntryBytes,
  encodeRow,
  fingerprint,
  footerBytes,
  headBytesTarget,
  headDictionaryBytesMax,
  headerBytes,
  indexHeadBytes,
  loneRestBytesTarget,
  printBytes,
  restBytesTarget,
  restDictionaryBytesMax,
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
  let openBytes = 0;
  for (const row of rows) {
    const bytes = encodeRow(row);
    open.push(bytes);
    openBytes += bytes.length;
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
  const columns = openColumns(bytes.length);
  const blocks: Block[] = [];
  const prints: number[] = [];
  let [firstKey, lastKey] = ["", ""];
  let open = newBlock(columns, 0);
  for (let at = 0; at < bytes.length;) {
    const keyEnd = at + 8 + bytes.readUInt32LE(at);
    const bodyEnd = keyEnd + bytes.readUInt32LE(at + 4);
    lastKey = bytes.toString("utf8", at + 8, keyEnd);
    if (at === 0) firstKey = lastKey;
    if (open.firstRow === prints.length) open.firstKey = lastKey;
    prints.push(fingerprint(lastKey));
    const hasHead = addRow(columns, { bytes, keyAt: at + 8, keyEnd, bodyEnd });
    open.hasHeads ||= hasHead;
    at = bodyEnd;
    if (!isFull(open, columns) && at < bytes.length) continue;
    blocks.push(open);
    open = newBlock(columns, prints.length);
  }
  const contentDigest = createHash("sha256").update(bytes).digest("hex");
  return { ...finish(blocks, columns, prints), contentDigest, firstKey, lastKey, keyCount: prints.length };
}

/** Heads and rests of all rows, one after the other: blocks are cut out of them. */
interface Columns {
  readonly heads: Buffer;
  readonly rests: Buffer;
  /** Bytes that are written. */
  headEnd: number;
  restEnd: number;
}

/** With room for a content of so many bytes: neither column of a row is longer than the row is. What is not written costs nothing. */
function openColumns(contentBytes: number): Columns {
  const [heads, rests] = [Buffer.allocUnsafeSlow(contentBytes), Buffer.allocUnsafeSlow(contentBytes)];
  return { heads, rests, headEnd: 0, restEnd: 0 };
}

interface Block {
  firstKey: string;
  readonly firstRow: number;
  readonly headAt: number;
  readonly restAt: number;
  /** Whether a row of it has a head. */
  hasHeads: boolean;
}

function newBlock({ headEnd, restEnd }: Columns, firstRow: number): Block {
  return { firstKey: "", firstRow, headAt: headEnd, restAt: restEnd, hasHeads: false };
}

interface RowPlace {
  readonly bytes: Buffer;
  readonly keyAt: number;
  readonly keyEnd: number;
  readonly bodyEnd: number;
}

/** Whether the row has a head. */
function addRow(columns: Columns, { bytes, keyAt, keyEnd, bodyEnd }: RowPlace): boolean {
  const lineEnd = bytes.subarray(keyEnd, bodyEnd).indexOf(LINE_END);
  const restAt = keyEnd + lineEnd + 1;
  columns.heads.writeUInt32LE(keyEnd - keyAt, columns.headEnd);
  columns.heads.writeUInt32LE(lineEnd + 1, columns.headEnd + 4);
  columns.headEnd += 8 + bytes.copy(columns.heads, columns.headEnd + 8, keyAt, Math.max(keyEnd, restAt - 1));
  columns.rests.writeUInt32LE(bodyEnd - restAt, columns.restEnd);
  columns.restEnd += 4 + bytes.copy(columns.rests, columns.restEnd + 4, restAt, bodyEnd);
  return lineEnd !== -1;
}

function isFull({ headAt, restAt, hasHeads }: Block, { headEnd, restEnd }: Columns): boolean {
  if (headEnd - headAt >= headBytesTarget) return true;
  return restEnd - restAt >= (hasHeads ? restBytesTarget : loneRestBytesTarget);
}

const LINE_END = 0x0a;

/** Pieces of blocks, taken at even distances; undefined where it is not worth it. */
function dictionaryOf(blocks: readonly Buffer[], bytesMax: number): Buffer | undefined {
  const rawBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  if (rawBytes < 2 * bytesMax) return undefined;
  const count = Math.floor(Math.min(bytesMax, rawBytes / 16) / PIECE_BYTES);
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

interface Piece {
  readonly offset: number;
  readonly rawLength: number;
  readonly checksum: number;
}

function finish(
  blocks: readonly Block[],
  columns: Columns,
  prints: readonly number[],
): Pick<PackedSegment, "bytes" | "digest"> {
  const pieces: Buffer[] = [Buffer.from(segmentMagic, "latin1")];
  let offset = headerBytes;
  const add = (packed: Buffer, rawLength: number): Piece => {
    pieces.push(packed);
    const piece = { offset, rawLength, checksum: crc32(packed) };
    offset += packed.length;
    return piece;
  };
  const heads = blocks.map(({ headAt }, at) =>
    columns.heads.subarray(headAt, blocks[at + 1]?.headAt ?? columns.headEnd),
  );
  const rests = blocks.map(({ restAt }, at) =>
    columns.rests.subarray(restAt, blocks[at + 1]?.restAt ?? columns.restEnd),
  );
  const ofHeads = dictionaryOf(heads, headDictionaryBytesMax);
  const ofRests = dictionaryOf(rests, restDictionaryBytesMax);
  const addDictionary = (raw: Buffer = Buffer.alloc(0)): Piece =>
    add(raw.length === 0 ? raw : zstdCompressSync(raw, { params }), raw.length);
  const index = writeIndex(blocks, prints, {
    heads: heads.map((raw) =>
      add(deflateRawSync(raw, { level: 9, ...optionsFor(raw, ofHeads) }), raw.length),
    ),
    dictionaries: [addDictionary(ofHeads), addDictionary(ofRests)],
    rests: rests.map((raw) =>
      add(zstdCompressSync(raw, { params, ...optionsFor(raw, ofRests) }), raw.length),
    ),
  });
  const footer = Buffer.alloc(footerBytes);
  footer.writeUInt32LE(offset, 0);
  footer.writeUInt32LE(index.length, 4);
  footer.writeUInt32LE(crc32(index), 8);
  footer.write(segmentMagic, 12, "latin1");
  const bytes = Buffer.concat([...pieces, index, footer]);
  return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

/** With room for the answer, and not 64 KB for each. */
function optionsFor(
  raw: Buffer,
  dictionary: Buffer | undefined,
): { readonly chunkSize: number; readonly dictionary?: Buffer } {
  return { chunkSize: raw.length + ROOM_BYTES, ...(dictionary !== undefined && { dictionary }) };
}

function writeIndex(
  blocks: readonly Block[],
  prints: readonly number[],
  {
    heads,
    dictionaries,
    rests,
  }: { heads: readonly Piece[]; dictionaries: readonly Piece[]; rests: readonly Piece[] },
): Buffer {
  const firstKeys = Buffer.from(JSON.stringify(blocks.map(({ firstKey }) => firstKey)), "utf8");
  const fixedBytes = indexHeadBytes + blocks.length * blockEntryBytes + prints.length * printBytes;
  const index = Buffer.alloc(fixedBytes);
  let at = 0;
  const write = (...words: readonly number[]): void => {
    for (const word of words) at = index.writeUInt32LE(word, at);
  };
  const writePiece = (piece: Piece | undefined): void =>
    write(piece?.offset ?? 0, piece?.rawLength ?? 0, piece?.checksum ?? 0);
  write(blocks.length, prints.length);
  dictionaries.forEach(writePiece);
  for (const [block, { firstRow }] of blocks.entries()) {
    writePiece(heads[block]);
    writePiece(rests[block]);
    write(firstRow);
  }
  for (const print of prints) at = index.writeUInt16LE(print, at);
  return Buffer.concat([index, firstKeys]);
}
