/**
 * The documents of one input: a single file, a zip, a tar (plain, gzip, zstd or bzip2), or a folder of any of these.
 */
import {
  closeSync,
  createReadStream,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { Bunzip2Error, createBunzip2 } from "../io/bunzip2.ts";
import { inflate } from "../io/inflate.ts";
import { createTarParser } from "../io/tar-parser.ts";
import { documentBytesMax, feedDocument, lazyDocument, type FeedDocument } from "./shared/document.ts";
import { readZip, ZipError } from "./zip-archive.ts";

/** Files of one input, archives' members included. npm's live feed has about 250,000. */
export const documentsMax = 2_000_000;

/** Uncompressed bytes of one input. */
export const inputBytesMax = 32 * 1024 ** 3;

/** Folders inside folders. */
const depthMax = 32;

export interface DocumentOptions {
  /** Called for each file that may hold records, in a fixed order; licences, readmes and scripts are passed over. */
  onDocument(document: FeedDocument): unknown;
  readonly signal: AbortSignal | null;
  /** Awaited now and then, so that whoever takes the documents may be the slower one. */
  readonly ready?: () => Promise<void>;
  /** What to call the input when its path does not tell, as for a download: its kind is told by the ending. */
  readonly name?: string;
}

/**
 * Reads the documents of an input one after the other, so that no more than one is held.
 * @throws PlimsollError FILE_NOT_FOUND, FEED_INVALID for a broken archive, LIMIT_EXCEEDED; the signal's reason
 */
export async function readDocuments(path: string, options: DocumentOptions): Promise<void> {
  const run: Run = { options, count: 0, bytes: 0 };
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new PlimsollError("FILE_NOT_FOUND", `${printable(path)} does not exist.`, { details: { path } });
  }
  if (stats.isDirectory()) await readFolder(path, "", 0, run);
  else await readFile(path, options.name ?? path.split("/").at(-1) ?? path, run);
}

interface Run {
  readonly options: DocumentOptions;
  count: number;
  bytes: number;
}

function deliver(run: Run, sizeBytes: number, document: FeedDocument): void {
  const { name } = document;
  run.count += 1;
  run.bytes += sizeBytes;
  if (run.count > documentsMax) throw tooMuch(name, "documentsMax", documentsMax);
  if (run.bytes > inputBytesMax) throw tooMuch(name, "inputBytesMax", inputBytesMax);
  run.options.onDocument(document);
}

function tooMuch(name: string, limit: string, max: number): PlimsollError {
  return new PlimsollError("LIMIT_EXCEEDED", `${printable(name)}: the input is past ${limit} (${max}).`, {
    details: { limit, max },
  });
}

/** Debian's lists of advisories have no ending. */
function mayHoldRecords(name: string): boolean {
  if (/(?:^|\/)D[SL]A\/list$/.test(name)) return true;
  return /\.(?:json|ya?ml|csv|xml)(?:\.(?:gz|bz2|zst))?$/i.test(name) && !/(?:^|\/)\.[^/]*$/.test(name);
}

function isArchive(name: string): boolean {
  return /\.(?:zip|tar|tar\.(?:gz|zst|bz2)|tgz|tbz2)$/i.test(name);
}

/** Sorted by name, so that the same folder gives the same database. Links are not followed. */
async function readFolder(path: string, prefix: string, depth: number, run: Run): Promise<void> {
  if (depth > depthMax) throw tooMuch(prefix, "depthMax", depthMax);
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) await readFolder(join(path, entry.name), `${name}/`, depth + 1, run);
    else if (entry.isFile() && (isArchive(name) || mayHoldRecords(name)))
      await readFile(join(path, entry.name), name, run);
    await run.options.ready?.();
    if (run.count % 1_000 !== 999) continue;
    run.options.signal?.throwIfAborted();
    await setImmediate();
  }
}

