/**
 * Walks an uncompressed tar on disk by seeking: headers and wanted bodies are read, the rest is never touched.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FilePlace } from "./file-range.ts";
import { createReadingRoom, viewRange } from "./file-view.ts";
import { createTarParser, type TarFailure, type TarParserOptions } from "./tar-parser.ts";

export interface TarFileOptions extends TarParserOptions {
  /** Where the tar starts in the file, in bytes. Default 0. */
  readonly offset?: number;
  /** Bytes of the tar. Default: to the end of the file. */
  readonly sizeBytes?: number;
  /** Called now and then with the bytes passed so far; false stops the walk. */
  readonly onProgress?: (bytesPassed: number) => boolean;
  readonly signal?: AbortSignal | null;
}

/**
 * After a jump little is read, as another may follow at once; where small files stand side by side, each read is twice
 * the one before. A short jump is none: a call costs as much as copying what it spares.
 */
const WINDOW_BYTES_MIN = 4 * 1024;
const WINDOW_BYTES_MAX = 128 * 1024;
const JUMP_BYTES_MIN = 16 * 1024;

/** The event loop gets a turn after this many bytes read. */
const TURN_BYTES = 8 * 1024 * 1024;

/**
 * Calls back for every entry of the tar, as `createTarParser` does. `failure` says why it ended early; `bytesPassed` counts
 * from its start. @throws system errors of open and read, the signal's reason
 */
export async function walkTarFile(
  place: FilePlace,
  options: TarFileOptions,
): Promise<{ failure: TarFailure | null; bytesPassed: number }> {
  const start = options.offset ?? 0;
  const size = options.sizeBytes ?? Number.MAX_SAFE_INTEGER - start;
  const descriptor = typeof place === "number" ? place : openSync(place, "r");
  const window = Buffer.allocUnsafeSlow(WINDOW_BYTES_MAX);
  // What of the archive stands in the window: mostly the first bytes of the file that is to be looked at, too.
  const seen = { offset: 0, sizeBytes: 0 };
  const headOf = (offset: number): Uint8Array => {
    const from = offset - seen.offset;
    return from < 0 || from > seen.sizeBytes ? window.subarray(0, 0) : window.subarray(from, seen.sizeBytes);
  };
  const parser = createTarParser(lookingInPlace(options, { descriptor, start, sizeBytes: size, headOf }));
  let at = 0;
  let turn = 0;
  let windowBytes = WINDOW_BYTES_MIN;
  try {
    while (at < size) {
      const length = readSync(descriptor, window, 0, Math.min(windowBytes, size - at), start + at);
      if (length === 0) break;
      seen.offset = at;
      seen.sizeBytes = length;
      at += length;
      turn += length;
      if (!parser.write(window.subarray(0, length))) break;
      const skipped = parser.skip(size - at);
      at += skipped;
      windowBytes =
        skipped >= JUMP_BYTES_MIN ? WINDOW_BYTES_MIN : Math.min(2 * windowBytes, WINDOW_BYTES_MAX);
      if (turn < TURN_BYTES) continue;
      turn = 0;
      options.signal?.throwIfAborted();
      if (options.onProgress?.(at) === false) break;
      await setImmediate();
    }
    options.onProgress?.(at);
  } finally {
    if (typeof place === "string") closeSync(descriptor);
  }
  return { failure: parser.end(), bytesPassed: at };
}

interface OpenTar {
  readonly descriptor: number;
  readonly start: number;
  readonly sizeBytes: number;
  /** Bytes that are in memory from this offset of the archive on; none where they are not. Good during a call of the parser. */
  headOf(offset: number): Uint8Array;
}

/** What is to be looked at is read where it stands, and only as much of it as is asked for. */
function lookingInPlace(
  options: TarFileOptions,
  { descriptor, start, sizeBytes, headOf }: OpenTar,
): TarParserOptions {
  const room = createReadingRoom();
  return {
    ...options,
    wants(entry) {
      const wish = options.wants(entry);
      if (wish !== "look") return wish;
      // A header may promise more than the file has.
      const bytes = Math.min(entry.sizeBytes, Math.max(0, sizeBytes - entry.bodyOffset));
      const head = headOf(entry.bodyOffset);
      if (!entry.sparse) {
        options.look?.(entry, viewRange(descriptor, start + entry.bodyOffset, bytes, room, head));
      }
      return false;
    },
  };
}
