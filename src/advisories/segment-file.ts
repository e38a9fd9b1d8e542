/** An open segment file, of which pieces are read. */
import { readSync } from "node:fs";
import type { PlimsollError } from "../domain/error.ts";

export interface SegmentFile {
  readonly descriptor: number;
  readonly sizeBytes: number;
  /** DATABASE_INVALID, with what is wrong: `has a broken index`. */
  readonly invalid: (reason: string) => PlimsollError;
}

/** @throws PlimsollError DATABASE_INVALID */
export function readAt(file: SegmentFile, position: number, length: number): Buffer {
  if (position < 0 || length < 0 || position + length > file.sizeBytes)
    throw file.invalid("points outside itself");
  const bytes = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length;) {
    const count = readSync(file.descriptor, bytes, filled, length - filled, position + filled);
    if (count === 0) throw file.invalid("ends early");
    filled += count;
  }
  return bytes;
}
