/** Random access to the bytes of one file, in memory or on disk. */
import { readSync } from "node:fs";
import type { FileView } from "../domain/files.ts";

/** A view of bytes that are in memory. What it hands out shares their memory. */
export function viewBytes(bytes: Uint8Array): FileView {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

/**
 * A view of a range of an open file. What it hands out is good until the next call. A file that has become shorter ends
 * earlier. `head`: its first bytes, where they are in memory already; more of them than it has do no harm.
 */
export function viewRange(
  descriptor: number,
  start: number,
  sizeBytes: number,
  head: Uint8Array = NO_BYTES,
): FileView {
  let scratch = Buffer.alloc(0);
  return {
    sizeBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      // Most files are looked at for their first bytes alone.
      if (offset + wanted <= head.length) return head.subarray(offset, offset + wanted);
      // Ten times what is asked for is never held for long: the view is dropped with its file.
      if (scratch.length < wanted) scratch = Buffer.allocUnsafeSlow(wanted);
      let read = 0;
      while (read < wanted) {
        const got = readSync(descriptor, scratch, read, wanted - read, start + offset + read);
        if (got === 0) break;
        read += got;
      }
      return scratch.subarray(0, read);
    },
  };
}

const NO_BYTES = new Uint8Array(0);
