/**
 * Small ELF files with sections of one's own, for tests of what is read from executables.
 */
import { Buffer } from "node:buffer";

export interface ElfChoices {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  /** Total size; zeros follow. Plugins leave out files that are too small to be programs. */
  readonly sizeBytes?: number;
  /** No section headers, as some strip them. */
  readonly withoutSections?: boolean;
}

/** Everything is loaded at this address, writable, in one segment. */
export const loadAddress = 0x40_0000;

/** An executable whose sections hold these bytes, aligned to 16. `.note…` are notes, `.text` instructions. */
export function elfFile(
  sections: Readonly<Record<string, string | Uint8Array>>,
  { bits = 64, littleEndian = true, sizeBytes = 0, withoutSections = false }: ElfChoices = {},
): Buffer {
  const wide = bits === 64;
  const headerSize = wide ? 64 : 52;
  const parts: Buffer[] = [Buffer.alloc(align(headerSize + (wide ? 56 : 32)))];
  let at = parts[0]!.length;
  const names = ["", ...Object.keys(sections), ".shstrtab"];
  const strings = Buffer.from(`${names.join("\0")}\0`, "latin1");
  const rows = [{ name: "", offset: 0, size: 0 }];
  for (const [name, content] of [...Object.entries(sections), [".shstrtab", strings] as const]) {
    const bytes = Buffer.from(content as Uint8Array);
    rows.push({ name, offset: at, size: bytes.length });
    parts.push(bytes, Buffer.alloc(align(bytes.length) - bytes.length));
    at += align(bytes.length);
  }
  const tableAt = at;
  const write = (buffer: Buffer, size: 2 | 4 | 8, where: number, value: number): void => {
    if (size === 8 && littleEndian) buffer.writeBigUInt64LE(BigInt(value), where);
    else if (size === 8) buffer.writeBigUInt64BE(BigInt(value), where);
    else if (littleEndian) buffer.writeUIntLE(value, where, size);
    else buffer.writeUIntBE(value, where, size);
  };
  const word = wide ? 8 : 4;
  for (const { name, offset, size } of rows) {
    const row = Buffer.alloc(wide ? 64 : 40);
    write(row, 4, 0, name === "" ? 0 : strings.indexOf(`\0${name}\0`, 0, "latin1") + 1);
    write(row, 4, 4, name === "" ? 0 : name.startsWith(".note") ? 7 : 1);
    write(row, word, 8, name === ".text" ? 6 : 2);
    write(row, word, wide ? 16 : 12, loadAddress + offset);
    write(row, word, wide ? 24 : 16, offset);
    write(row, word, wide ? 32 : 20, size);
    parts.push(row);
  }
  const end = tableAt + rows.length * (wide ? 64 : 40);
  const total = Math.max(end, sizeBytes);
  parts.push(Buffer.alloc(total - end));
  const header = parts[0]!;
  header.write("\x7fELF", 0, "latin1");
  header[4] = wide ? 2 : 1;
  header[5] = littleEndian ? 1 : 2;
  header[6] = 1;
  write(header, 2, 16, 2);
  write(header, 2, 18, 62);
  write(header, word, wide ? 32 : 28, headerSize);
  write(header, word, wide ? 40 : 32, withoutSections ? 0 : tableAt);
  write(header, 2, wide ? 52 : 40, headerSize);
  write(header, 2, wide ? 54 : 42, wide ? 56 : 32);
  write(header, 2, wide ? 56 : 44, 1);
  write(header, 2, wide ? 58 : 46, wide ? 64 : 40);
  write(header, 2, wide ? 60 : 48, withoutSections ? 0 : rows.length);
  write(header, 2, wide ? 62 : 50, withoutSections ? 0 : rows.length - 1);
  // The one segment, PT_LOAD with read and write.
  write(header, 4, headerSize, 1);
  write(header, 4, headerSize + (wide ? 4 : 24), 6);
  write(header, word, headerSize + (wide ? 8 : 4), 0);
  write(header, word, headerSize + (wide ? 16 : 8), loadAddress);
  write(header, word, headerSize + (wide ? 32 : 16), total);
  return Buffer.concat(parts);
}

/** A note of an ELF file. */
export function elfNote(owner: string, type: number, text: string): Buffer {
  const name = Buffer.from(`${owner}\0`, "latin1");
  const content = Buffer.from(text, "utf8");
  const head = Buffer.alloc(12);
  head.writeUInt32LE(name.length, 0);
  head.writeUInt32LE(content.length, 4);
  head.writeUInt32LE(type, 8);
  const pad = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return Buffer.concat([head, pad(name), pad(content)]);
}

function align(length: number): number {
  return Math.ceil(length / 16) * 16;
}
