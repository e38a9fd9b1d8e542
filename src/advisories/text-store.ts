/**
 * Texts kept as UTF-8 outside of the garbage collector's reach. A large feed gives hundreds of thousands of rows, which as strings
 * take twice the bytes and as much again that is waiting to be collected.
 */

export interface TextStore {
  /** Where the text is kept: its first byte. */
  add(text: string): number;
  /** `length`: bytes, as `addedBytes` told them. */
  read(at: number, length: number): string;
  /** The same as bytes, into a buffer that has room for them. */
  copy(at: number, length: number, into: Buffer, from: number): void;
  /** Bytes of the text that was added last. */
  addedBytes(): number;
  /** Forgets all texts; their memory is used again. */
  clear(): void;
}

const PIECE_BYTES = 4 * 1024 * 1024;

export function createTextStore(): TextStore {
  /** Texts longer than a piece have one of their own, which counts as one. */
  const pieces: Buffer[] = [];
  /** Of texts that were forgotten, one piece each. */
  let spare: Buffer[] = [];
  let open: Buffer = Buffer.alloc(0);
  let used = 0;
  let added = 0;
  const bytesOf = (at: number, length: number): Buffer => {
    const from = at % PIECE_BYTES;
    return pieces[Math.floor(at / PIECE_BYTES)]?.subarray(from, from + length) ?? Buffer.alloc(0);
  };
  return {
    add(text) {
      added = Buffer.byteLength(text);
      if (used + added > open.length) {
        open =
          (added <= PIECE_BYTES ? spare.pop() : undefined) ??
          Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, added));
        pieces.push(open);
        used = 0;
      }
      const at = (pieces.length - 1) * PIECE_BYTES + Math.min(used, PIECE_BYTES - 1);
      used += open.write(text, used);
      return at;
    },
    read: (at, length) => bytesOf(at, length).toString("utf8"),
    copy: (at, length, into, from) => void bytesOf(at, length).copy(into, from),
    addedBytes: () => added,
    clear() {
      spare = [...spare, ...pieces.filter(({ length }) => length === PIECE_BYTES)];
      pieces.length = 0;
      open = Buffer.alloc(0);
      used = 0;
    },
  };
}
