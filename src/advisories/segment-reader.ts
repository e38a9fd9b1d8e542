/**
 * Reads rows from a segment file by key. The file is opened at once (so that a later removal does no harm), its index is read
 * at the first look-up, the heads of a block only when a fingerprint says that the key may be in it, and rests when they are asked.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync } from "node:fs";
import { PlimsollError } from "../domain/error.ts";
import type { FoundRow } from "./row-text.ts";
import { readBlockHeads, readBlockRests, readIndex, type SegmentIndex } from "./segment-blocks.ts";
import { readAt, type SegmentFile } from "./segment-file.ts";
import {
  fingerprint,
  footerBytes,
  headerBytes,
  rowOfPieces,
  segmentBytesMax,
  type Row,
} from "./segment-format.ts";

export interface SegmentReader {
  /** The row, or null when the segment has no such key. @throws PlimsollError DATABASE_INVALID */
  find(key: string): FoundRow | null;
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
  let known: SegmentIndex | null = null;
  const indexOf = (): SegmentIndex => (known ??= readIndex(file));
  const headsOf = remembered((block) => readBlockHeads(file, indexOf(), block));
  const restsOf = remembered((block) => readBlockRests(file, indexOf(), block));
  return {
    find(key) {
      const index = indexOf();
      const block = blockOf(index, key);
      if (block === -1 || !index.mayHold(block, fingerprint(key))) return null;
      return findInBlock(file, headsOf(block), {
        wanted: Buffer.from(key, "utf8"),
        rests: () => restsOf(block),
      });
    },
    *rows() {
      const index = indexOf();
      for (let block = 0; block < index.blockCount; block += 1) {
        yield* rowsOfBlock(file, readBlockHeads(file, index, block), readBlockRests(file, index, block));
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

/** The last answer is kept: keys are asked in order. */
function remembered(read: (block: number) => Buffer): (block: number) => Buffer {
  let recent: { block: number; raw: Buffer } | null = null;
  return (block) => {
    if (recent?.block !== block) recent = { block, raw: read(block) };
    return recent.raw;
  };
}

/** The block that a key can be in: the last one whose first key is not above it; -1: none. */
function blockOf({ firstKeys }: SegmentIndex, key: string): number {
  let low = 0;
  let high = firstKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firstKeys[middle] ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Only the bytes of the key are compared: most rows of a block are not asked for. */
function findInBlock(
  file: SegmentFile,
  heads: Buffer,
  { wanted, rests }: { wanted: Buffer; rests: () => Buffer },
): FoundRow | null {
  for (let at = 0, row = 0; at < heads.length; row += 1) {
    const { keyEnd, headEnd, isLone } = headEnds(file, heads, at);
    if (keyEnd - at - 8 === wanted.length && heads.compare(wanted, 0, wanted.length, at + 8, keyEnd) === 0) {
      const head = isLone ? null : heads.toString("utf8", keyEnd, headEnd);
      return { head, rest: () => restOf(file, rests(), row).toString("utf8") };
    }
    at = headEnd;
  }
  return null;
}

function restOf(file: SegmentFile, rests: Buffer, row: number): Buffer {
  let at = 0;
  for (let passed = 0; passed < row; passed += 1) at = restEnd(file, rests, at);
  return rests.subarray(at + 4, restEnd(file, rests, at));
}

function* rowsOfBlock(file: SegmentFile, heads: Buffer, rests: Buffer): Generator<Row> {
  for (let at = 0, restAt = 0; at < heads.length;) {
    const { keyEnd, headEnd, isLone } = headEnds(file, heads, at);
    const end = restEnd(file, rests, restAt);
    const rest = rests.subarray(restAt + 4, end);
    const pieces = isLone ? [rest] : [heads.subarray(keyEnd, headEnd), LINE_END, rest];
    yield rowOfPieces(heads.toString("utf8", at + 8, keyEnd), pieces);
    at = headEnd;
    restAt = end;
  }
}

const LINE_END = Buffer.from("\n");

function headEnds(
  file: SegmentFile,
  heads: Buffer,
  at: number,
): { keyEnd: number; headEnd: number; isLone: boolean } {
  if (at + 8 > heads.length) throw file.invalid("has a broken block");
  const keyEnd = at + 8 + heads.readUInt32LE(at);
  const written = heads.readUInt32LE(at + 4);
  const headEnd = keyEnd + Math.max(0, written - 1);
  if (headEnd > heads.length) throw file.invalid("has a broken block");
  return { keyEnd, headEnd, isLone: written === 0 };
}

function restEnd(file: SegmentFile, rests: Buffer, at: number): number {
  if (at + 4 > rests.length) throw file.invalid("has a broken block");
  const end = at + 4 + rests.readUInt32LE(at);
  if (end > rests.length) throw file.invalid("has a broken block");
  return end;
}