async function readFile(path: string, name: string, run: Run): Promise<void> {
  run.options.signal?.throwIfAborted();
  if (/\.zip$/i.test(name)) return readZipFile(path, name, run);
  if (isArchive(name)) return readTarFile(path, name, run);
  const { size } = statSync(path);
  if (size > documentBytesMax) throw tooMuch(name, "documentBytesMax", documentBytesMax);
  deliver(run, size, size < pieceBytes ? feedDocument(name, readFileSync(path)) : fileDocument(name, path));
}

/** A large file on disk, read in pieces by whoever can. */
export function fileDocument(name: string, path: string): FeedDocument {
  return lazyDocument(
    name,
    () => readFileSync(path),
    () => readPieces(path),
    path,
  );
}

const pieceBytes = 1024 * 1024;

/** Each piece is used before the next is read into the same memory. */
function* readPieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    const memory = Buffer.allocUnsafeSlow(pieceBytes);
    for (let length = readSync(file, memory); length > 0; length = readSync(file, memory)) {
      yield memory.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

async function readZipFile(path: string, name: string, run: Run): Promise<void> {
  try {
    await readZip(path, {
      entriesMax: documentsMax,
      entryBytesMax: documentBytesMax,
      wants: mayHoldRecords,
      onEntry: (member, bytes) => deliver(run, bytes.length, feedDocument(member, bytes)),
      ...(run.options.ready !== undefined && { ready: run.options.ready }),
      signal: run.options.signal,
    });
  } catch (error) {
    if (error instanceof ZipError) throw broken(name, error.message, error);
    throw error;
  }
}

async function readTarFile(path: string, name: string, run: Run): Promise<void> {
  // Errors thrown inside the callback must not pass through the decoder, where they would be taken for bad data.
  let thrown: { error: unknown } | null = null;
  const parser = createTarParser({
    bodyBytesMax: documentBytesMax,
    wants: (entry) => mayHoldRecords(entry.path),
    onEntry(entry, body) {
      if (body === null) return;
      try {
        deliver(run, body.length, feedDocument(entry.path.replace(/^\.\//, ""), body));
      } catch (error) {
        thrown = { error };
        return false;
      }
    },
  });
  const input = paced(createReadStream(path, { highWaterMark: 256 * 1024 }), run.options.ready);
  const onContent = (chunk: Uint8Array): boolean => parser.write(chunk);
  const { signal } = run.options;
  const failure = /\.(?:tar\.bz2|tbz2)$/i.test(name)
    ? await inflateBzip2(input, onContent, signal)
    : (await inflate(input, { onContent, signal })).failure;
  if (thrown !== null) throw (thrown as { error: unknown }).error;
  const found = parser.end() ?? failure;
  if (found !== null) throw broken(name, found.reason);
}

async function* paced(
  input: AsyncIterable<Uint8Array>,
  ready: DocumentOptions["ready"],
): AsyncGenerator<Uint8Array> {
  for await (const piece of input) {
    await ready?.();
    yield piece;
  }
}

/** Stops when `onContent` says so. What is wrong with the input is returned. */
async function inflateBzip2(
  input: AsyncIterable<Uint8Array>,
  onContent: (chunk: Uint8Array) => boolean,
  signal: AbortSignal | null,
): Promise<{ reason: string } | null> {
  let isStopped = false;
  const decoder = createBunzip2((content) => {
    isStopped ||= !onContent(content);
  });
  try {
    for await (const piece of input) {
      signal?.throwIfAborted();
      decoder.write(piece);
      if (isStopped) return null;
    }
    decoder.end();
    return null;
  } catch (error) {
    if (error instanceof Bunzip2Error) return { reason: error.message };
    throw error;
  }
}

function broken(name: string, reason: string, cause?: unknown): PlimsollError {
  return new PlimsollError("FEED_INVALID", `${printable(name)} cannot be read: ${printable(reason)}.`, {
    details: { name, reason },
    cause,
  });
}
