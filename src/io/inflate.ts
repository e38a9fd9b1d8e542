/**
 * Decompresses gzip and zstd as they are met in layers: several members or frames in a row, skippable frames anywhere,
 * and nothing else after the end. node:zlib stops silently at the end of a zstd frame, and at a zero byte after a gzip
 * member, so the loop over frames is here. Formats: RFC 1952 (gzip), RFC 8878 (zstd).
 */
import { createGunzip, createZstdDecompress } from "node:zlib";
import { createByteSource } from "./byte-source.ts";
import { inflateMembers } from "./gzip-members.ts";
import {
  CHUNK_BYTES,
  deliver,
  inflateFrames,
  type InflateFailure,
  type InflateRun,
} from "./inflate-frames.ts";
import { takeSmallFrame } from "./zstd-frame.ts";

export type Compression = "none" | "gzip" | "zstd";

export type { InflateFailure } from "./inflate-frames.ts";
export { CHUNK_BYTES } from "./inflate-frames.ts";

export interface InflateResult {
  readonly compression: Compression;
  /** Bytes handed to `onContent`. */
  readonly contentBytes: number;
  /** Null: all of the input was used, or `onContent` stopped it. */
  readonly failure: InflateFailure | null;
  readonly isStopped: boolean;
}

export interface InflateOptions {
  /** Null: by the first bytes. */
  readonly compression?: Compression | null;
  /** The next bytes, to be used before it returns. False stops. */
  onContent(chunk: Uint8Array, readBytes: number): boolean;
  readonly signal?: AbortSignal | null;
  /** The input from its beginning once more, for gzip with something else after it; absent: it can be had once. */
  readonly again?: () => AsyncIterable<Uint8Array>;
}

/**
 * After a frame with no more content than this. zstd:chunked layers have a frame a file, tens of thousands of them, and
 * clearing a large chunk for each takes longer than inflating it.
 */
const SMALL_CHUNK_BYTES = 64 * 1024;

/**
 * Compression by the first bytes (at least 4, if there are as many). Other well-known kinds are named, so that a problem
 * can name them; anything else is `none`.
 */
export function sniffCompression(head: Uint8Array): Compression | "xz" | "bzip2" | "lz4" {
  const magic = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("hex", 0, 6);
  if (magic.startsWith("1f8b")) return "gzip";
  if (magic.startsWith("28b52ffd") || /^5[0-9a-f]2a4d18/.test(magic)) return "zstd";
  if (magic.startsWith("fd377a585a00")) return "xz";
  if (magic.startsWith("425a68")) return "bzip2";
  if (magic.startsWith("04224d18")) return "lz4";
  return "none";
}

/**
 * Pushes the content of `input` through `onContent`, and reads `input` to its end unless stopped. Bad input ends in `failure`, after the content before it
 * (less at most a chunk, where the decoder keeps what it has).
 * @throws what `input` throws, and the signal's reason
 */
export async function inflate(
  input: AsyncIterable<Uint8Array>,
  options: InflateOptions,
): Promise<InflateResult> {
  const source = createByteSource(input);
  const run: InflateRun = { source, options, contentBytes: 0, isStopped: false };
  try {
    const sniffed = options.compression ?? sniffCompression(await source.peek(6));
    const failure = await inflateAs(sniffed, run);
    // To the end in any case: who hashes the input on its way here needs all of it.
    if (!run.isStopped) await drain(run);
    return {
      compression: sniffed === "gzip" || sniffed === "zstd" ? sniffed : "none",
      contentBytes: run.contentBytes,
      failure: run.isStopped ? null : failure,
      isStopped: run.isStopped,
    };
  } finally {
    await source.close();
  }
}

function inflateAs(
  compression: ReturnType<typeof sniffCompression>,
  run: InflateRun,
): Promise<InflateFailure | null> {
  switch (compression) {
    case "none":
      return copy(run);
    case "gzip":
      return inflateGzip(run);
    case "zstd":
      return inflateZstd(run);
    default:
      return Promise.resolve({ kind: "invalid", reason: `${compression} compression is not supported` });
  }
}

async function drain(run: InflateRun): Promise<void> {
  while ((await run.source.next()) !== null) run.options.signal?.throwIfAborted();
}

async function copy(run: InflateRun): Promise<null> {
  for (;;) {
    run.options.signal?.throwIfAborted();
    const chunk = await run.source.next();
    if (chunk === null || !deliver(run, chunk)) return null;
  }
}

/** node reads member after member itself; what it leaves must be the zeros that some writers pad with. */
async function inflateGzip(run: InflateRun): Promise<InflateFailure | null> {
  const failure = await inflateFrames(run, () => createGunzip({ chunkSize: CHUNK_BYTES }));
  if (failure?.kind === "invalid" && !run.isStopped) return readAgain(run, failure);
  if (failure !== null || run.isStopped) return failure;
  for (;;) {
    const chunk = await run.source.next();
    if (chunk === null) return null;
    if (chunk.some((byte) => byte !== 0))
      return { kind: "trailing", reason: "bytes after the end of the gzip data" };
  }
}

/**
 * node's decoder fails on what follows the last member, and keeps what it had decoded of it by then. Where the input can be had a
 * second time, that is handed on after all.
 */
async function readAgain(run: InflateRun, failure: InflateFailure): Promise<InflateFailure> {
  const { again, ...options } = run.options;
  if (again === undefined) return failure;
  const source = createByteSource(again());
  let knownBytes = run.contentBytes;
  const onContent = (chunk: Uint8Array, readBytes: number): boolean => {
    const passed = Math.min(knownBytes, chunk.length);
    knownBytes -= passed;
    return passed === chunk.length || options.onContent(chunk.subarray(passed), readBytes);
  };
  const second: InflateRun = {
    source,
    options: { ...options, onContent },
    contentBytes: 0,
    isStopped: false,
  };
  try {
    return (await inflateMembers(second)) ?? failure;
  } finally {
    run.contentBytes = Math.max(run.contentBytes, second.contentBytes);
    run.isStopped = second.isStopped;
    await source.close();
  }
}

async function inflateZstd(run: InflateRun): Promise<InflateFailure | null> {
  let chunkSize = CHUNK_BYTES;
  for (;;) {
    const head = await run.source.peek(8);
    if (head.length === 0 || run.isStopped) return null;
    const magic = Buffer.from(head).toString("hex", 0, 4);
    if (/^5[0-9a-f]2a4d18$/.test(magic)) {
      const length = head.length < 8 ? Infinity : 8 + Buffer.from(head).readUInt32LE(4);
      if (!(await run.source.skip(length)))
        return { kind: "truncated", reason: "ends inside a skippable frame" };
      continue;
    }
    if (magic !== "28b52ffd") {
      return run.contentBytes === 0
        ? { kind: "invalid", reason: "no zstd frame" }
        : { kind: "trailing", reason: "bytes after the end of the zstd frames" };
    }
    const before = run.contentBytes;
    const small = chunkSize === SMALL_CHUNK_BYTES ? await takeSmallFrame(run.source) : null;
    if (small === null) {
      const frameChunk = chunkSize;
      const failure = await inflateFrames(run, () => createZstdDecompress({ chunkSize: frameChunk }));
      if (failure !== null) return failure;
    } else {
      run.options.signal?.throwIfAborted();
      if (small.length > 0) deliver(run, small);
    }
    chunkSize = run.contentBytes - before <= SMALL_CHUNK_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
  }
}
