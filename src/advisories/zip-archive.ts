/**
 * Members of a zip (PKWARE APPNOTE), read by random access: the directory at its end through yauzl, each body by one seek.
 * Names are data only; nothing is written to disk. Every size is checked before it is believed.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { crc32, inflateRawSync } from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from "yauzl";

export interface ZipOptions {
  /** Members past this number make the archive refused. */
  readonly entriesMax: number;
  /** Uncompressed bytes of one member; a larger one makes the archive refused. */
  readonly entryBytesMax: number;
  /** Whether the body is needed, by its name. */
  wants(name: string): boolean;
  onEntry(name: string, bytes: Uint8Array): void;
  readonly signal: AbortSignal | null;
  /** Awaited now and then. */
  readonly ready?: () => Promise<void>;
}

/** A broken or hostile archive. */
export class ZipError extends Error {}

/** Calls back for each wanted member, in the order of the directory. @throws ZipError, system errors, the signal's reason */
export async function readZip(path: string, options: ZipOptions): Promise<void> {
  const descriptor = openSync(path, "r");
  try {
    const sizeBytes = fstatSync(descriptor).size;
    const directory = new WindowedReader(new Window(descriptor, sizeBytes));
    const bodies = new Window(descriptor, sizeBytes);
    const zip = await fromRandomAccessReaderPromise(directory, sizeBytes, {
      decodeStrings: false,
      autoClose: false,
    }).catch(refuse);
    if (zip.entryCount > options.entriesMax)
      throw new ZipError(`it has more than ${options.entriesMax} members`);
    let count = 0;
    const entries = zip.eachEntry()[Symbol.asyncIterator]();
    for (;;) {
      const step = await entries.next().catch(refuse);
      if (step.done === true) return;
      const name = step.value.fileName.toString("utf8");
      if (!name.endsWith("/") && options.wants(name)) {
        options.onEntry(name, readBody(bodies, step.value, options));
      }
      count += 1;
      await options.ready?.();
      if (count % 1_000 !== 0) continue;
      options.signal?.throwIfAborted();
      await setImmediate();
    }
  } finally {
    closeSync(descriptor);
  }
}

function refuse(error: unknown): never {
  throw new ZipError(error instanceof Error ? error.message : "it is no zip archive", { cause: error });
}

const localHeaderBytes = 30;

function readBody(file: Window, entry: Entry, options: ZipOptions): Uint8Array {
  const { compressedSize, uncompressedSize, relativeOffsetOfLocalHeader: start } = entry;
  if (entry.isEncrypted()) throw new ZipError("a member is encrypted");
  if (uncompressedSize > options.entryBytesMax || compressedSize > options.entryBytesMax) {
    throw new ZipError(`a member has more than ${options.entryBytesMax} bytes`);
  }
  const header = file.read(start, localHeaderBytes);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new ZipError("a member does not start where it should");
  const skip = localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const body = file.read(start + skip, compressedSize);
  const bytes = inflated(body, entry);
  if (bytes.length !== uncompressedSize || crc32(bytes) !== entry.crc32) {
    throw new ZipError("a member's content does not fit its size or checksum");
  }
  return bytes;
}

function inflated(body: Buffer, entry: Entry): Uint8Array {
  // A copy: the window is reused for the next member.
  if (entry.compressionMethod === 0) return Buffer.from(body);
  if (entry.compressionMethod !== 8) throw new ZipError(`compression method ${entry.compressionMethod}`);
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    return refuse(error);
  }
}

const windowBytes = 1024 * 1024;

/** A file read through a window, because members stand side by side and are read in order. */
class Window {
  readonly #descriptor: number;
  readonly #sizeBytes: number;
  #bytes = Buffer.alloc(0);
  #start = 0;

  constructor(descriptor: number, sizeBytes: number) {
    this.#descriptor = descriptor;
    this.#sizeBytes = sizeBytes;
  }

  /** Valid until the next call. */
  read(position: number, length: number): Buffer {
    if (position < this.#start || position + length > this.#start + this.#bytes.length) {
      if (position < 0 || position + length > this.#sizeBytes)
        throw new ZipError("it ends before a member does");
      const bytes = Buffer.allocUnsafe(Math.min(Math.max(length, windowBytes), this.#sizeBytes - position));
      let filled = 0;
      while (filled < bytes.length) {
        const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, position + filled);
        if (count === 0) throw new ZipError("it ends before a member does");
        filled += count;
      }
      this.#bytes = bytes;
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + length);
  }
}

/** The window as yauzl wants it. */
class WindowedReader extends RandomAccessReader {
  readonly #window: Window;

  constructor(window: Window) {
    super();
    this.#window = window;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let failure: Error | null = null;
    try {
      this.#window.read(position, length).copy(buffer, offset);
    } catch (error) {
      failure = error instanceof Error ? error : new ZipError("it cannot be read");
    }
    queueMicrotask(() => callback(failure));
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
