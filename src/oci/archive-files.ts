/**
 * An image archive on disk: its entries found by one walk over the headers, without reading bodies. A compressed archive
 * cannot be sought in, so it is first spooled to a private file.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { walkTarFile } from "../io/tar-file.ts";
import type { TarEntry } from "../io/tar-parser.ts";
import { OciError } from "./error.ts";
import type { FileRange, FindFile } from "./file-range.ts";

export interface ArchiveFiles {
  readonly find: FindFile;
  /** Removes what was spooled. */
  close(): Promise<void>;
}

export interface ArchiveLimits {
  /** Entries of the outer archive: blobs and documents, not files of the image. */
  readonly entriesMax: number;
  /** Bytes that a compressed archive may grow to on disk. */
  readonly spoolBytesMax: number;
  /** Uncompressed to compressed bytes of a spooled archive, checked past 100 MB. */
  readonly ratioMax: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  entriesMax: 100_000,
  spoolBytesMax: 32 * 1024 ** 3,
  ratioMax: 200,
};

const ratioFreeBytes = 100 * 1024 ** 2;
const linksMax = 8;

/**
 * Opens an archive, plain or gzip. Closed by the caller.
 * @throws OciError SOURCE_INVALID (no tar, cut short, unknown compression), LIMIT_EXCEEDED
 */
export async function openArchiveFiles(
  path: string,
  signal: AbortSignal | null,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<ArchiveFiles> {
  const compression = await compressionOf(path);
  if (compression !== null && compression !== "gzip") {
    throw new OciError(
      "SOURCE_INVALID",
      `${printable(path)} is compressed with ${compression}; only gzip is read.`,
    );
  }
  if (compression === null) return { find: await indexTar(path, signal, limits), close: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-archive-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const spooled = join(folder, "archive.tar");
    await spool(path, spooled, signal, limits);
    return { find: await indexTar(spooled, signal, limits), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const magics: readonly (readonly [string, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];

/** Name of the compression that the range starts with, or null. */
export async function compressionOf(path: string, offset = 0): Promise<string | null> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(6);
    await file.read(head, 0, head.length, offset);
    return magics.find(([, magic]) => magic.every((byte, at) => head[at] === byte))?.[0] ?? null;
  } finally {
    await file.close();
  }
}

async function spool(
  from: string,
  to: string,
  signal: AbortSignal | null,
  limits: ArchiveLimits,
): Promise<void> {
  const { size } = await stat(from);
  const bytesMax = Math.min(limits.spoolBytesMax, Math.max(ratioFreeBytes, size * limits.ratioMax));
  let written = 0;
  const bounded = new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      written += piece.byteLength;
      if (written <= bytesMax) return done(null, piece);
      done(
        new OciError(
          "LIMIT_EXCEEDED",
          `${printable(from)} grows past ${bytesMax} bytes when it is unpacked.`,
          {
            details: { limit: "spoolBytesMax", max: bytesMax },
          },
        ),
      );
    },
  });
  const source = createReadStream(from, { highWaterMark: 1024 ** 2 });
  const sink = createWriteStream(to, { mode: 0o600, flags: "wx" });
  try {
    await pipeline(
      source,
      createGunzip({ chunkSize: 1024 ** 2 }),
      bounded,
      sink,
      signal === null ? {} : { signal },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PlimsollError) throw cause;
    throw new OciError("SOURCE_INVALID", `${printable(from)} cannot be unpacked: its gzip is broken.`, {
      cause,
    });
  }
}

interface Place {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Paths of the archive: a place, or the path a link leads to. */
type Entries = Map<string, Place | string>;

async function indexTar(path: string, signal: AbortSignal | null, limits: ArchiveLimits): Promise<FindFile> {
  const entries: Entries = new Map();
  let count = 0;
  const { size } = await stat(path);
  const { failure } = await walkTarFile(path, {
    signal,
    sizeBytes: size,
    bodyBytesMax: 0,
    wants: () => false,
    onEntry(entry) {
      count += 1;
      if (count > limits.entriesMax) return false;
      record(entries, entry);
      return undefined;
    },
  });
  if (count > limits.entriesMax) {
    throw new OciError("LIMIT_EXCEEDED", `${printable(path)} has more than ${limits.entriesMax} entries.`, {
      details: { limit: "entriesMax", max: limits.entriesMax },
    });
  }
  if (failure !== null || count === 0) {
    const why = failure === null ? "it has no entries" : failure.reason;
    throw new OciError(
      "SOURCE_INVALID",
      `${printable(path)} cannot be read as a tar archive: ${printable(why)}.`,
    );
  }
  return async (inner) => {
    const place = resolve(entries, inner);
    if (place === null) return null;
    if (place.offset + place.sizeBytes > size)
      throw new OciError("SOURCE_INVALID", `${printable(path)} is cut short.`);
    return { path, ...place } satisfies FileRange;
  };
}

/** The last entry of a name wins, as when a tar is unpacked. */
function record(entries: Entries, entry: TarEntry): void {
  const name = inside(entry.path);
  if (name === null) return;
  if (entry.kind === "file" && !entry.sparse) {
    entries.set(name, { offset: entry.bodyOffset, sizeBytes: entry.sizeBytes });
  }
  // Old docker versions link equal layers to each other: a hard link names a path of the archive, a symbolic one a relative path.
  const target = entry.kind === "hard-link" ? entry.target : posix.join(posix.dirname(name), entry.target);
  const linked = entry.kind === "hard-link" || entry.kind === "symlink" ? inside(target) : null;
  if (linked !== null) entries.set(name, linked);
}

function resolve(entries: Entries, name: string): Place | null {
  let step: Place | string | undefined = entries.get(inside(name) ?? "");
  for (let links = 0; typeof step === "string" && links < linksMax; links += 1) step = entries.get(step);
  return typeof step === "object" ? step : null;
}

/** `./a/b` -> `a/b`; null for paths that lead outside of the archive. */
function inside(path: string): string | null {
  const normal = posix
    .normalize(path)
    .replace(/^\.?\/+/, "")
    .replace(/\/$/, "");
  return normal === "" || normal === "." || normal === ".." || normal.startsWith("../") ? null : normal;
}
