/**
 * Layout of a segment file, shared by writer and reader. Little-endian.
 *
 *     "PLIMSEG2"  heads (one raw deflate stream a block)  dictionaries  rests (one zstd frame a block)  index  footer
 *
 * A block is some rows, in key order, in two pieces: heads, which decide whether an advisory holds a version and are read of every
 * package, and rests, which are read of what was found. So heads are small and fast to unpack, rests large and dense.
 * Heads, unpacked (about 8 KB): for each row u32 key bytes, u32 head bytes and one more, key, head (UTF-8); 0 head bytes for a row
 * without a line end, which is all rest. Rests (up to 64 KB): for each row u32 bytes, rest.
 * Dictionaries: a zstd frame of pieces of the heads, by which these are compressed, and one of the rests; nothing where there are few.
 * Index: u32 block count, u32 key count; u32 offset, unpacked bytes and CRC-32 of each dictionary; for each block u32 offset, unpacked
 * bytes and CRC-32 of its heads, the same of its rests, and u32 number of its first row (a piece ends where the next one begins, and
 * checksums are of packed bytes); the fingerprint of each key (u16), in order; the first key of each block, as a JSON list.
 * Footer: u32 offset, length and CRC-32 of the index, "PLIMSEG2".
 *
 * First keys tell the one block that a key can be in, fingerprints "not here" without opening it: most packages of an image have no
 * advisory. Every byte is covered by a checksum or by a comparison, so a flipped bit is an error and never a missed row.
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

export const segmentMagic = "PLIMSEG2";
export const headerBytes = 8;
export const footerBytes = 20;
/** Of the index: counts and dictionaries, and each block. */
export const indexHeadBytes = 32;
export const blockEntryBytes = 28;
export const printBytes = 2;

/** Unpacked bytes of heads after which a block is closed; of rests; and of the rests of rows without a head, which are asked singly. */
export const headBytesTarget = 8 * 1024;
export const restBytesTarget = 64 * 1024;
export const loneRestBytesTarget = 16 * 1024;

/** Uncompressed bytes after which a segment is closed: blobs of 1 to 4 MB, as advisories compress. */
export const segmentBytesTarget = 12 * 1024 * 1024;

/**
 * A dictionary is a sixteenth of what it is for, at most this, and none at all for fewer bytes than this twice. Of heads it is shorter:
 * deflate looks back no further than 32 KB, and a block comes on top of it.
 */
export const restDictionaryBytesMax = 32 * 1024;
export const headDictionaryBytesMax = 24 * 1024;

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

/** The lower half of FNV-1a over the UTF-16 code units of a key: an unsigned 16-bit number. */
export function fingerprint(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & 0xffff;
}
