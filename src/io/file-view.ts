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

/** Memory for reading, which views share that are asked one after the other. */
export interface ReadingRoom {
  bytes: Buffer;
  /** Whose bytes it holds. */
  reader: symbol | null;
}

export function createReadingRoom(): ReadingRoom {
  return { bytes: Buffer.allocUnsafeSlow(2 * BLOCK_BYTES), reader: null };
}

/**
 * A view of a range of an open file. What it hands out is good until the next call of any view with the same `room`. A file that has
 * become shorter ends earlier. `head`: its first bytes, where they are in memory already; more of them than it has do no harm.
 */
export function viewRange(
  descriptor: number,
  start: number,
  sizeBytes: number,
  room: ReadingRoom = createReadingRoom(),
  head: Uint8Array = NO_BYTES,
): FileView {
  function readInto(offset: number, wanted: number): number {
    // Ten times what is asked for is never held for long: the room is dropped with its archive.
    if (room.bytes.length < wanted) room.bytes = Buffer.allocUnsafeSlow(wanted);
    room.reader = self;
    let read = 0;
    while (read < wanted) {
      const got = readSync(descriptor, room.bytes, read, wanted - read, start + offset + read);
      if (got === 0) break;
      read += got;
    }
    return read;
  }

  const self = Symbol("view");
  // What of the file the room holds since this view's last read, unless another view has used it.
  const block = { offset: 0, sizeBytes: 0 };
  return {
    sizeBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      // Most files are looked at for their first bytes alone.
      if (offset + wanted <= head.length) return head.subarray(offset, offset + wanted);
      if (wanted > BLOCK_BYTES) {
        block.sizeBytes = 0;
        // Before `room.bytes` is named: reading may put other memory in its place.
        const read = readInto(offset, wanted);
        return room.bytes.subarray(0, read);
      }
      const within = offset - block.offset;
      if (within < 0 || within + wanted > block.sizeBytes || room.reader !== self) {
        // Tables stand side by side: the next question is most likely about the same block.
        block.offset = Math.floor(offset / BLOCK_BYTES) * BLOCK_BYTES;
        block.sizeBytes = readInto(block.offset, Math.min(2 * BLOCK_BYTES, sizeBytes - block.offset));
      }
      const from = offset - block.offset;
      return room.bytes.subarray(Math.min(from, block.sizeBytes), Math.min(from + wanted, block.sizeBytes));
    },
  };
}

const BLOCK_BYTES = 16 * 1024;

const NO_BYTES = new Uint8Array(0);
