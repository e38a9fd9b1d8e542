/**
 * Layout of a segment file, shared by writer and reader. Little-endian.
 *
 *     "PLIMSEG1"  dictionary  blocks (one zstd frame each)  index  footer
 *
 * Dictionary: a zstd frame of pieces of the blocks, by which these are compressed, so that small blocks are small files too;
 * nothing where there are few rows.
 * Block, uncompressed (about 16 KB): for each row, in key order: u32 key bytes, u32 body bytes, key, body (UTF-8).
 * Index: u32 block count, u32 key count; for the dictionary, which is block 0, and each block u32 offset, compressed bytes, uncompressed bytes, CRC-32 of the
 * compressed bytes; then the fingerprints (u32, ascending) of all keys, and for each the u32 number of its block.
 * Footer: u32 offset, length and CRC-32 of the index, "PLIMSEG1".
 *
 * The fingerprints stand where a list of first keys could: they answer "not here" without opening a block, and most packages
 * of an image have no advisory. Every byte is covered by a checksum or by a comparison, so a flipped bit is an error and
 * never a missed row.
 */

export interface Row {
  readonly key: string;
  readonly body: string;
}

/** A row as it stands in a block: text is made of its body only when it is asked for. */
class EncodedRow implements Row {
  readonly key: string;
  readonly bytes: Buffer;
  readonly #bodyAt: number;

  constructor(key: string, bytes: Buffer, bodyAt: number) {
    this.key = key;
    this.bytes = bytes;
    this.#bodyAt = bodyAt;
  }

  get body(): string {
    return this.bytes.toString("utf8", this.#bodyAt);
  }
}

/** The row whose body is these pieces of UTF-8. */
export function rowOfPieces(key: string, pieces: readonly Uint8Array[]): Row {
  const keyBytes = Buffer.byteLength(key, "utf8");
  const bodyBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const row = Buffer.allocUnsafe(8 + keyBytes + bodyBytes);
  row.writeUInt32LE(keyBytes, 0);
  row.writeUInt32LE(bodyBytes, 4);
  let at = 8 + row.write(key, 8, "utf8");
  for (const piece of pieces) {
    row.set(piece, at);
    at += piece.length;
  }
  return new EncodedRow(key, row, 8 + keyBytes);
}

/** The row that these bytes are, as `encodeRow` wrote them; its key is from 8 to `keyEnd`. */
export function encodedRow(bytes: Buffer, keyEnd: number): Row {
  return new EncodedRow(bytes.toString("utf8", 8, keyEnd), bytes, keyEnd);
}

export const segmentMagic = "PLIMSEG1";
export const headerBytes = 8;
export const footerBytes = 20;
export const blockEntryBytes = 16;

/** Uncompressed bytes after which a block is closed. */
export const blockBytesTarget = 16 * 1024;

/** Uncompressed bytes after which a segment is closed: blobs of 1 to 4 MB, as advisories compress. */
export const segmentBytesTarget = 12 * 1024 * 1024;

/** A dictionary is a sixteenth of the blocks, at most this, and none at all for fewer bytes than this twice. */
export const dictionaryBytesMax = 32 * 1024;

/** Ceilings that a reader checks before it believes a length. */
export const blockBytesMax = 64 * 1024 * 1024;
export const segmentBytesMax = 512 * 1024 * 1024;

/**
 * One row as it stands in a block: u32 key bytes, u32 body bytes, key, body. A sequence of these, hashed, is what a content
 * digest is of, however it is cut and compressed.
 */
export function encodeRow(row: Row): Buffer {
  return row instanceof EncodedRow ? row.bytes : encode(row);
}

function encode({ key, body }: Row): Buffer {
  const keyBytes = Buffer.byteLength(key, "utf8");
  const bodyBytes = Buffer.byteLength(body, "utf8");
  const row = Buffer.allocUnsafe(8 + keyBytes + bodyBytes);
  row.writeUInt32LE(keyBytes, 0);
  row.writeUInt32LE(bodyBytes, 4);
  row.write(key, 8, "utf8");
  row.write(body, 8 + keyBytes, "utf8");
  return row;
}

/** FNV-1a over the UTF-16 code units of a key, as an unsigned 32-bit number. */
export function fingerprint(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
