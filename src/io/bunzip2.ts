/**
 * Decompresses bzip2, which node:zlib does not have (why here: ADR 0019): several streams in a row, as parallel compressors write them. There is no
 * official specification; the format is that of bzip2 1.0.8 (https://sourceware.org/bzip2/), as written down in
 * https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf.
 *
 * A block is at most 900,000 bytes before its last run-length step and is decoded whole, so a piece of input waits until a block
 * must be complete in it. Blocks carry checksums, which are compared.
 */
import { createBitReader, type BitReader } from "./bunzip2-bits.ts";
import { readSymbols } from "./bunzip2-symbols.ts";

/** What is wrong with the input, for people. */
export class Bunzip2Error extends Error {}

export interface Bunzip2 {
  /** Takes the next bytes; content that is complete goes to `onContent`, to be used before it returns. @throws Bunzip2Error */
  write(piece: Uint8Array): void;
  /** @throws Bunzip2Error when the input ends early */
  end(): void;
}

/**
 * Longest compressed form of a block: every symbol with a code of 20 bits, and the tables. With less at hand, and more to come,
 * a block is not begun.
 */
const BLOCK_INPUT_BYTES_MAX = 2_400_000;

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;

export function createBunzip2(onContent: (content: Uint8Array) => void): Bunzip2 {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let bits: BitReader = createBitReader(new Uint8Array(0));
  /** Size of the blocks of the stream that is open; null between streams. */
  let level: number | null = null;
  let isAnyRead = false;

  const refill = (): void => {
    bits = bits.withMore(pending);
    pending = [];
    pendingBytes = 0;
  };
  /** Reads as many whole blocks as there are. */
  const advance = (isLast: boolean): void => {
    refill();
    while (bits.left() >= (isLast ? 1 : BLOCK_INPUT_BYTES_MAX)) {
      if (level === null) level = readStreamHeader(bits);
      const magic = bits.read(24) * 0x1000000 + bits.read(24);
      if (magic === BLOCK_MAGIC) onContent(readBlock(bits, level));
      else if (magic === END_MAGIC) {
        // Of all blocks; each has been checked by its own.
        bits.read(32);
        bits.alignToByte();
        level = null;
      } else throw new Bunzip2Error("a block does not begin as one");
      isAnyRead = true;
    }
  };
  return {
    write(piece) {
      // Copied: the caller may use the piece's memory again.
      pending.push(piece.slice());
      pendingBytes += piece.length;
      if (bits.left() + pendingBytes >= 2 * BLOCK_INPUT_BYTES_MAX) advance(false);
    },
    end() {
      advance(true);
      if (level !== null || !isAnyRead) throw new Bunzip2Error("it ends early");
    },
  };
}

/** The whole content. @throws Bunzip2Error, also when there is more than `bytesMax` of it */
export function bunzip2(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const decoder = createBunzip2((content) => {
    size += content.length;
    if (size > bytesMax) throw new Bunzip2Error(`it has more than ${bytesMax} bytes`);
    pieces.push(content);
  });
  decoder.write(bytes);
  decoder.end();
  return Buffer.concat(pieces, size);
}

function readStreamHeader(bits: BitReader): number {
  const isHeader = bits.read(8) === 0x42 && bits.read(8) === 0x5a && bits.read(8) === 0x68;
  const level = bits.read(8) - 0x30;
  if (!isHeader || level < 1 || level > 9) throw new Bunzip2Error("it does not begin as bzip2");
  return level;
}

function readBlock(bits: BitReader, level: number): Uint8Array {
  const checksum = bits.read(32);
  if (bits.read(1) === 1)
    throw new Bunzip2Error("a block is randomised, which no compressor has done since 1998");
  const start = bits.read(24);
  const symbols = readSymbols(bits, level * 100_000);
  if (symbols === null) throw new Bunzip2Error("a block is damaged");
  const content = undoRuns(undoSort(symbols, start));
  if (checksumOf(content) !== checksum) throw new Bunzip2Error("the checksum of a block is wrong");
  return content;
}

/** Undoes the Burrows-Wheeler transform. */
function undoSort(sorted: Uint8Array, start: number): Uint8Array {
  const length = sorted.length;
  if (length === 0 || start >= length) throw new Bunzip2Error("a block is damaged");
  const firsts = new Uint32Array(257);
  for (let at = 0; at < length; at += 1)
    firsts[(sorted[at] ?? 0) + 1] = (firsts[(sorted[at] ?? 0) + 1] ?? 0) + 1;
  for (let byte = 0; byte < 256; byte += 1) firsts[byte + 1] = (firsts[byte + 1] ?? 0) + (firsts[byte] ?? 0);
  // A byte and where the next one is, in one number: 8 and 20 bits.
  const links = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) {
    const byte = sorted[at] ?? 0;
    const place = firsts[byte] ?? 0;
    firsts[byte] = place + 1;
    links[place] = at * 256;
  }
  for (let at = 0; at < length; at += 1) links[at] = (links[at] ?? 0) + (sorted[(links[at] ?? 0) >>> 8] ?? 0);
  const original = new Uint8Array(length);
  let next = start;
  for (let at = 0; at < length; at += 1) {
    const link = links[next] ?? 0;
    original[at] = link & 255;
    next = link >>> 8;
  }
  return original;
}

/** Four equal bytes are followed by how many more there are. */
function undoRuns(bytes: Uint8Array): Uint8Array {
  let size = 0;
  forEachRun(bytes, (_byte, count) => (size += count));
  if (size === bytes.length) return bytes;
  const content = new Uint8Array(size);
  let at = 0;
  forEachRun(bytes, (byte, count) => {
    content.fill(byte, at, at + count);
    at += count;
  });
  return content;
}

function forEachRun(bytes: Uint8Array, take: (byte: number, count: number) => void): void {
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    let count = 1;
    while (count < 4 && bytes[at + count] === byte) count += 1;
    const more = count === 4 ? (bytes[at + 4] ?? 0) : 0;
    take(byte, count + more);
    at += count === 4 ? 5 : count;
  }
}

const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum;
});

/** CRC-32 with the highest bit first. */
function checksumOf(bytes: Uint8Array): number {
  let sum = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    sum = (sum << 8) ^ (checksums[((sum >>> 24) ^ (bytes[at] ?? 0)) & 255] ?? 0);
  }
  return ~sum >>> 0;
}
