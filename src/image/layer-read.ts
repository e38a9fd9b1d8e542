/**
 * Reads the archive of one layer, whatever it is stored as, and checks that it is the one that the image names.
 *
 * A blob in a file is hashed by another thread while it is inflated here; one from the network as it passes, or by who hands
 * it in. An uncompressed archive in a file is read by seeking. A blob with another digest than it is named by is not this image:
 * that is thrown, as nothing can be said about it.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { FileHasher, HashAlgorithm } from "../io/file-hash.ts";
import { readFileRange, type FilePlace } from "../io/file-range.ts";
import { CHUNK_BYTES, inflate, sniffCompression } from "../io/inflate.ts";
import { walkTarFile } from "../io/tar-file.ts";
import { createTarParser, type TarFailure, type TarParserOptions } from "../io/tar-parser.ts";
import type { LayerBlob } from "./types.ts";
import type { UnpackBudget } from "./unpack-budget.ts";

export interface LayerReading {
  readonly budget: UnpackBudget;
  readonly hasher: FileHasher;
  /** Hash also what can be read without it: an uncompressed layer of an archive, and the content of every compressed layer. */
  readonly verify: boolean;
  readonly signal: AbortSignal | null;
}

/** A reading of one layer, which counts what it inflates. */
interface CountedReading extends LayerReading {
  /** As `UnpackBudget.takeContent` for the layer. */
  takeContent(bytes: number, layerBytes: number, readBytes: number | null): boolean;
}

export interface LayerRead {
  /** Everything that `LayerReading` asks for was checked in this run. */
  readonly isVerified: boolean;
  /** Uncompressed bytes. */
  readonly contentBytes: number;
}

/**
 * Pushes the layer's entries into `parserOptions`. What cannot be read is reported to the budget.
 * @throws PlimsollError DIGEST_MISMATCH; the signal's reason; what a stream throws
 */
export async function readLayer(
  blob: LayerBlob,
  parserOptions: TarParserOptions,
  reading: LayerReading,
): Promise<LayerRead> {
  let contentBytes = 0;
  const { budget } = reading;
  const counting: CountedReading = {
    ...reading,
    takeContent: (bytes, layerBytes, readBytes) => {
      contentBytes = layerBytes;
      return budget.takeContent(bytes, layerBytes, readBytes, blob.layer.diffId);
    },
  };
  return { isVerified: await readAndCheck(blob, parserOptions, counting), contentBytes };
}

async function readAndCheck(
  blob: LayerBlob,
  parserOptions: TarParserOptions,
  reading: CountedReading,
): Promise<boolean> {
  const { content, layer } = blob;
  if (!isArchiveType(layer.mediaType)) {
    const message = `the layer is of the type ${printable(layer.mediaType)}, which is not read`;
    reading.budget.report("LAYER_MEDIA_TYPE_UNKNOWN", message, layer.diffId);
    return false;
  }
  if (content.kind === "stream") {
    const chunks = await content.open();
    return readStream(blob, chunks, parserOptions, reading, content.digest?.bind(content) ?? null);
  }
  try {
    const head = readHead(placeOf(content), content.offset, Math.min(6, content.sizeBytes));
    if (sniffCompression(head) === "none") return await readBySeeking(blob, content, parserOptions, reading);
    const open = (): AsyncIterable<Uint8Array> =>
      readFileRange(placeOf(content), content.offset, content.sizeBytes, CHUNK_BYTES);
    if (blob.proof.of === "content") return await readStream(blob, open(), parserOptions, reading);
    const proof = startProof(blob, content, blob.proof, reading);
    const contentHash = contentHashOf(reading);
    const passage = await pushThrough(blob, open(), parserOptions, reading, contentHash, open);
    return passage !== "stopped" && (await proof()) && isContentProved(blob, passage, contentHash);
  } catch (error) {
    if (!isAbsence(error)) throw error;
    reading.budget.report("BLOB_MISSING", "the layer's blob is not there", layer.diffId);
    return false;
  }
}

/** Behind the wall a file that was not handed in is refused before it is looked for. */
function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ERR_ACCESS_DENIED";
}

/** Any kind of tar that is not encrypted; sources that know no media type leave it empty. How it is compressed is seen. */
function isArchiveType(mediaType: string): boolean {
  return mediaType === "" || (mediaType.includes("tar") && !mediaType.endsWith("+encrypted"));
}

type FileContent = Extract<LayerBlob["content"], { kind: "file" }>;

async function readBySeeking(
  blob: LayerBlob,
  content: FileContent,
  parserOptions: TarParserOptions,
  reading: CountedReading,
): Promise<boolean> {
  const { budget } = reading;
  const isHashed = blob.proof.of === "blob" || reading.verify;
  const proof = isHashed ? startProof(blob, content, blob.proof, reading) : null;
  let passedBytes = 0;
  let goesOn = true;
  const { failure } = await walkTarFile(placeOf(content), {
    ...parserOptions,
    offset: content.offset,
    sizeBytes: content.sizeBytes,
    onProgress: (bytes) => {
      goesOn &&= reading.takeContent(bytes - passedBytes, bytes, null);
      passedBytes = bytes;
      return goesOn;
    },
    signal: reading.signal,
  });
  reportTar(failure, blob, budget);
  if (!goesOn || budget.isSpent || proof === null || !(await proof())) return false;
  // What is stored uncompressed is its own content.
  const contentProof = proofOfContent(blob);
  if (!reading.verify || blob.proof.digest === contentProof.digest) return true;
  return startProof(blob, content, contentProof, reading)();
}

