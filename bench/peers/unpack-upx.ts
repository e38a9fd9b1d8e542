/**
 * Unpacks an ELF program that UPX packed with LZMA: packed, it would inflate itself anew at each start, for seconds.
 * Format: p_info and b_info of UPX's src/stub/src/include/linux.h; LZMA with two bytes of properties before the stream.
 */
import { spawnSync } from "node:child_process";

const LZMA = 14;

/** The program as it was. Null when it is not packed. @throws on what is packed in another way; needs `xz` */
export function unpackUpx(packed: Buffer): Buffer | null {
  const mark = packed.indexOf("UPX!");
  if (mark < 0 || mark > 4096) return null;
  // l_info ends 8 bytes after its mark; p_info: id, size of the file, size of a block.
  let at = mark + 8;
  const sizeBytes = packed.readUInt32LE(at + 4);
  at += 12;
  const [head, afterHead] = block(packed, at);
  at = afterHead;
  const program = Buffer.alloc(sizeBytes);
  head.copy(program);
  for (const { offset, size } of segments(head)) {
    const end = offset + size;
    // The first segment begins with the head, which has a block of its own.
    for (let to = Math.max(offset, offset === 0 ? head.length : 0); to < end;) {
      const [bytes, next] = block(packed, at);
      bytes.copy(program, to);
      to += bytes.length;
      at = next;
    }
  }
  return program;
}

/** Where the parts to load lie in the file. */
function segments(head: Buffer): { offset: number; size: number }[] {
  const table = Number(head.readBigUInt64LE(32));
  return Array.from({ length: head.readUInt16LE(56) }, (_, i) => table + i * 56)
    .filter((entry) => head.readUInt32LE(entry) === 1)
    .map((entry) => ({
      offset: Number(head.readBigUInt64LE(entry + 8)),
      size: Number(head.readBigUInt64LE(entry + 32)),
    }));
}

/** The content of the block at `at`, and where the next one begins. */
function block(packed: Buffer, at: number): [Buffer, number] {
  const size = packed.readUInt32LE(at);
  const packedSize = packed.readUInt32LE(at + 4);
  const [method, filter] = [packed[at + 8], packed[at + 9]];
  if (method !== LZMA || filter !== 0) throw new Error(`UPX method ${method}, filter ${filter}`);
  const bytes = packed.subarray(at + 12, at + 12 + packedSize);
  if (packedSize === size) return [bytes, at + 12 + packedSize];
  return [inflate(bytes, size), at + 12 + packedSize];
}

/** By the head of a .lzma file: properties, size of the dictionary, size of the content. */
function inflate(bytes: Buffer, size: number): Buffer {
  const positionBits = (bytes[0] as number) & 7;
  const literalPositionBits = (bytes[1] as number) >> 4;
  const literalContextBits = (bytes[1] as number) & 15;
  const head = Buffer.alloc(13);
  head[0] = (positionBits * 5 + literalPositionBits) * 9 + literalContextBits;
  head.writeUInt32LE(1 << 27, 1);
  head.writeBigUInt64LE(BigInt(size), 5);
  const { stdout, stderr } = spawnSync("xz", ["--format=lzma", "--decompress", "--stdout"], {
    input: Buffer.concat([head, bytes.subarray(2)]),
    maxBuffer: size + 1024,
  });
  if (stdout.length !== size) throw new Error(`xz: ${stdout.length} of ${size} bytes: ${stderr.toString()}`);
  return stdout;
}
