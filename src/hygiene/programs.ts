/**
 * Executables in the ELF format, as far as it takes to see whether their code can be read.
 * https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import type { FileView } from "../domain/files.ts";

export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

const UPX = Buffer.from(["UP", "X!"].join(""), "latin1");
const UPX_HEAD_BYTES = 4096;
const UPX_TAIL_BYTES = 256;

/** UPX writes its mark behind the program headers and at the end; programs that only know of UPX have it elsewhere. */
export function isPackedByUpx(view: FileView): boolean {
  const head = Buffer.from(view.read(0, UPX_HEAD_BYTES)).indexOf(UPX) >= 0;
  const tailStart = Math.max(0, view.sizeBytes - UPX_TAIL_BYTES);
  return head && Buffer.from(view.read(tailStart, UPX_TAIL_BYTES)).indexOf(UPX) >= 0;
}

const SAMPLE_BYTES = 32 * 1024;
const SAMPLES = 4;
const PROGRAM_HEADERS_MAX = 64;
const LOAD = 1;
const EXECUTE = 1;

/**
 * Entropy of the bytes that are loaded as code, in bits a byte, of a few samples the least one: code is nowhere random.
 * 0 where there are too few, or the headers make no sense.
 */
export function codeBytesEntropy(view: FileView): number {
  const code = findCode(view);
  if (code === null || code.length < SAMPLES * SAMPLE_BYTES) return 0;
  let least = 8;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const offset = code.offset + Math.floor(((code.length - SAMPLE_BYTES) * sample) / (SAMPLES - 1));
    least = Math.min(least, entropyOf(view.read(offset, SAMPLE_BYTES)));
  }
  return least;
}

function findCode(view: FileView): { readonly offset: number; readonly length: number } | null {
  const head = Buffer.from(view.read(0, 64));
  if (head.length < 64) return null;
  const is64 = head[4] === 2;
  const isLittle = head[5] !== 2;
  const u16 = (bytes: Buffer, at: number): number =>
    isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const u32 = (bytes: Buffer, at: number): number =>
    isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const u64 = (bytes: Buffer, at: number): number =>
    Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const tableAt = is64 ? u64(head, 32) : u32(head, 28);
  const size = u16(head, is64 ? 54 : 42);
  const count = Math.min(u16(head, is64 ? 56 : 44), PROGRAM_HEADERS_MAX);
  if (size < (is64 ? 56 : 32) || !Number.isSafeInteger(tableAt)) return null;
  const table = Buffer.from(view.read(tableAt, size * count));
  let best: { offset: number; length: number } | null = null;
  for (let at = 0; at + size <= table.length; at += size) {
    const flags = u32(table, at + (is64 ? 4 : 24));
    if (u32(table, at) !== LOAD || (flags & EXECUTE) === 0) continue;
    const offset = is64 ? u64(table, at + 8) : u32(table, at + 4);
    const length = Math.min(is64 ? u64(table, at + 32) : u32(table, at + 16), view.sizeBytes - offset);
    if (length > (best?.length ?? 0)) best = { offset, length };
  }
  return best;
}

function entropyOf(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}
