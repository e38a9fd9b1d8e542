/** Bits of a byte stream, the highest of each byte first. */

export interface BitReader {
  /** The next 0 to 32 bits as a number; past the end, zeros. */
  read(count: number): number;
  /** The next 20 bits without taking them. */
  peek20(): number;
  /** Takes bits that were looked at. */
  skip(count: number): void;
  /** Whole bytes that are left. */
  left(): number;
  alignToByte(): void;
  /** Whether more was read than there was. */
  isPastEnd(): boolean;
  /** A reader of what is left and of further pieces. */
  withMore(pieces: readonly Uint8Array[]): BitReader;
}

export function createBitReader(bytes: Uint8Array, firstBit = 0): BitReader {
  let at = firstBit;
  const end = bytes.length * 8;
  const read = (count: number): number => {
    let value = 0;
    for (let left = count; left > 0;) {
      const offset = at & 7;
      const take = Math.min(left, 8 - offset);
      const byte = bytes[at >>> 3] ?? 0;
      value = value * 2 ** take + ((byte >>> (8 - offset - take)) & ((1 << take) - 1));
      at += take;
      left -= take;
    }
    return value;
  };
  return {
    read,
    peek20() {
      const from = at >>> 3;
      const word =
        ((bytes[from] ?? 0) << 24) |
        ((bytes[from + 1] ?? 0) << 16) |
        ((bytes[from + 2] ?? 0) << 8) |
        (bytes[from + 3] ?? 0);
      // 32 bits less at most 7 of the first byte leave 25.
      return (word << (at & 7)) >>> 12;
    },
    skip(count) {
      at += count;
    },
    left: () => Math.max(0, (end - at) >>> 3),
    alignToByte() {
      at = (at + 7) & ~7;
    },
    isPastEnd: () => at > end,
    withMore(pieces) {
      const from = Math.min(at >>> 3, bytes.length);
      return createBitReader(Buffer.concat([bytes.subarray(from), ...pieces]), at & 7);
    },
  };
}
