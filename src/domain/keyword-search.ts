/**
 * Searches bytes for many keywords at once, skipping most of them: the algorithm of Wu and Manber ("A fast algorithm for
 * multi-pattern searching", 1994) with blocks of two bytes. It looks for four bytes of each keyword, those that are rarest in
 * text; what every pair of bytes allows to be skipped stands in one table. An automaton would look at each byte.
 */

export interface KeywordSearch {
  /** The next place at or after `from` where a keyword may be, or -1: `keywordsAt` says which. */
  next(bytes: Uint8Array, from: number): number;
  /** Indexes of the keywords at a place that `next` returned, which lies inside of them. */
  keywordsAt(bytes: Uint8Array, at: number): readonly number[];
  /** Bytes of the longest keyword: windows that are searched one after the other overlap by one less. */
  readonly lengthMax: number;
}

/** Bytes that every keyword must have. */
export const KEYWORD_LENGTH_MIN = 4;

/** What is looked for of a keyword. */
const WINDOW = KEYWORD_LENGTH_MIN;

interface Keyword {
  readonly bytes: Uint8Array;
  /** `bytes` are in lower case, and every case is found. */
  readonly anyCase: boolean;
  /** Where its rarest four bytes are. */
  readonly offset: number;
}

/**
 * A keyword with a capital letter is found as it is written, any other in every letter case.
 * @throws RangeError when there is no keyword, or one is too short or is not ASCII
 */
export function createKeywordSearch(words: readonly string[]): KeywordSearch {
  if (words.length === 0) throw new RangeError("A search needs a keyword.");
  const keywords = words.map(toKeyword);
  const shifts = makeShifts(keywords);
  const mayStart = new Uint8Array(65536);
  const byWindow = new Map<number, number[]>();
  keywords.forEach(({ bytes, offset }, index) => {
    const key = windowKey(bytes, offset);
    mayStart[hash(key)] = 1;
    byWindow.set(key, [...(byWindow.get(key) ?? []), index]);
  });
  const keywordsAt = (bytes: Uint8Array, at: number): readonly number[] =>
    (byWindow.get(windowKey(bytes, at)) ?? []).filter((index) =>
      matches(keywords[index] as Keyword, bytes, at),
    );
  return {
    lengthMax: Math.max(...words.map(({ length }) => length)),
    keywordsAt,
    next: (bytes, from) => {
      const { length } = bytes;
      let end = from + WINDOW - 1;
      while (end < length) {
        const skip = shifts[pairKey(bytes[end - 1] as number, bytes[end] as number)] as number;
        if (skip !== 0) {
          end += skip;
          continue;
        }
        const at = end - WINDOW + 1;
        // Asked before the map: most pairs of bytes that end a window belong to something else.
        if (mayStart[hash(windowKey(bytes, at))] !== 0 && keywordsAt(bytes, at).length > 0) return at;
        end += 1;
      }
      return -1;
    },
  };
}

/** How far the end of the window may move on, by the two bytes there. */
function makeShifts(keywords: readonly Keyword[]): Uint8Array {
  const shifts = new Uint8Array(PAIRS).fill(WINDOW - 1);
  for (const { bytes, anyCase, offset } of keywords) {
    for (let end = 1; end < WINDOW; end += 1) {
      const skip = WINDOW - 1 - end;
      for (const first of spellings(bytes[offset + end - 1] as number, anyCase)) {
        for (const second of spellings(bytes[offset + end] as number, anyCase)) {
          const pair = pairKey(first, second);
          if (skip < (shifts[pair] as number)) shifts[pair] = skip;
        }
      }
    }
  }
  return shifts;
}

/** The table is small enough for the fastest cache: bytes that are no ASCII share the places of those that are. */
const PAIRS = 128 * 128;

function pairKey(first: number, second: number): number {
  return ((first & 127) << 7) | (second & 127);
}

function toKeyword(word: string): Keyword {
  if (word.length < KEYWORD_LENGTH_MIN || !/^[\x20-\x7e]+$/.test(word)) {
    throw new RangeError(`"${word}" is no keyword: at least ${KEYWORD_LENGTH_MIN} signs of ASCII.`);
  }
  const bytes = Uint8Array.from(word, (sign) => sign.charCodeAt(0));
  const anyCase = !/[A-Z]/.test(word);
  const offsets = Array.from({ length: word.length - WINDOW + 1 }, (_, offset) => offset);
  const cost = (offset: number): number =>
    bytes
      .subarray(offset, offset + WINDOW)
      .reduce((sum, byte, at) => sum + commonness(byte) * (at >= WINDOW - 2 ? 2 : 1), 0);
  const offset = offsets.reduce((best, other) => (cost(other) < cost(best) ? other : best), 0);
  return { bytes, anyCase, offset };
}

/** Letters of text, the most frequent first. */
const FREQUENT = " etaoinsrhldcumfpgwybvkxjqz";

/** 0 for what is rare in text, 27 for a blank. */
function commonness(byte: number): number {
  const place = FREQUENT.indexOf(String.fromCharCode(byte));
  return place < 0 ? 2 : FREQUENT.length - place;
}

function spellings(byte: number, anyCase: boolean): readonly number[] {
  return anyCase && byte >= 0x61 && byte <= 0x7a ? [byte, byte & ~0x20] : [byte];
}

/** Four bytes without the bit that makes letters small, so that a few other signs fall together too. */
function windowKey(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number) |
    0x20202020
  );
}

function hash(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 16;
}

function matches({ bytes: word, anyCase, offset }: Keyword, bytes: Uint8Array, at: number): boolean {
  const start = at - offset;
  if (start < 0 || start + word.length > bytes.length) return false;
  for (let index = 0; index < word.length; index += 1) {
    const byte = bytes[start + index] as number;
    const folded = anyCase && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (folded !== word[index]) return false;
  }
  return true;
}
