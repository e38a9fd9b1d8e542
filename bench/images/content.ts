/**
 * Content for the benchmark's files: always the same, text-like or half random, so that gzip makes two fifths of it.
 */

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const POOL_BYTES = 8 * 1024 * 1024;

export interface Content {
  text(sizeBytes: number): Buffer;
  /** Pieces of noise between pieces of text, as machine code and packed data are. */
  binary(sizeBytes: number): Buffer;
}

export function createContent(random: () => number): Content {
  const texts = textPool(random);
  const noise = Buffer.from(
    Float64Array.from({ length: POOL_BYTES / 8 }, () => random() * 2 ** 52).buffer,
  ).map((byte, i) => byte ^ Math.imul(i, 2_654_435_761));
  function pieces(sizeBytes: number, noisePart: number): Buffer {
    const bytes = Buffer.allocUnsafe(sizeBytes);
    for (let at = 0; at < sizeBytes;) {
      const length = Math.min(sizeBytes - at, 512 + Math.floor(random() * 4096));
      const pool = random() < noisePart ? noise : texts;
      const from = Math.floor(random() * (POOL_BYTES - length));
      bytes.set(pool.subarray(from, from + length), at);
      at += length;
    }
    return bytes;
  }
  return { text: (sizeBytes) => pieces(sizeBytes, 0), binary: (sizeBytes) => pieces(sizeBytes, 0.21) };
}

function textPool(random: () => number): Buffer {
  const letters = "eeeettaaooiinnsshrdlucmfwypvbgk";
  const word = (): string =>
    Array.from(
      { length: 2 + Math.floor(random() * 8) },
      () => letters[Math.floor(random() * letters.length)],
    ).join("");
  const words = Array.from({ length: 3000 }, word);
  const parts: string[] = [];
  for (let length = 0; length < POOL_BYTES + 100;) {
    // Frequent words are very frequent, as in real text.
    const next = words[Math.floor(random() ** 3 * words.length)] as string;
    const end = random() < 0.1 ? "();\n" : " ";
    parts.push(next, end);
    length += next.length + end.length;
  }
  return Buffer.from(parts.join("")).subarray(0, POOL_BYTES);
}
