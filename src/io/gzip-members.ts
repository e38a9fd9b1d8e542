/**
 * Gzip member by member (RFC 1952), each by a decoder of its own: it ends where the member does, whatever follows. Slower than
 * node's decoder of whole files and without its check of sums, so only for input that this one has refused.
 */
import { createInflateRaw } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { CHUNK_BYTES, inflateFrames, type InflateFailure, type InflateRun } from "./inflate-frames.ts";

/** Null: the input is used up, or nobody wants more of it. */
export async function inflateMembers(run: InflateRun): Promise<InflateFailure | null> {
  for (let count = 0; !run.isStopped; count += 1) {
    if ((await run.source.peek(1)).length === 0) return null;
    if (!(await skipHeader(run.source))) {
      return count === 0
        ? { kind: "invalid", reason: "no gzip header" }
        : { kind: "trailing", reason: "bytes after the end of the gzip data" };
    }
    const failure = await inflateFrames(run, () => createInflateRaw({ chunkSize: CHUNK_BYTES }));
    if (failure !== null || run.isStopped) return failure;
    if (!(await run.source.skip(TRAILER_BYTES))) return { kind: "truncated", reason: "ends before its sum" };
  }
  return null;
}

/** CRC-32 and size. */
const TRAILER_BYTES = 8;
const HEADER_BYTES = 10;
const [HAS_SUM, HAS_EXTRA, HAS_NAME, HAS_COMMENT] = [0x02, 0x04, 0x08, 0x10];
/** Names and comments are read byte by byte. */
const TEXT_BYTES_MAX = 64 * 1024;

async function skipHeader(source: ByteSource): Promise<boolean> {
  const head = await source.peek(HEADER_BYTES);
  const [first, second, method, flags = 0] = head;
  if (head.length < HEADER_BYTES || first !== 0x1f || second !== 0x8b || method !== 8) return false;
  await source.skip(HEADER_BYTES);
  if ((flags & HAS_EXTRA) !== 0) {
    const [low = 0, high = 0] = await source.peek(2);
    if (!(await source.skip(2 + low + high * 256))) return false;
  }
  if ((flags & HAS_NAME) !== 0 && !(await skipText(source))) return false;
  if ((flags & HAS_COMMENT) !== 0 && !(await skipText(source))) return false;
  return (flags & HAS_SUM) === 0 || source.skip(2);
}

/** To the zero that ends it. */
async function skipText(source: ByteSource): Promise<boolean> {
  for (let count = 0; count < TEXT_BYTES_MAX; count += 1) {
    const [byte] = await source.peek(1);
    if (byte === undefined) return false;
    await source.skip(1);
    if (byte === 0) return true;
  }
  return false;
}
