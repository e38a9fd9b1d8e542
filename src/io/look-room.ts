/** Memory for the bodies that are looked at while they pass, one after the other: the same is used again and again. */
import type { FileView } from "../domain/files.ts";
import { viewBytes } from "./file-view.ts";
import { PackedBody } from "./packed-body.ts";

/** Kept for the next body up to this size. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;

/** Bodies from this size on are packed, which takes a third of a second for each 100 MB. */
const PACKED_FROM_BYTES = 24 * 1024 * 1024;

export class LookRoom {
  #scratch = Buffer.alloc(0);
  #sizeBytes = 0;
  #filled = 0;
  #packed: PackedBody | null = null;

  /** A body of `sizeBytes` begins. */
  start(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes;
    this.#filled = 0;
    if (sizeBytes >= PACKED_FROM_BYTES) this.#packed = new PackedBody(sizeBytes);
    else if (this.#scratch.length < sizeBytes) {
      this.#drop();
      // A little more each time, so that files that grow slowly do not each take new memory.
      this.#scratch = Buffer.allocUnsafeSlow(Math.ceil(sizeBytes * 1.25));
    }
  }

  add(bytes: Uint8Array): void {
    if (this.#packed !== null) this.#packed.add(bytes);
    else this.#scratch.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** When all of its bytes were added. Of no use after `end`. */
  view(): FileView {
    return this.#packed?.view() ?? viewBytes(this.#scratch.subarray(0, this.#sizeBytes));
  }

  end(): void {
    this.#packed = null;
    if (this.#scratch.length > KEPT_BYTES_MAX) this.#drop();
  }

  /** At once: the collector sees little of memory outside its heap, and comes late. */
  #drop(): void {
    const { buffer } = this.#scratch;
    this.#scratch = Buffer.alloc(0);
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
