/**
 * Which names a program has, in ten bits a name: a Bloom filter. What it says is not there is not there; of a hundred names that are
 * not there it takes about one for there. https://en.wikipedia.org/wiki/Bloom_filter
 */
import { Buffer } from "node:buffer";

/** Base64 of the bits. */
export type SymbolFilter = string;

/** A filter of these names. The same names in any order give the same filter. */
export function makeSymbolFilter(names: ReadonlySet<string>): SymbolFilter {
  const bits = Buffer.alloc(Math.max(8, Math.ceil((names.size * BITS_A_NAME) / 8)));
  const size = bits.length * 8;
  // A program has up to some 100,000 names, so nothing is made for each.
  for (const name of names) {
    let place = fnv1a(name, SEED);
    const step = fnv1a(name, STEP_SEED) | 1;
    for (let nth = 0; nth < HASHES; nth += 1) {
      const at = place % size;
      bits[at >>> 3] = (bits[at >>> 3] as number) | (1 << (at & 7));
      place = (place + step) >>> 0;
    }
  }
  return bits.toString("base64");
}

/** The test of a filter for names: false where it is certain that the name was not among them. */
export function symbolTest(filter: SymbolFilter): (name: string) => boolean {
  const bits = Buffer.from(filter, "base64");
  const size = bits.length * 8;
  if (size === 0) return () => true;
  return (name) => {
    let place = fnv1a(name, SEED);
    const step = fnv1a(name, STEP_SEED) | 1;
    for (let nth = 0; nth < HASHES; nth += 1) {
      const at = place % size;
      if (((bits[at >>> 3] as number) & (1 << (at & 7))) === 0) return false;
      place = (place + step) >>> 0;
    }
    return true;
  };
}

const BITS_A_NAME = 10;
const HASHES = 7;

/** Places by two hashes, the second as the step, as Kirsch and Mitzenmacher showed them to be enough. */
const SEED = 0x811c9dc5;
const STEP_SEED = 0x01000193;

/** http://www.isthe.com/chongo/tech/comp/fnv/, over UTF-16 code units. */
function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  // What differs only at the end differs only in the low bits without this.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
