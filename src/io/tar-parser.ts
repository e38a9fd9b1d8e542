/**
 * A parser of tar archives that is pushed bytes and calls back: synchronous, without copies of headers, and without
 * holding any body that was not asked for. Formats: see `tar-header.ts`.
 */
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
  /** Whether the body is needed. Asked once for each `file` entry, before its `onEntry`. */
  wants(entry: TarEntry): boolean;
  /**
   * Every entry in order, with its whole body when it was wanted, else null. A wanted body is null too when the entry is
   * sparse or larger than `bodyBytesMax`. Returning false stops the parser: it takes no more bytes.
   */
  onEntry(entry: TarEntry, body: Uint8Array | null): void | false;
  /** Largest body that is collected and handed out. */
  readonly bodyBytesMax: number;
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
  const scratch = Buffer.alloc(TAR_BLOCK_BYTES);
  let scratchLength = 0;
  let phase: Phase = "header";
  let offset = 0;
  let ordinal = 0;
  let remaining = 0;
  let paddingBytes = 0;
  let extensionFlag = 0;
  let collected: Buffer | null = null;
  let entry: TarEntry | null = null;
  let failure: TarFailure | null = null;
  let extensions: TarExtensions = { pax: null, longPath: null, longTarget: null };

  function fail(kind: TarFailure["kind"], reason: string): void {
    failure ??= { kind, reason };
    phase = "done";
  }

  function takeHeader(block: Buffer, at: number, words: Uint32Array | null): void {
    offset += TAR_BLOCK_BYTES;
    if (phase === "sparse-map") {
      // More blocks of an old GNU sparse map follow while byte 504 says so; the body comes after them.
      if (block[at + 504] === 0) startEntry(entry as TarEntry);
      return;
    }
    if (block[at] === 0 && isZeroBlock(block, at)) {
      phase = phase === "closing" ? "done" : "closing";
      return;
    }
    if (phase === "closing") throw new TarHeaderError("one block of zeros between entries");
    verifyChecksum(block, at, words);
    const flag = typeFlag(block, at);
    if (flag === 0x78 || flag === 0x67 || flag === 0x4c || flag === 0x4b) {
      startExtension(flag, sizeField(block, at));
      return;
    }
    const header = readHeader(block, at, extensions);
    extensions = { pax: null, longPath: null, longTarget: null };
    entry = { ...header, ordinal, bodyOffset: offset };
    ordinal += 1;
    if (flag === 0x53 && block[at + 482] !== 0) {
      phase = "sparse-map";
      return;
    }
    startEntry(entry);
  }

  function startExtension(flag: number, sizeBytes: number): void {
    if (sizeBytes > EXTENSION_BYTES_MAX) throw new TarHeaderError("an extension header is too large");
    extensionFlag = flag;
    collected = Buffer.alloc(sizeBytes);
    startBody("extension", sizeBytes);
  }

  function startEntry(next: TarEntry): void {
    entry = next;
    const isWanted = next.kind === "file" && options.wants(next);
    if (isWanted && !next.sparse && next.sizeBytes <= options.bodyBytesMax) {
      // Memory of its own, not a slice of a shared pool that would keep the rest of the pool alive.
      collected = Buffer.allocUnsafeSlow(next.sizeBytes);
      startBody("body", next.sizeBytes);
      return;
    }
    startBody("skip", next.sizeBytes);
    emit(null);
  }

  function startBody(next: "extension" | "body" | "skip", sizeBytes: number): void {
    phase = next;
    remaining = sizeBytes;
    paddingBytes = (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
    if (sizeBytes === 0) endBody();
  }

  function endBody(): void {
    const ended = phase;
    phase = paddingBytes > 0 ? "padding" : "header";
    remaining = paddingBytes;
    const bytes = collected;
    collected = null;
    if (bytes === null) return;
    if (ended === "body") emit(bytes);
    if (ended === "extension") takeExtension(bytes);
  }

  function emit(body: Uint8Array | null): void {
    if (options.onEntry(entry as TarEntry, body) === false) phase = "done";
  }

  function takeExtension(bytes: Buffer): void {
    if (extensionFlag === 0x4c) extensions.longPath = readText(bytes, 0, bytes.length);
    else if (extensionFlag === 0x4b) extensions.longTarget = readText(bytes, 0, bytes.length);
    else if (extensionFlag === 0x78) extensions.pax = readPaxRecords(bytes);
    // Type g, records for all entries: checked, and not applied, as in the runtimes.
    else readPaxRecords(bytes);
  }

  function takeBody(chunk: Uint8Array, at: number): number {
    const length = Math.min(remaining, chunk.length - at);
    if (collected !== null && phase !== "padding") {
      collected.set(chunk.subarray(at, at + length), collected.length - remaining);
    }
    remaining -= length;
    offset += length;
    if (remaining > 0) return at + length;
    if (phase === "padding") phase = "header";
    else endBody();
    return at + length;
  }

  function walk(chunk: Buffer): void {
    const isAligned = chunk.byteOffset % 4 === 0;
    const words = isAligned ? new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2) : null;
    let at = 0;
    while (at < chunk.length && phase !== "done") {
      if (phase !== "header" && phase !== "closing" && phase !== "sparse-map") {
        at = takeBody(chunk, at);
      } else if (scratchLength === 0 && chunk.length - at >= TAR_BLOCK_BYTES) {
        takeHeader(chunk, at, words);
        at += TAR_BLOCK_BYTES;
      } else {
        const length = Math.min(TAR_BLOCK_BYTES - scratchLength, chunk.length - at);
        scratch.set(chunk.subarray(at, at + length), scratchLength);
        scratchLength += length;
        at += length;
        if (scratchLength < TAR_BLOCK_BYTES) return;
        scratchLength = 0;
        takeHeader(scratch, 0, null);
      }
    }
  }

  return {
    write(chunk) {
      if (phase === "done") return false;
      try {
        walk(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      } catch (error) {
        if (!(error instanceof TarHeaderError)) throw error;
        fail("invalid", error.message);
      }
      return (phase as Phase) !== "done";
    },
    skip(bytesMax) {
      let skipped = 0;
      while ((phase === "skip" || phase === "padding") && skipped < bytesMax) {
        const length = Math.min(remaining, bytesMax - skipped);
        skipped += length;
        remaining -= length;
        offset += length;
        if (remaining > 0) break;
        if (phase === "padding") phase = "header";
        else endBody();
      }
      return skipped;
    },
    end() {
      if (phase === "done") return failure;
      const isWhole =
        scratchLength === 0 && (phase === "header" || phase === "closing" || phase === "padding");
      if (!isWhole || hasExtensions(extensions)) fail("truncated", "the archive ends inside an entry");
      phase = "done";
      return failure;
    },
  };
}

function hasExtensions(extensions: TarExtensions): boolean {
  return extensions.pax !== null || extensions.longPath !== null || extensions.longTarget !== null;
}
