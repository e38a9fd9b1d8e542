/** Symbols of a bzip2 block: Huffman codes, then the move-to-front list and its runs. */
import type { BitReader } from "./bunzip2-bits.ts";

/** Bytes of a block as they were sorted, or null when it is damaged. */
export function readSymbols(bits: BitReader, bytesMax: number): Uint8Array | null {
  const used = readUsedBytes(bits);
  const tableCount = bits.read(3);
  const selectors = readSelectors(bits, tableCount);
  if (used.length === 0 || selectors === null) return null;
  const tables: CodeTable[] = [];
  for (let table = 0; table < tableCount; table += 1) {
    const read = readTable(bits, used.length + 2);
    if (read === null) return null;
    tables.push(read);
  }
  return decode(bits, { used, tables, selectors, bytesMax });
}

/** Which bytes occur: 16 bits for groups of 16, then 16 bits for each group that has any. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    if ((groups & (0x8000 >>> group)) === 0) continue;
    const members = bits.read(16);
    for (let byte = 0; byte < 16; byte += 1) {
      if ((members & (0x8000 >>> byte)) !== 0) used.push(group * 16 + byte);
    }
  }
  return Uint8Array.from(used);
}

/** Symbols of a group share a code table. */
const GROUP_SYMBOLS = 50;

/** Which table each group uses: places in a move-to-front list, in unary. */
function readSelectors(bits: BitReader, tableCount: number): Uint8Array | null {
  const count = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || count === 0) return null;
  const order = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tableCount) return null;
    }
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    selectors[at] = table;
  }
  return selectors;
}

const CODE_BITS_MAX = 20;

/** Canonical code: for each length the first code, aligned to 20 bits, that is too large for it, and where its symbols begin. */
interface CodeTable {
  readonly shortest: number;
  /** By length: codes below this, aligned to 20 bits, are of this length or shorter. */
  readonly limits: Uint32Array;
  /** By length: what to add to a code for its place in `symbols`. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

function readTable(bits: BitReader, symbolCount: number): CodeTable | null {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_MAX) return null;
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const limits = new Uint32Array(CODE_BITS_MAX + 1);
  const bases = new Int32Array(CODE_BITS_MAX + 1);
  const symbols: number[] = [];
  let code = 0;
  for (let bitCount = 1; bitCount <= CODE_BITS_MAX; bitCount += 1) {
    bases[bitCount] = symbols.length - code;
    for (let symbol = 0; symbol < symbolCount; symbol += 1) {
      if (lengths[symbol] !== bitCount) continue;
      symbols.push(symbol);
      code += 1;
    }
    if (code > 2 ** bitCount) return null;
    limits[bitCount] = code * 2 ** (CODE_BITS_MAX - bitCount);
    code *= 2;
  }
  return { shortest: Math.min(...lengths), limits, bases, symbols: Uint16Array.from(symbols) };
}

interface Coded {
  readonly used: Uint8Array;
  readonly tables: readonly CodeTable[];
  readonly selectors: Uint8Array;
  readonly bytesMax: number;
}

function decode(bits: BitReader, { used, tables, selectors, bytesMax }: Coded): Uint8Array | null {
  const order = used.slice();
  const bytes = new Uint8Array(bytesMax);
  const endSymbol = used.length + 1;
  let size = 0;
  let run = 0;
  let runBit = 1;
  for (let group = 0; group < selectors.length; group += 1) {
    const table = tables[selectors[group] ?? 0];
    if (table === undefined || bits.isPastEnd()) return null;
    for (let count = 0; count < GROUP_SYMBOLS; count += 1) {
      const symbol = readSymbol(bits, table);
      if (symbol < 0) return null;
      // Two symbols write the length of a run in binary, with digits 1 and 2.
      if (symbol < 2) {
        run += runBit << symbol;
        runBit *= 2;
        if (size + run > bytesMax) return null;
        continue;
      }
      if (run > 0) {
        bytes.fill(order[0] ?? 0, size, size + run);
        size += run;
        run = 0;
        runBit = 1;
      }
      if (symbol === endSymbol) return bits.isPastEnd() ? null : bytes.subarray(0, size);
      if (size >= bytesMax) return null;
      const place = symbol - 1;
      const byte = order[place] ?? 0;
      order.copyWithin(1, 0, place);
      order[0] = byte;
      bytes[size] = byte;
      size += 1;
    }
  }
  return null;
}

/** -1: no code. */
function readSymbol(bits: BitReader, { shortest, limits, bases, symbols }: CodeTable): number {
  const next = bits.peek20();
  for (let length = shortest; length <= CODE_BITS_MAX; length += 1) {
    if (next >= (limits[length] ?? 0)) continue;
    bits.skip(length);
    return symbols[(next >>> (CODE_BITS_MAX - length)) + (bases[length] ?? 0)] ?? -1;
  }
  return -1;
}
