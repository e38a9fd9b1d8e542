/**
 * A range of a file as a stream of chunks that share one buffer.
 */
import { close, open, read } from "node:fs";
import { promisify } from "node:util";

/** A path, or a descriptor that somebody else opened and will close. */
export type FilePlace = string | number;

/**
 * Chunks of at most `chunkBytes`; each is valid until the next is asked for. It ends early when the file does.
 * @throws system errors of open and read
 */
export async function* readFileRange(
  place: FilePlace,
  offset: number,
  sizeBytes: number,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const descriptor = typeof place === "number" ? place : await promisify(open)(place, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(chunkBytes, sizeBytes)));
    let at = 0;
    while (at < sizeBytes) {
      const wanted = Math.min(buffer.length, sizeBytes - at);
      const { bytesRead } = await promisify(read)(descriptor, buffer, 0, wanted, offset + at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    if (typeof place === "string") await promisify(close)(descriptor);
  }
}
