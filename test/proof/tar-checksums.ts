/** Checksums of tar headers (POSIX.1-1988), put right after bytes were changed. */

/** Every other input has its headers' checksums put right, or nearly none would get past the first header. */
export function withChecksums(bytes: Buffer): Buffer {
  if (bytes.length % 2 === 1) return bytes;
  const tar = Buffer.from(bytes);
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const header = tar.subarray(at, at + 512);
    if (header.toString("latin1", 257, 262) !== "ustar") continue;
    header.fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  }
  return tar;
}
