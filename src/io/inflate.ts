/**
 * Decompresses gzip and zstd as they are met in layers: several members or frames in a row, skippable frames anywhere,
 * and nothing else after the end. node:zlib stops silently at the end of a zstd frame, and at a zero byte after a gzip
 * member, so the loop over frames is here. Formats: RFC 1952 (gzip), RFC 8878 (zstd).
 */
import { createGunzip, createZstdDecompress } from "node:zlib";
import { createByteSource, type ByteSource } from "./byte-source.ts";

export type Compression = "none" | "gzip" | "zstd";

export interface InflateFailure {
  /** `truncated`: ends early; `invalid`: not that format; `trailing`: more bytes after the end that are no frame. */
  readonly kind: "truncated" | "invalid" | "trailing";
  readonly reason: string;
}

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
}

/** Large chunks: 0.93 GB/s of zstd against 0.38 with the default of 16 KB. */
export const CHUNK_BYTES = 1024 * 1024;

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
  const run: Run = { source, options, contentBytes: 0, isStopped: false };
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

interface Run {
  readonly source: ByteSource;
  readonly options: InflateOptions;
  contentBytes: number;
  isStopped: boolean;
}

function inflateAs(
  compression: ReturnType<typeof sniffCompression>,
  run: Run,
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

async function drain(run: Run): Promise<void> {
  while ((await run.source.next()) !== null) run.options.signal?.throwIfAborted();
}

function deliver(run: Run, chunk: Uint8Array): boolean {
  if (run.isStopped) return false;
  run.contentBytes += chunk.length;
  if (!run.options.onContent(chunk, run.source.readBytes)) run.isStopped = true;
  return !run.isStopped;
}

async function copy(run: Run): Promise<null> {
  for (;;) {
    run.options.signal?.throwIfAborted();
    const chunk = await run.source.next();
    if (chunk === null || !deliver(run, chunk)) return null;
  }
}

/** node reads member after member itself; what it leaves must be the zeros that some writers pad with. */
async function inflateGzip(run: Run): Promise<InflateFailure | null> {
  const failure = await inflateFrames(run, () => createGunzip({ chunkSize: CHUNK_BYTES }));
  if (failure !== null || run.isStopped) return failure;
  for (;;) {
    const chunk = await run.source.next();
    if (chunk === null) return null;
    if (chunk.some((byte) => byte !== 0))
      return { kind: "trailing", reason: "bytes after the end of the gzip data" };
  }
}

async function inflateZstd(run: Run): Promise<InflateFailure | null> {
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
    const frameChunk = chunkSize;
    const failure = await inflateFrames(run, () => createZstdDecompress({ chunkSize: frameChunk }));
    if (failure !== null) return failure;
    chunkSize = run.contentBytes - before <= SMALL_CHUNK_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
  }
}

type Decoder = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

/** Feeds one decoder until it ends; what it did not use goes back to the source. */
async function inflateFrames(run: Run, create: () => Decoder): Promise<InflateFailure | null> {
  const decoder = create();
  let failure: InflateFailure | null = null;
  const state = { isOver: false };
  let wake: () => void = () => undefined;
  const over = (): void => {
    state.isOver = true;
    wake();
  };
  const used = laterUse((chunk) => {
    if (!deliver(run, chunk)) over();
    release(chunk);
  });
  decoder.on("data", used.add);
  decoder.on("end", over);
  decoder.on("error", (error: Error & { code?: string }) => {
    const isTruncated = error.code === "Z_BUF_ERROR" || /unexpected end/i.test(error.message);
    failure ??= { kind: isTruncated ? "truncated" : "invalid", reason: error.message };
    over();
  });
  const step = (act: (done: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (state.isOver) resolve();
      else act(resolve);
    });
  let fedBytes = 0;
  let last: Uint8Array = new Uint8Array(0);
  try {
    while (!state.isOver) {
      run.options.signal?.throwIfAborted();
      const chunk = await run.source.next();
      if (chunk === null) {
        // Only "end" and "error" wake this one: the rest of the content comes before them.
        await step(() => decoder.end());
        break;
      }
      last = chunk;
      fedBytes += chunk.length;
      await step((done) => decoder.write(chunk, () => done()));
      // A decoder that has left bytes is about to say that it has ended.
      if (!state.isOver && decoder.bytesWritten < fedBytes) await step(() => undefined);
    }
    used.flush();
    const unused = fedBytes - decoder.bytesWritten;
    if (failure === null && unused > 0) run.source.unread(last.subarray(last.length - unused));
    return failure;
  } finally {
    used.drop();
    decoder.destroy();
  }
}

interface LaterUse {
  readonly add: (chunk: Buffer) => void;
  /** Uses what is still waiting. */
  readonly flush: () => void;
  /** Forgets what is still waiting: whoever would use it has gone on. */
  readonly drop: () => void;
}

/**
 * Chunks used after the decoder was given its next work, not before: it goes on in its thread meanwhile. As what is decoded is
 * told of in turns with this, one or two chunks wait at a time. In the order they came.
 */
function laterUse(use: (chunk: Buffer) => void): LaterUse {
  let waiting: Buffer[] = [];
  const flush = (): void => {
    const chunks = waiting;
    waiting = [];
    for (const chunk of chunks) use(chunk);
  };
  return {
    add(chunk) {
      if (waiting.push(chunk) === 1) setImmediate(flush);
    },
    flush,
    drop: () => void (waiting = []),
  };
}

/**
 * Gives the memory of a used-up output chunk back at once. Left to the collector, chunks of 1 MB make it run every few
 * dozen of them, and each new one is memory that the system has to clear. A chunk that ends where its memory ends is the
 * last that the decoder makes there; others share theirs with the next.
 */
function release(chunk: Buffer): void {
  const { buffer, byteOffset, byteLength } = chunk;
  const isLast = buffer.byteLength === CHUNK_BYTES && byteOffset + byteLength === CHUNK_BYTES;
  if (isLast && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
