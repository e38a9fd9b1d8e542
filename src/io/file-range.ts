/**
 * A range of a file as a stream of chunks that share one buffer.
 */
import { open } from "node:fs/promises";

/**
 * Chunks of at most `chunkBytes`; each is valid until the next is asked for. It ends early when the file does.
 * @throws system errors of open and read
 */
export async function* readFileRange(
  path: string,
  offset: number,
  sizeBytes: number,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(chunkBytes, sizeBytes)));
    let at = 0;
    while (at < sizeBytes) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, sizeBytes - at), offset + at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
