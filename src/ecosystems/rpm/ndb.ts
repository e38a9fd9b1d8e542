/**
 * rpm's own database format NDB (`Packages.db`, SUSE since 2020).
 * Source: https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/lib/backend/ndb/rpmpkg.c
 */
import { Buffer } from "node:buffer";
import { complain, type DatabaseReading } from "./database-reading.ts";

/** The header blobs of all packages; null when the bytes are no such database. */
export function readNdb(bytes: Uint8Array): DatabaseReading | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < SLOTS_AT || file.toString("latin1", 0, 4) !== "RpmP") return null;
  const blobs: Uint8Array[] = [];
  const complaints: string[] = [];
  // Blobs do not overlap, so together they are no larger than the file.
  let leftBytes = file.length;
  const seen = new Set<number>();
  const slotsEnd = Math.min(file.length, file.readUInt32LE(12) * PAGE_BYTES);
  for (let at = SLOTS_AT; at + SLOT_BYTES <= slotsEnd; at += SLOT_BYTES) {
    if (file.toString("latin1", at, at + 4) !== "Slot") {
      complain(complaints, `the slot at byte ${at} is damaged`);
      continue;
    }
    const index = file.readUInt32LE(at + 4);
    if (index === 0) continue;
    const start = file.readUInt32LE(at + 8) * BLOCK_BYTES;
    // A package has one slot.
    const blob = leftBytes > 0 && !seen.has(index) ? readBlob(file, start, index) : null;
    seen.add(index);
    if (blob === null) complain(complaints, `package ${index} has a damaged entry`);
    else blobs.push(blob);
    leftBytes -= blob?.length ?? 0;
  }
  return { blobs, complaints };
}

/** Magic, version, generation, pages of slots, next package index; two more words. */
const SLOTS_AT = 32;
/** Magic, package index (0: free), first block, number of blocks. */
const SLOT_BYTES = 16;
const PAGE_BYTES = 4096;
const BLOCK_BYTES = 16;
/** Magic, package index, generation, length. */
const BLOB_HEADER_BYTES = 16;

function readBlob(file: Buffer, start: number, index: number): Uint8Array | null {
  const data = start + BLOB_HEADER_BYTES;
  if (data > file.length || file.toString("latin1", start, start + 4) !== "BlbS") return null;
  if (file.readUInt32LE(start + 4) !== index) return null;
  const end = data + file.readUInt32LE(start + 12);
  return end <= file.length ? file.subarray(data, end) : null;
}
