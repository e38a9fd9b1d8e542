/**
 * Documents of an archive, one after the other: tar, plain or packed by gzip or bzip2, and zip. What it is is told by its first
 * bytes, as an address says little. Nothing is written under a name that the archive chose.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { readZip, ZipError } from "../../../advisories/zip-archive.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { Bunzip2Error, createBunzip2 } from "../../../io/bunzip2.ts";
import { createTarParser, type TarParser } from "../../../io/tar-parser.ts";
import { DOCUMENT_BYTES_MAX } from "../../../vex/read.ts";

export interface ArchiveWalk {
  wants(path: string): boolean;
  /** `bytes` is null of a document that is larger than `documentBytesMax`. */
  onDocument(path: string, bytes: Uint8Array | null): void;
  readonly limits: ArchiveLimits;
}

export interface ArchiveLimits {
  /** Members, folders and all. */
  readonly entriesMax: number;
  /** Of the archive when it is inflated; of a zip of the documents that are wanted. */
  readonly bytesMax: number;
  /** Of one document, which is left out when it is larger, so that it does not cost all of them. */
  readonly documentBytesMax: number;
  /** Of one member of a zip, which is inflated in one piece: a larger one makes the archive refused. */
  readonly memberBytesMax: number;
}

/** The largest archive that is known inflates to 0.2 GB. */
export const archiveLimits: ArchiveLimits = {
  entriesMax: 1_000_000,
  bytesMax: 8 * 1024 ** 3,
  documentBytesMax: DOCUMENT_BYTES_MAX,
  memberBytesMax: 256 * 1024 ** 2,
};

/** @throws PlimsollError VEX_REPOSITORY_INVALID, LIMIT_EXCEEDED; system errors */
export async function walkArchive(path: string, walk: ArchiveWalk): Promise<void> {
  const kind = await kindOf(path);
  if (kind === "xz" || kind === "zstd")
    throw invalid(`it is packed by ${kind}, which is not read here; tar.gz, tar.bz2 and zip are`);
  try {
    if (kind === "zip") await walkZip(path, walk);
    else await walkTar(path, kind, walk);
  } catch (error) {
    if (error instanceof ZipError || error instanceof Bunzip2Error) throw invalid(error.message, error);
    if (isZlibError(error)) throw invalid("it is not whole", error);
    throw error;
  }
}

type Kind = "tar" | "gzip" | "bzip2" | "zip" | "xz" | "zstd";

const magics: readonly (readonly [Kind, string])[] = [
  ["gzip", "1f8b"],
  ["bzip2", "425a68"],
  ["zip", "504b"],
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
];

async function kindOf(path: string): Promise<Kind> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(8);
    await file.read(head, 0, head.length, 0);
    const hex = head.toString("hex");
    return magics.find(([, magic]) => hex.startsWith(magic))?.[0] ?? "tar";
  } finally {
    await file.close();
  }
}

async function walkTar(path: string, kind: Kind, walk: ArchiveWalk): Promise<void> {
  const { entriesMax, documentBytesMax, bytesMax } = walk.limits;
  let count = 0;
  const parser = createTarParser({
    wants: (entry) => walk.wants(cleaned(entry.path)),
    onEntry: (entry, body) => {
      count += 1;
      if (count > entriesMax) throw tooLarge("entriesMax", entriesMax);
      const name = cleaned(entry.path);
      if (entry.kind === "file" && walk.wants(name)) walk.onDocument(name, body);
    },
    bodyBytesMax: documentBytesMax,
  });
  await feed(path, kind, parser, bytesMax);
  const failure = parser.end();
  if (failure !== null) throw invalid(`the tar is ${failure.kind}: ${failure.reason}`);
}

async function feed(path: string, kind: Kind, parser: TarParser, bytesMax: number): Promise<void> {
  let passed = 0;
  const write = (piece: Uint8Array): void => {
    passed += piece.byteLength;
    if (passed > bytesMax) throw tooLarge("bytesMax", bytesMax);
    parser.write(piece);
  };
  const file = createReadStream(path, { highWaterMark: 1024 ** 2 });
  if (kind === "bzip2") {
    const unpacked = createBunzip2(write);
    for await (const piece of file) unpacked.write(piece as Uint8Array);
    unpacked.end();
    return;
  }
  const source = kind === "gzip" ? file.pipe(createGunzip({ chunkSize: 1024 ** 2 })) : file;
  // What breaks below is told by the stream that is read.
  file.on("error", (error) => source.destroy(error));
  for await (const piece of source) write(piece as Uint8Array);
}

async function walkZip(path: string, walk: ArchiveWalk): Promise<void> {
  const { entriesMax, memberBytesMax, documentBytesMax, bytesMax } = walk.limits;
  let passed = 0;
  await readZip(path, {
    entriesMax,
    entryBytesMax: memberBytesMax,
    wants: (name) => walk.wants(cleaned(name)),
    onEntry: (name, bytes) => {
      passed += bytes.byteLength;
      if (passed > bytesMax) throw tooLarge("bytesMax", bytesMax);
      walk.onDocument(cleaned(name), bytes.byteLength > documentBytesMax ? null : bytes);
    },
    signal: null,
  });
}

/** `./a/b.json` and `a/b.json` are the same. */
function cleaned(path: string): string {
  return path.replace(/^(?:\.\/)+/, "");
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^Z_|^ERR_BUFFER/.test(String(error.code));
}

function invalid(why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("VEX_REPOSITORY_INVALID", `The archive cannot be read: ${why}.`, { cause });
}

function tooLarge(limit: string, max: number): PlimsollError {
  return new PlimsollError("LIMIT_EXCEEDED", `The archive of the VEX repository exceeds ${limit} (${max}).`, {
    details: { limit, max },
  });
}
