/** Entries of a plain tar (POSIX.1-1988 ustar): regular files with short names, the same bytes for the same files. */
import { TAR_BLOCK_BYTES } from "./tar-header.ts";

const NAME_BYTES_MAX = 100;

/** Header of a file; its content and `tarPadding` follow. @throws RangeError past 100 bytes of name or 8 GB */
export function tarFileHeader(name: string, sizeBytes: number): Buffer {
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new RangeError(`the name ${name} is too long for a tar`);
  if (sizeBytes >= 8 * 1024 ** 3) throw new RangeError(`${name} is too large for a tar`);
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0, "utf8");
  const octal = (value: number, digits: number, at: number): void =>
    void header.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  octal(0o644, 7, 100);
  octal(0, 7, 108);
  octal(0, 7, 116);
  octal(sizeBytes, 11, 124);
  octal(0, 11, 136);
  header.write("        0", 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** Zeros up to the next block. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** What ends a tar. */
export const tarEnd = Buffer.alloc(2 * TAR_BLOCK_BYTES);
