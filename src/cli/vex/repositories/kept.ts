/**
 * What was fetched of a VEX repository, below the folder of all of them:
 *
 *     NAME/state.json        what it is, when it was looked at, and where each document stands; replacing it makes a new one current
 *     NAME/documents-*.bin   documents one after the other, each packed by zstd
 *     NAME/lock              who is fetching, while someone is
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PlimsollError } from "../../../domain/error.ts";
import { recordOf } from "../../../domain/json-record.ts";
import { writeFileAtomic } from "../../../io/atomic-file.ts";
import { DOCUMENT_BYTES_MAX } from "../../../vex/read.ts";
import type { RepositoryEntry } from "../../../vex/shared/repository-manifest.ts";

export interface KeptState {
  /** SHA-256 of address and mirror: what was fetched from elsewhere is not what is wanted. */
  readonly source: string;
  /** What the repository calls itself; empty: nothing. */
  readonly title: string;
  readonly intervalMs: number;
  /** RFC 3339: the last look that was answered; null: none was. */
  readonly checkedAt: string | null;
  /** What went wrong with the last look; null: nothing. */
  readonly failure: { readonly at: string; readonly reason: string } | null;
  readonly content: KeptContent | null;
}

export interface KeptContent {
  /** RFC 3339 */
  readonly fetchedAt: string;
  /** What the index says of its own age, RFC 3339; null: nothing. */
  readonly updatedAt: string | null;
  /** Address that answered, without credentials. */
  readonly origin: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Name of the file with the documents. */
  readonly file: string;
  /** Bytes of the documents as they are read. */
  readonly sizeBytes: number;
  readonly entries: readonly KeptEntry[];
}

/** `at` and `length` of the packed document in the file; both null: the archive did not have it, or it was too large. */
export interface KeptEntry extends RepositoryEntry {
  readonly at: number | null;
  readonly length: number | null;
}

function statePath(folder: string): string {
  return join(folder, "state.json");
}

/** Null: nothing usable is there, and it is fetched anew. */
export function readKept(folder: string, source: string): KeptState | null {
  try {
    const value = recordOf(JSON.parse(readFileSync(statePath(folder), "utf8")));
    // Written by us alone; of another layout or another address it is of no use.
    return value?.["version"] === 1 && value["source"] === source ? (value as unknown as KeptState) : null;
  } catch {
    return null;
  }
}

export async function writeKept(folder: string, state: KeptState): Promise<void> {
  await writeFileAtomic(statePath(folder), JSON.stringify({ version: 1, ...state }), { mode: 0o600 });
}

/** Readers that have just opened the state still find its file. */
const OLD_FILE_AGE_MS = 10 * 60_000;

/** Removes documents that no state names any more. */
export async function removeOld(folder: string, current: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^documents-[0-9a-f]+\.bin$/.test(name) || name === current) continue;
    const facts = await stat(join(folder, name)).catch(() => null);
    if (facts !== null && now - facts.mtimeMs > OLD_FILE_AGE_MS)
      await rm(join(folder, name), { force: true });
  }
}

/** Packed documents of one repository. */
const PACKED_BYTES_MAX = 4 * 1024 ** 3;

export interface DocumentWriter {
  /** Where it stands. @throws PlimsollError LIMIT_EXCEEDED; system errors */
  add(bytes: Uint8Array): { readonly at: number; readonly length: number };
  close(): void;
}

/** Of a new file, which takes no more than `bytesMax`. @throws system errors */
export function writeDocuments(path: string, bytesMax = PACKED_BYTES_MAX): DocumentWriter {
  const descriptor = openSync(path, "wx", 0o600);
  let at = 0;
  return {
    add: (bytes) => {
      const packed = zstdCompressSync(bytes);
      if (at + packed.byteLength > bytesMax)
        throw new PlimsollError("LIMIT_EXCEEDED", `A VEX repository may take ${bytesMax} bytes.`, {
          details: { limit: "packedBytesMax", max: bytesMax },
        });
      const place = { at, length: packed.byteLength };
      let written = 0;
      while (written < packed.byteLength) {
        written += writeSync(descriptor, packed, written, packed.byteLength - written, at + written);
      }
      at += packed.byteLength;
      return place;
    },
    close: () => closeSync(descriptor),
  };
}

/** One document. @throws PlimsollError FILE_NOT_FOUND where the archive did not have it or the file is gone; LIMIT_EXCEEDED */
export function readDocument(path: string, { at, length }: Pick<KeptEntry, "at" | "length">): Uint8Array {
  if (at === null || length === null)
    throw new PlimsollError("FILE_NOT_FOUND", "the archive does not have it, or it is too large");
  const packed = Buffer.alloc(length);
  const descriptor = openKept(path);
  try {
    let read = 0;
    while (read < length) {
      const count = readSync(descriptor, packed, read, length - read, at + read);
      if (count === 0) throw damaged();
      read += count;
    }
  } finally {
    closeSync(descriptor);
  }
  try {
    return zstdDecompressSync(packed, { maxOutputLength: DOCUMENT_BYTES_MAX });
  } catch (cause) {
    throw damaged(cause);
  }
}

function openKept(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): PlimsollError {
  return new PlimsollError(
    "FILE_NOT_FOUND",
    "it is kept no more as it was fetched: plimsoll vex repo update --force",
    { cause },
  );
}
