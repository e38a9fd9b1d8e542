/**
 * Frames of `peer.ts`: the length of its head and of its bytes (4 and 4, little-endian), the head as JSON, the bytes.
 */

export interface FrameHead {
  readonly kind: "call" | "answer" | "error";
  readonly id: number;
  readonly method: string;
  readonly value: unknown;
}

const LENGTHS_BYTES = 8;

/** Everything of a frame that comes before its bytes. */
export function encodeHead(head: FrameHead, bodyBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(bodyBytes, 4);
  return Buffer.concat([lengths, text]);
}

export interface FrameReaderOptions {
  readonly frameBytesMax: number;
  take(head: FrameHead, bytes: Uint8Array | null): void;
  fail(reason: string): void;
  /** Where the frame's bytes belong, if somebody said so. */
  intoOf(head: FrameHead): Uint8Array | null;
}

/** Memory is set aside for so much on the word of a frame's head; for more only as it comes. */
const FIRST_BYTES = 1024 * 1024;

/** Puts chunks together to frames. Every byte is copied once: a chunk is valid during the call only. */
export function createFrameReader(options: FrameReaderOptions): (chunk: Buffer) => void {
  const reader = new FrameReader(options);
  return (chunk) => reader.push(chunk);
}

class FrameReader {
  readonly #options: FrameReaderOptions;
  #isBroken = false;
  /** What is being read: `wanted` bytes, of which the first `filled` are in `room`. */
  #part: "lengths" | "head" | "body" = "lengths";
  #wanted = LENGTHS_BYTES;
  #filled = 0;
  #room: Uint8Array = Buffer.allocUnsafeSlow(LENGTHS_BYTES);
  #bodyBytes = 0;
  #head: FrameHead | null = null;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !this.#isBroken;) {
      at += this.#fill(chunk.subarray(at));
      while (this.#filled === this.#wanted && !this.#isBroken) this.#endPart();
    }
  }

  #fill(chunk: Uint8Array): number {
    const bytes = chunk.subarray(0, this.#wanted - this.#filled);
    const needed = this.#filled + bytes.length;
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#wanted, Math.max(this.#room.length * 2, needed)));
      larger.set(this.#room.subarray(0, this.#filled));
      this.#room = larger;
    }
    this.#room.set(bytes, this.#filled);
    this.#filled = needed;
    return bytes.length;
  }

  #endPart(): void {
    const bytes = Buffer.from(this.#room.buffer, this.#room.byteOffset, this.#filled);
    if (this.#part === "lengths") return this.#endLengths(bytes);
    try {
      if (this.#part === "head") {
        this.#head = JSON.parse(bytes.toString("utf8")) as FrameHead;
        if (this.#bodyBytes > 0)
          return this.#expect("body", this.#bodyBytes, this.#options.intoOf(this.#head));
      }
      this.#options.take(this.#head as FrameHead, this.#part === "body" ? bytes : null);
    } catch {
      return this.#fail("the other process sent what cannot be read");
    }
    this.#expect("lengths", LENGTHS_BYTES, null);
  }

  #endLengths(bytes: Buffer): void {
    const headBytes = bytes.readUInt32LE(0);
    this.#bodyBytes = bytes.readUInt32LE(4);
    const frameBytes = LENGTHS_BYTES + headBytes + this.#bodyBytes;
    if (frameBytes > this.#options.frameBytesMax) return this.#fail("the other process sent too much");
    this.#expect("head", headBytes, null);
  }

  #expect(part: "lengths" | "head" | "body", bytes: number, into: Uint8Array | null): void {
    this.#part = part;
    this.#wanted = bytes;
    this.#filled = 0;
    const fits = into !== null && into.length >= bytes;
    this.#room = fits ? into : Buffer.allocUnsafeSlow(Math.min(bytes, FIRST_BYTES));
  }

  #fail(reason: string): void {
    this.#isBroken = true;
    this.#options.fail(reason);
  }
}
