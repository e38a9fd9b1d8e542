/**
 * SQLite's write-ahead log: pages that were committed and not yet copied into the database. Who reads the database without
 * them reads an older state of it.
 * Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { Buffer } from "node:buffer";

/** The newest committed version of each page in the log, by page number; as SQLite, it stops at the first frame that is not valid. */
export function walOf(bytes: Uint8Array, pageBytes: number): ReadonlyMap<number, Buffer> {
  const committed = new Map<number, Buffer>();
  const wal = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wal.length < HEADER_BYTES || wal.readUInt32BE(8) !== pageBytes) return committed;
  const magic = wal.readUInt32BE(0);
  if (magic !== MAGIC_LITTLE && magic !== MAGIC_BIG) return committed;
  const sum = new Checksum(magic === MAGIC_LITTLE);
  sum.add(wal.subarray(0, 24));
  if (!sum.equals(wal, 24)) return committed;
  const pending = new Map<number, Buffer>();
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    // Frames of an earlier round of the log have other salts.
    if (wal.compare(wal, 16, 24, at + 8, at + 16) !== 0) break;
    const page = wal.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
    sum.add(wal.subarray(at, at + 8));
    sum.add(page);
    if (!sum.equals(wal, at + 16)) break;
    pending.set(wal.readUInt32BE(at), page);
    const isCommit = wal.readUInt32BE(at + 4) !== 0;
    if (!isCommit) continue;
    for (const [number, newer] of pending) committed.set(number, newer);
    pending.clear();
  }
  return committed;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE = 0x377f0682;
const MAGIC_BIG = 0x377f0683;

/** Two sums over pairs of 32-bit words; the magic number says in which order their bytes stand. */
class Checksum {
  readonly #isLittle: boolean;
  #first = 0;
  #second = 0;

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }

  /** `bytes` are a multiple of eight. */
  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 8) {
      const [one, two] = this.#isLittle
        ? [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]
        : [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
      this.#first = (this.#first + one + this.#second) >>> 0;
      this.#second = (this.#second + two + this.#first) >>> 0;
    }
  }

  /** Whether the sums stand at `at`, which is always written highest byte first. */
  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}
