/**
 * A parser of tar archives that is pushed bytes and calls back: synchronous, without copies of headers, and without
 * holding any body that was not asked for. Formats: see `tar-header.ts`.
 */
import type { FileView } from "../domain/files.ts";
import { LookRoom } from "./look-room.ts";
import {
  isZeroBlock,
  readHeader,
  readPaxRecords,
  readText,
  sizeField,
  TAR_BLOCK_BYTES,
  TarHeaderError,
  typeFlag,
  verifyChecksum,
  type TarExtensions,
  type TarHeader,
} from "./tar-header.ts";

export interface TarEntry extends TarHeader {
  /** Position among the entries of the archive, from 0. */
  readonly ordinal: number;
  /** Where the body starts, in bytes from the start of the archive. */
  readonly bodyOffset: number;
}

export interface TarParserOptions {
  /**
   * Whether the body is needed: kept (true), or looked at while it passes. Asked once for each `file` entry, before its
   * `onEntry`.
   */
  wants(entry: TarEntry): boolean | "look";
  /** The body of an entry that is to be looked at, just before its `onEntry`. The view is of no use after the call. */
  look?(entry: TarEntry, view: FileView): void;
  /**
   * Every entry in order, with its whole body when it was wanted, else null. A wanted body is null too when the entry is
   * sparse or larger than `bodyBytesMax`. Returning false stops the parser: it takes no more bytes.
   */
  onEntry(entry: TarEntry, body: Uint8Array | null): void | false;
  /** Largest body that is collected and handed out. */
  readonly bodyBytesMax: number;
  /** Largest body that is collected to be looked at; a larger one is not. Default: `bodyBytesMax`. */
  readonly lookBytesMax?: number;
}

/** Why an archive ended early; null: it ended as it should. */
export interface TarFailure {
  readonly kind: "invalid" | "truncated";
  readonly reason: string;
}

export interface TarParser {
  /** Takes the next bytes. They may be reused after the call. False: no more are needed (ended, stopped or failed). */
  write(chunk: Uint8Array): boolean;
  /**
   * Bytes of a body that nobody wants and that need not be written: at most `bytesMax` of them are taken as passed.
   * Returns how many. For readers that can seek.
   */
  skip(bytesMax: number): number;
  /** No more bytes will come. */
  end(): TarFailure | null;
}

/** Ceiling for one pax header or GNU long name, as in Go's archive/tar. */
const EXTENSION_BYTES_MAX = 1024 * 1024;

type Phase = "header" | "sparse-map" | "extension" | "body" | "skip" | "padding" | "closing" | "done";

/** A new parser, for one archive. */
export function createTarParser(options: TarParserOptions): TarParser {
  return new PushParser(options);
}

const NO_EXTENSIONS: TarExtensions = { pax: null, longPath: null, longTarget: null };

class PushParser implements TarParser {
  readonly #options: TarParserOptions;
  /** A header block that is spread over several chunks. */
  readonly #scratch = Buffer.alloc(TAR_BLOCK_BYTES);
  #scratchLength = 0;
  #phase: Phase = "header";
  #offset = 0;
  #ordinal = 0;
  /** Bytes to go in a body or its padding. */
  #remaining = 0;
  #paddingBytes = 0;
  #extensionFlag = 0;
  #collected: Buffer | null = null;
  #isLook = false;
  readonly #lookRoom = new LookRoom();
  #entry: TarEntry | null = null;
  #failure: TarFailure | null = null;
  #extensions = NO_EXTENSIONS;

