/**
 * Names of files, each kept once, as bytes: some 20 bytes a name besides its own length, where a JavaScript string with its
 * place in a Map takes six times as much. Names come from hostile images, so the hash is keyed (HalfSipHash-1-3,
 * https://cr.yp.to/siphash/siphash-20120918.pdf, in its 32-bit form) and the key is drawn anew for each table.
 */
import { randomBytes } from "node:crypto";

/** Bytes are kept in pieces of this size, so that growing copies nothing. */
const PIECE_BYTES = 1 << 18;
const LENGTH_BYTES = 4;

export class NameTable {
  readonly #pieces: Buffer[] = [];
  #end = PIECE_BYTES;
  /** Of each name, the piece and the place in it. */
  #piece = new Int32Array(1024);
  #place = new Int32Array(1024);
  #count = 0;
  /** Open addressing; a slot holds id + 1. */
  #slots = new Int32Array(4096);
  #scratch = Buffer.allocUnsafe(1024);
  /** The name asked for last: it is often looked for and then added. */
  #lastName: string | null = null;
  #lastId = -1;
  readonly #key0 = randomBytes(4).readInt32LE();
  readonly #key1 = randomBytes(4).readInt32LE();

  /** Id of a name that is there, or -1. */
  find(name: string): number {
    if (name === this.#lastName) return this.#lastId;
    const length = this.#encode(name);
    return this.#remember(name, (this.#slots[this.#slotOf(this.#scratch, 0, length)] as number) - 1);
  }

  /** Id of a name, which is added when it is not there. Ids count from 0. */
  add(name: string): number {
    if (name === this.#lastName && this.#lastId !== -1) return this.#lastId;
    const length = this.#encode(name);
    return this.#remember(name, this.addBytes(this.#scratch, 0, length));
  }

  /** The same for a name in UTF-8, from `from` to `end`. */
  addBytes(bytes: Buffer, from: number, end: number): number {
    const length = end - from;
    const slot = this.#slotOf(bytes, from, length);
    const known = (this.#slots[slot] as number) - 1;
    if (known !== -1) return known;
    // What was not there when it was last asked for may be this name.
    this.#lastName = null;
    const id = this.#count;
    this.#store(id, bytes, from, length);
    this.#count += 1;
    this.#slots[slot] = id + 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return id;
  }

  /** The name with this id. */
  text(id: number): string {
    const piece = this.#pieces[this.#piece[id] as number] as Buffer;
    const at = (this.#place[id] as number) + LENGTH_BYTES;
    return piece.toString("utf8", at, at + piece.readUInt32LE(at - LENGTH_BYTES));
  }

  #remember(name: string, id: number): number {
    this.#lastName = name;
    this.#lastId = id;
    return id;
  }

  /** Puts the name's bytes into the scratch buffer; returns their number. */
  #encode(name: string): number {
    // Three bytes a UTF-16 unit is the most that UTF-8 takes.
    const bytesMax = name.length * 3;
    if (bytesMax > this.#scratch.length) this.#scratch = Buffer.allocUnsafe(bytesMax);
    return this.#scratch.write(name);
  }

  /** The slot of the name, or the empty one where it belongs. */
  #slotOf(bytes: Buffer, from: number, length: number): number {
    const mask = this.#slots.length - 1;
    const hash = halfSipHash(bytes, from, length, this.#key0, this.#key1);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] as number) - 1;
      if (id === -1 || this.#isAt(id, bytes, from, length)) return slot;
    }
  }

  #isAt(id: number, bytes: Buffer, from: number, length: number): boolean {
    const piece = this.#pieces[this.#piece[id] as number] as Buffer;
    const at = this.#place[id] as number;
    if (piece.readUInt32LE(at) !== length) return false;
    // The last bytes are those in which names differ most.
    const shift = at + LENGTH_BYTES - from;
    for (let i = from + length - 1; i >= from; i -= 1) if (bytes[i] !== piece[i + shift]) return false;
    return true;
  }

  #store(id: number, bytes: Buffer, from: number, length: number): void {
    const room = LENGTH_BYTES + length;
    if (this.#pieces.length === 0 || this.#end + room > (this.#pieces.at(-1) as Buffer).length) {
      this.#pieces.push(Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, room)));
      this.#end = 0;
    }
    if (id === this.#piece.length) {
      this.#piece = larger(this.#piece, id * 2);
      this.#place = larger(this.#place, id * 2);
    }
    const piece = this.#pieces.at(-1) as Buffer;
    piece.writeUInt32LE(length, this.#end);
    bytes.copy(piece, this.#end + LENGTH_BYTES, from, from + length);
    this.#piece[id] = this.#pieces.length - 1;
    this.#place[id] = this.#end;
    this.#end += room;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#count; id += 1) {
      const piece = this.#pieces[this.#piece[id] as number] as Buffer;
      const at = this.#place[id] as number;
      const hash = halfSipHash(piece, at + LENGTH_BYTES, piece.readUInt32LE(at), this.#key0, this.#key1);
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

/** 32 bits of `length` bytes from `from`, under a key of two words. */
export function halfSipHash(
  bytes: Uint8Array,
  from: number,
  length: number,
  key0: number,
  key1: number,
): number {
  const v = new Words(key0, key1, 0x6c796765 ^ key0, 0x74656462 ^ key1);
  const byte = (at: number): number => bytes[from + at] as number;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    v.absorb(byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
  }
  let last = length << 24;
  for (let at = length - 1; at >= whole; at -= 1) last |= byte(at) << (8 * (at - whole));
  v.absorb(last);
  return v.finish();
}

/** The state of the hash. */
class Words {
  a: number;
  b: number;
  c: number;
  d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  absorb(word: number): void {
    this.d ^= word;
    this.#round();
    this.a ^= word;
  }

  finish(): number {
    this.c ^= 0xff;
    this.#round();
    this.#round();
    this.#round();
    return (this.b ^ this.d) >>> 0;
  }

  #round(): void {
    this.a = (this.a + this.b) | 0;
    this.b = rotate(this.b, 5) ^ this.a;
    this.a = rotate(this.a, 16);
    this.c = (this.c + this.d) | 0;
    this.d = rotate(this.d, 8) ^ this.c;
    this.a = (this.a + this.d) | 0;
    this.d = rotate(this.d, 7) ^ this.a;
    this.c = (this.c + this.b) | 0;
    this.b = rotate(this.b, 13) ^ this.c;
    this.c = rotate(this.c, 16);
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function larger(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const array = new Int32Array(length);
  array.set(old);
  return array;
}
