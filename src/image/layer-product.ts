/**
 * All that is kept of one layer: its log, the bytes of its wanted files, and what inspectors found. It depends on the
 * layer's bytes and the readers alone, so it is stored by the blob's digest, and a base is read once for all images on it.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { constants, crc32, createZstdCompress, zstdDecompress } from "node:zlib";
import type { Json } from "../domain/files.ts";
import type { Problem } from "../domain/problem.ts";
import type { Body, Look } from "./layer-entries.ts";
import { openLayerLog, type LayerLog } from "./layer-log.ts";

export interface LayerProduct {
  readonly log: LayerLog;
  /** By ordinal. */
  readonly bodies: Map<number, Body>;
  readonly looks: ReadonlyMap<number, readonly Look[]>;
  /** The blob had its digest, and when it was asked for the content its diff ID, in this run or when it entered the cache. */
  readonly isVerified: boolean;
  /** The diff ID that the content was compared with; null: it was not. */
  readonly provedDiffId: string | null;
  /** Uncompressed bytes. */
  readonly contentBytes: number;
  /** Met while it was read; without a path in other layers. */
  readonly problems: readonly Problem[];
}

interface Head {
  readonly entries: number;
  readonly logBytes: number;
  readonly contentBytes: number;
  readonly provedDiffId: string | null;
  readonly problems: readonly Problem[];
  /** Ordinal and length, or why there are no bytes. */
  readonly bodies: readonly (readonly [number, number | Omit<Problem, "layer">])[];
  readonly looks: readonly (readonly [number, readonly Look[]])[];
}

const MAGIC = Buffer.from("PLMLYR2\n");

/** Ceiling of what a stored product may inflate to: far above the wanted files of any layer. */
const PRODUCT_BYTES_MAX = 1024 ** 3;

/** For `decodeProduct`. Only of a product that is verified. */
export async function encodeProduct(product: LayerProduct): Promise<Uint8Array> {
  const log = product.log.pieces();
  const bodies = [...product.bodies];
  const head: Head = {
    entries: product.log.length,
    logBytes: log.reduce((sum, piece) => sum + piece.length, 0),
    contentBytes: product.contentBytes,
    provedDiffId: product.provedDiffId,
    problems: product.problems,
    bodies: bodies.map(([ordinal, body]) => [ordinal, body instanceof Uint8Array ? body.length : body]),
    looks: [...product.looks],
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const files = bodies.flatMap(([, body]) => (body instanceof Uint8Array ? [body] : []));
  const packed = await pack([length, text, ...log, ...files]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(packed.reduce((before, piece) => crc32(piece, before), 0));
  return Buffer.concat([MAGIC, sum, ...packed]);
}

/** Piece by piece: put together first, they would be in memory twice. */
async function pack(pieces: readonly Uint8Array[]): Promise<readonly Buffer[]> {
  const packed: Buffer[] = [];
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  await pipeline(Readable.from(pieces), compress, async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) packed.push(piece);
  });
  return packed;
}

/** Null for bytes that are not whole or not ours: a miss. */
export async function decodeProduct(bytes: Uint8Array): Promise<LayerProduct | null> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) return null;
    const packed = buffer.subarray(MAGIC.length + 4);
    if (crc32(packed) !== buffer.readUInt32LE(MAGIC.length)) return null;
    return readContent(await promisify(zstdDecompress)(packed, { maxOutputLength: PRODUCT_BYTES_MAX }));
  } catch {
    return null;
  }
}

function readContent(content: Buffer): LayerProduct {
  const headEnd = 4 + content.readUInt32LE(0);
  const head = JSON.parse(content.toString("utf8", 4, headEnd)) as Head;
  const logEnd = headEnd + head.logBytes;
  let at = logEnd;
  const bodies = head.bodies.map(([ordinal, body]): [number, Body] => {
    if (typeof body !== "number") return [ordinal, body];
    at += body;
    return [ordinal, content.subarray(at - body, at)];
  });
  if (at !== content.length) throw new RangeError("a stored layer is not whole");
  return {
    log: openLayerLog(content.subarray(headEnd, logEnd), head.entries),
    bodies: new Map(bodies),
    looks: new Map(head.looks as [number, { by: string; value: Json }[]][]),
    isVerified: true,
    provedDiffId: head.provedDiffId,
    contentBytes: head.contentBytes,
    problems: head.problems,
  };
}
