/**
 * A piece of a local file, and reading it whole within a ceiling.
 */
import { open } from "node:fs/promises";
import { printable } from "../domain/problem.ts";
import { asSourceError, OciError } from "./error.ts";

export interface FileRange {
  readonly path: string;
  /** First byte. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Finds a file of a layout or archive by its path inside, e.g. `blobs/sha256/…`; null when there is none. */
export type FindFile = (path: string) => Promise<FileRange | null>;

/** All bytes of the range. @throws OciError LIMIT_EXCEEDED past `bytesMax`, SOURCE_INVALID when the file is shorter */
export async function readRange(range: FileRange, bytesMax: number, what: string): Promise<Uint8Array> {
  if (range.sizeBytes > bytesMax) {
    throw new OciError("LIMIT_EXCEEDED", `The ${printable(what)} is larger than ${bytesMax} bytes.`, {
      details: { limit: "bytesMax", max: bytesMax },
    });
  }
  const bytes = Buffer.alloc(range.sizeBytes);
  try {
    await fill(bytes, range, what);
  } catch (error) {
    throw asSourceError(error, range.path);
  }
  return bytes;
}

async function fill(bytes: Uint8Array, range: FileRange, what: string): Promise<void> {
  const file = await open(range.path, "r");
  try {
    let read = 0;
    while (read < bytes.length) {
      const step = await file.read(bytes, read, bytes.length - read, range.offset + read);
      if (step.bytesRead === 0) throw new OciError("SOURCE_INVALID", `The ${printable(what)} is cut short.`);
      read += step.bytesRead;
    }
  } finally {
    await file.close();
  }
}
