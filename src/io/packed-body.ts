/**
 * The body of a large file, kept for who looks into it: compressed, a block at a time. A program of 130 MB takes a third of that,
 * and most who look read a table at each end.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { FileView } from "../domain/files.ts";

const BLOCK_BYTES = 1024 * 1024;

export class PackedBody {
  readonly sizeBytes: number;
  readonly #blocks: Block[] = [];
  /** The block that is being filled. */
  #open: Buffer | null = null;
  #filled = 0;
  #addedBytes = 0;

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  /** The next bytes. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      this.#open ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#open.set(piece, this.#filled);
      this.#filled += piece.length;
      this.#addedBytes += piece.length;
      at += piece.length;
      if (this.#filled === BLOCK_BYTES || this.#addedBytes === this.sizeBytes) this.#close(this.#open);
    }
  }

  /** When all bytes were added. What the view hands out is good until its next call. */
  view(): FileView {
    const blocks = new OpenBlocks(this.#blocks);
    let joined = Buffer.alloc(0);
    return {
      sizeBytes: this.sizeBytes,
      read: (offset, length) => {
        const end = Math.min(this.sizeBytes, offset + length);
        if (offset >= end) return joined.subarray(0, 0);
        const first = Math.floor(offset / BLOCK_BYTES);
        const last = Math.floor((end - 1) / BLOCK_BYTES);
        const start = first * BLOCK_BYTES;
        if (first === last) return blocks.at(first).subarray(offset - start, end - start);
        if (joined.length < end - offset) joined = Buffer.allocUnsafeSlow(end - offset);
        for (let index = first; index <= last; index += 1) {
          const from = index * BLOCK_BYTES;
          const piece = blocks.at(index).subarray(Math.max(0, offset - from), end - from);
          joined.set(piece, Math.max(0, from - offset));
        }
        return joined.subarray(0, end - offset);
      },
    };
  }

  #close(block: Buffer): void {
    const bytes = block.subarray(0, this.#filled);
    const packed = zstdCompressSync(bytes, {
      chunkSize: BLOCK_BYTES,
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    });
    const isPacked = packed.length < bytes.length;
    this.#blocks.push({ bytes: copyOf(isPacked ? packed : bytes), isPacked });
    free(packed);
    this.#filled = 0;
    if (this.#addedBytes === this.sizeBytes) this.#open = null;
  }
}

interface Block {
  readonly bytes: Buffer;
  /** False: it did not get smaller, and is kept as it is. */
  readonly isPacked: boolean;
}

interface OpenBlock {
  readonly index: number;
  readonly bytes: Buffer;
}

/** The two blocks that were asked for last: tables stand side by side, and of some files two are read in turns. */
class OpenBlocks {
  readonly #blocks: readonly Block[];
  #last: OpenBlock = { index: -1, bytes: Buffer.alloc(0) };
  #before: OpenBlock = { index: -1, bytes: Buffer.alloc(0) };

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks;
  }

  at(index: number): Buffer {
    const { bytes, isPacked } = this.#blocks[index] as Block;
    if (!isPacked) return bytes;
    if (this.#last.index !== index) {
      const before = this.#before;
      this.#before = this.#last;
      this.#last = before.index === index ? before : { index, bytes: unpack(bytes) };
      if (this.#last !== before) free(before.bytes);
    }
    return this.#last.bytes;
  }
}

function unpack(packed: Uint8Array): Buffer {
  return zstdDecompressSync(packed, { chunkSize: BLOCK_BYTES, maxOutputLength: BLOCK_BYTES });
}

function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** At once: the collector sees little of memory outside its heap, and comes late. */
function free({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
