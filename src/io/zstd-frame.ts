/**
 * Where a frame of zstd ends, without decoding it (RFC 8878, section 3.1.1): small frames that lie in memory as a whole are decoded
 * at once, which costs an eighth of a stream for each. zstd:chunked layers have a frame a file, tens of thousands of them.
 */
import { zstdDecompressSync } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";

/** Of one frame: more is left to a stream. */
const COMPRESSED_BYTES_MAX = 64 * 1024;
const CONTENT_BYTES_MAX = 1024 * 1024;

/**
 * Takes the next frame and decodes it; null, and nothing is taken, where it is larger or cannot be decoded, which a stream tells best.
 */
export async function takeSmallFrame(source: ByteSource): Promise<Uint8Array | null> {
  const ahead = await source.peek(COMPRESSED_BYTES_MAX);
  const length = frameLength(ahead);
  if (length === null) return null;
  const content = decode(ahead.subarray(0, length));
  if (content !== null) await source.skip(length);
  return content;
}

function decode(frame: Uint8Array): Uint8Array | null {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: CONTENT_BYTES_MAX });
  } catch {
    return null;
  }
}

const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RUN_LENGTH = 1;
const RESERVED = 3;

/** Bytes of the frame at the start of `bytes`; null where it does not end in them. The magic number was looked at before. */
function frameLength(bytes: Uint8Array): number | null {
  const descriptor = bytes[MAGIC_BYTES];
  if (descriptor === undefined) return null;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let at = MAGIC_BYTES + 1 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (let isLast = false; !isLast;) {
    const [low, middle, high] = bytes.subarray(at, at + BLOCK_HEADER_BYTES);
    if (low === undefined || middle === undefined || high === undefined) return null;
    const type = (low >> 1) & 3;
    if (type === RESERVED) return null;
    isLast = (low & 1) === 1;
    at += BLOCK_HEADER_BYTES + (type === RUN_LENGTH ? 1 : (low | (middle << 8) | (high << 16)) >> 3);
  }
  if ((descriptor & 0x04) !== 0) at += CHECKSUM_BYTES;
  return at <= bytes.length ? at : null;
}