  constructor(options: TarParserOptions) {
    this.#options = options;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#phase === "done") return false;
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    try {
      this.#walk(bytes);
    } catch (error) {
      if (!(error instanceof TarHeaderError)) throw error;
      this.#fail("invalid", error.message);
    }
    return (this.#phase as Phase) !== "done";
  }

  skip(bytesMax: number): number {
    let skipped = 0;
    while ((this.#phase === "skip" || this.#phase === "padding") && skipped < bytesMax) {
      const length = Math.min(this.#remaining, bytesMax - skipped);
      skipped += length;
      this.#pass(length);
    }
    return skipped;
  }

  end(): TarFailure | null {
    if (this.#phase === "done") return this.#failure;
    const isBetween = this.#phase === "header" || this.#phase === "closing" || this.#phase === "padding";
    if (!isBetween || this.#scratchLength > 0 || this.#extensions !== NO_EXTENSIONS) {
      this.#fail("truncated", "the archive ends inside an entry");
    }
    this.#phase = "done";
    return this.#failure;
  }

  #walk(chunk: Buffer): void {
    const isAligned = chunk.byteOffset % 4 === 0;
    const words = isAligned ? new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2) : null;
    let at = 0;
    while (at < chunk.length && this.#phase !== "done") {
      const phase = this.#phase;
      if (phase !== "header" && phase !== "closing" && phase !== "sparse-map") {
        at += this.#takeBody(chunk, at);
      } else if (this.#scratchLength === 0 && chunk.length - at >= TAR_BLOCK_BYTES) {
        this.#takeHeader(chunk, at, words);
        at += TAR_BLOCK_BYTES;
      } else {
        const length = Math.min(TAR_BLOCK_BYTES - this.#scratchLength, chunk.length - at);
        this.#scratch.set(chunk.subarray(at, at + length), this.#scratchLength);
        this.#scratchLength += length;
        at += length;
        if (this.#scratchLength < TAR_BLOCK_BYTES) return;
        this.#scratchLength = 0;
        this.#takeHeader(this.#scratch, 0, null);
      }
    }
  }

  #takeHeader(block: Buffer, at: number, words: Uint32Array | null): void {
    this.#offset += TAR_BLOCK_BYTES;
    if (this.#phase === "sparse-map") {
      // More blocks of an old GNU sparse map follow while byte 504 says so; the body comes after them.
      if (block[at + 504] === 0) this.#startEntry(this.#entry as TarEntry);
      return;
    }
    if (block[at] === 0 && isZeroBlock(block, at)) {
      this.#phase = this.#phase === "closing" ? "done" : "closing";
      return;
    }
    if (this.#phase === "closing") throw new TarHeaderError("one block of zeros between entries");
    verifyChecksum(block, at, words);
    const flag = typeFlag(block, at);
    if (flag === 0x78 || flag === 0x67 || flag === 0x4c || flag === 0x4b) {
      this.#startExtension(flag, sizeField(block, at));
      return;
    }
    const header = readHeader(block, at, this.#extensions);
    this.#extensions = NO_EXTENSIONS;
    const entry = { ...header, ordinal: this.#ordinal, bodyOffset: this.#offset };
    this.#entry = entry;
    this.#ordinal += 1;
    if (flag === 0x53 && block[at + 482] !== 0) this.#phase = "sparse-map";
    else this.#startEntry(entry);
  }

  #startExtension(flag: number, sizeBytes: number): void {
    if (sizeBytes > EXTENSION_BYTES_MAX) throw new TarHeaderError("an extension header is too large");
    this.#extensionFlag = flag;
    this.#collected = Buffer.alloc(sizeBytes);
    this.#startBody("extension", sizeBytes);
  }

  #startEntry(found: TarEntry): void {
    // A sparse map may have moved the body.
    const entry = found.bodyOffset === this.#offset ? found : { ...found, bodyOffset: this.#offset };
    this.#entry = entry;
    const isWanted = entry.kind === "file" && this.#options.wants(entry);
    const { lookBytesMax = this.#options.bodyBytesMax } = this.#options;
    if (isWanted === "look" && !entry.sparse && entry.sizeBytes <= lookBytesMax) {
      this.#isLook = true;
      this.#lookRoom.start(entry.sizeBytes);
      this.#startBody("body", entry.sizeBytes);
      return;
    }
    if (isWanted === true && !entry.sparse && entry.sizeBytes <= this.#options.bodyBytesMax) {
      // Memory of its own, not a slice of a shared pool that would keep the rest of the pool alive.
      this.#collected = Buffer.allocUnsafeSlow(entry.sizeBytes);
      this.#startBody("body", entry.sizeBytes);
      return;
    }
    this.#startBody("skip", entry.sizeBytes);
    this.#emit(null);
  }

  #startBody(phase: "extension" | "body" | "skip", sizeBytes: number): void {
    this.#phase = phase;
    this.#remaining = sizeBytes;
    this.#paddingBytes = (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
    if (sizeBytes === 0) this.#endBody();
  }

  #takeBody(chunk: Buffer, at: number): number {
    const length = Math.min(this.#remaining, chunk.length - at);
    const bytes = chunk.subarray(at, at + length);
    if (this.#collected !== null) this.#collected.set(bytes, this.#collected.length - this.#remaining);
    else if (this.#isLook) this.#lookRoom.add(bytes);
    this.#pass(length);
    return length;
  }

  #pass(length: number): void {
    this.#remaining -= length;
    this.#offset += length;
    if (this.#remaining > 0) return;
    if (this.#phase === "padding") this.#phase = "header";
    else this.#endBody();
  }

  #endBody(): void {
    const ended = this.#phase;
    const body = this.#collected;
    this.#phase = this.#paddingBytes > 0 ? "padding" : "header";
    this.#remaining = this.#paddingBytes;
    this.#collected = null;
    if (this.#isLook) this.#look();
    else if (body === null) return;
    else if (ended === "body") this.#emit(body);
    else this.#takeExtension(body);
  }

  #look(): void {
    this.#isLook = false;
    this.#options.look?.(this.#entry as TarEntry, this.#lookRoom.view());
    this.#lookRoom.end();
    this.#emit(null);
  }

  #takeExtension(bytes: Buffer): void {
    const text = (): string => readText(bytes, 0, bytes.length);
    if (this.#extensionFlag === 0x4c) this.#extensions = { ...this.#extensions, longPath: text() };
    else if (this.#extensionFlag === 0x4b) this.#extensions = { ...this.#extensions, longTarget: text() };
    else if (this.#extensionFlag === 0x78)
      this.#extensions = { ...this.#extensions, pax: readPaxRecords(bytes) };
    // Type g, records for all entries: checked, and not applied, as in the runtimes.
    else readPaxRecords(bytes);
  }

  #emit(body: Uint8Array | null): void {
    if (this.#options.onEntry(this.#entry as TarEntry, body) === false) this.#phase = "done";
  }

  #fail(kind: TarFailure["kind"], reason: string): void {
    this.#failure ??= { kind, reason };
    this.#phase = "done";
  }
}