/** Bytes that are hashed as they pass: of the blob, if nobody else does it, or of its content, as the proof says. */
async function readStream(
  blob: LayerBlob,
  chunks: AsyncIterable<Uint8Array>,
  parserOptions: TarParserOptions,
  reading: CountedReading,
  digestOfBlob: (() => string | null) | null = null,
): Promise<boolean> {
  const algorithm = algorithmOf(blob.proof.digest);
  const ofBlob = blob.proof.of === "blob";
  const hash = algorithm === null || (ofBlob && digestOfBlob !== null) ? null : createHash(algorithm);
  const input = ofBlob && hash !== null ? hashed(chunks, hash) : chunks;
  const contentHash = ofBlob ? contentHashOf(reading) : hash;
  const passage = await pushThrough(blob, input, parserOptions, reading, contentHash);
  if (passage === "stopped" || algorithm === null) return false;
  const digest = hash === null ? digestOfBlob?.() : `${algorithm}:${hash.digest("hex")}`;
  checkDigest(blob, blob.proof, digest ?? "none");
  return ofBlob ? isContentProved(blob, passage, contentHash) : true;
}

/** For the content of a layer that is proved by its blob: null when nobody asks for it. */
function contentHashOf({ verify }: CountedReading): Hash | null {
  return verify ? createHash("sha256") : null;
}

/** What could not be inflated to its end has been reported, and proves nothing. @throws PlimsollError DIGEST_MISMATCH */
function isContentProved(blob: LayerBlob, passage: Passage, contentHash: Hash | null): boolean {
  if (contentHash === null) return true;
  if (passage === "broken") return false;
  checkDigest(blob, proofOfContent(blob), `sha256:${contentHash.digest("hex")}`);
  return true;
}

function proofOfContent({ layer }: LayerBlob): LayerBlob["proof"] {
  return { of: "content", digest: layer.diffId };
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** `stopped`: a limit ended it before the input did, so that no digest can be told; `broken`: it cannot be inflated to its end. */
type Passage = "whole" | "broken" | "stopped";

/** Inflates into a parser. */
async function pushThrough(
  blob: LayerBlob,
  chunks: AsyncIterable<Uint8Array>,
  parserOptions: TarParserOptions,
  reading: CountedReading,
  contentHash: Hash | null,
  again: (() => AsyncIterable<Uint8Array>) | null = null,
): Promise<Passage> {
  const { budget } = reading;
  const { diffId } = blob.layer;
  const parser = createTarParser(parserOptions);
  let layerBytes = 0;
  const result = await inflate(chunks, {
    onContent: (chunk, readBytes) => {
      layerBytes += chunk.length;
      if (!reading.takeContent(chunk.length, layerBytes, readBytes)) return false;
      contentHash?.update(chunk);
      // An archive may end before its layer does: the rest must still be sound.
      parser.write(chunk);
      return !budget.isSpent;
    },
    signal: reading.signal,
    ...(again === null ? {} : { again }),
  });
  if (result.isStopped) return "stopped";
  if (result.failure !== null) {
    const code = FAILURES[result.failure.kind];
    budget.report(code, `the layer cannot be inflated: ${printable(result.failure.reason)}`, diffId);
    return "broken";
  }
  reportTar(parser.end(), blob, budget);
  return "whole";
}

const FAILURES = {
  truncated: "BLOB_TRUNCATED",
  invalid: "COMPRESSION_INVALID",
  trailing: "COMPRESSION_TRAILING_DATA",
} as const;

function reportTar(failure: TarFailure | null, blob: LayerBlob, budget: UnpackBudget): void {
  if (failure === null || budget.isSpent) return;
  const code = failure.kind === "truncated" ? "BLOB_TRUNCATED" : "TAR_INVALID";
  budget.report(code, `the layer's archive cannot be read to its end: ${failure.reason}`, blob.layer.diffId);
}

/** Starts hashing a range in the other thread; the returned function waits for it and compares. */
function startProof(
  blob: LayerBlob,
  content: FileContent,
  proof: LayerBlob["proof"],
  reading: CountedReading,
): () => Promise<boolean> {
  const algorithm = algorithmOf(proof.digest);
  if (algorithm === null) return () => Promise.resolve(false);
  // Failures are kept until they are asked for: the reading may fail first.
  const outcome = reading.hasher.hash(content, algorithm).then(
    (digest) => ({ digest }),
    (error: unknown) => ({ error }),
  );
  return async () => {
    const settled = await outcome;
    if ("error" in settled) throw settled.error;
    checkDigest(blob, proof, settled.digest);
    return true;
  };
}

function checkDigest(
  { layer }: LayerBlob,
  { of: what, digest: expected }: LayerBlob["proof"],
  actual: string,
): void {
  if (actual === expected) return;
  throw new PlimsollError(
    "DIGEST_MISMATCH",
    `The ${what} of layer ${layer.index + 1} has the digest ${actual}, but the image names ${printable(expected)}.`,
    { details: { layer: layer.index, expected, actual } },
  );
}

/** Null for an algorithm that is not known: such a layer stays unverified. */
function algorithmOf(digest: string): HashAlgorithm | null {
  const name = digest.slice(0, digest.indexOf(":"));
  return name === "sha256" || name === "sha512" ? name : null;
}

function placeOf({ path, descriptor }: FileContent): FilePlace {
  return descriptor ?? path;
}

function readHead(place: FilePlace, offset: number, length: number): Uint8Array {
  const head = Buffer.alloc(length);
  const descriptor = typeof place === "number" ? place : openSync(place, "r");
  try {
    return head.subarray(0, readSync(descriptor, head, 0, length, offset));
  } finally {
    if (typeof place === "string") closeSync(descriptor);
  }
}
