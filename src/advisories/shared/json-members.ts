/**
 * Members of a JSON object too large to be parsed as a whole (RFC 8259): the text of each is found by counting brackets outside of
 * strings, and parsed on its own. What is inside a member is the parser's to judge.
 */

/** A value and the names that lead to it. */
export interface JsonMember {
  readonly path: readonly string[];
  readonly value: unknown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LIST_OPEN = 0x5b;
const LIST_CLOSE = 0x5d;

/**
 * The members in their order, or with a depth of two the members of each; a member that has none stands for itself. Of the text, no
 * more is held than one of them and a piece.
 * @throws SyntaxError at the place where it is no object, after the members before it
 */
export function* jsonMembers(pieces: Iterable<Uint8Array>, depth: 1 | 2): Generator<JsonMember> {
  const source = pieces[Symbol.iterator]();
  try {
    const window = createWindow(source);
    const cursor = { at: skipSpace(window, skipMark(window)) };
    if (window.at(cursor.at) !== OPEN) throw new SyntaxError("it is no object");
    yield* readObject(window, cursor, [], depth);
    if (window.at(skipSpace(window, cursor.at)) !== undefined) {
      throw new SyntaxError("more follows after its end");
    }
  } finally {
    // A caller may want no more than the first member; the pieces may be those of an open file.
    source.return?.();
  }
}

/** From an opening bracket to behind the closing one. What is behind the cursor is forgotten on the way. */
function* readObject(
  window: Window,
  cursor: { at: number },
  path: readonly string[],
  depth: number,
): Generator<JsonMember> {
  cursor.at = skipSpace(window, cursor.at + 1);
  for (let isFirst = true; ; isFirst = false) {
    if (isFirst && window.at(cursor.at) === CLOSE) {
      if (path.length > 0) yield { path, value: {} };
      break;
    }
    const nameEnd = endOfValue(window, cursor.at);
    const name: unknown = JSON.parse(window.text(cursor.at, nameEnd));
    if (typeof name !== "string") throw new SyntaxError("a member has no name");
    cursor.at = skipSpace(window, nameEnd);
    if (window.at(cursor.at) !== COLON) throw new SyntaxError("a name has no value");
    cursor.at = skipSpace(window, cursor.at + 1);
    const own = [...path, name];
    if (own.length < depth && window.at(cursor.at) === OPEN) yield* readObject(window, cursor, own, depth);
    else {
      const end = endOfValue(window, cursor.at);
      const value: unknown = JSON.parse(window.text(cursor.at, end));
      cursor.at = end;
      yield { path: own, value };
    }
    cursor.at = skipSpace(window, cursor.at);
    if (window.at(cursor.at) === CLOSE) break;
    if (window.at(cursor.at) !== COMMA) throw new SyntaxError("a member is not closed");
    window.drop(cursor.at + 1);
    cursor.at = skipSpace(window, 0);
  }
  cursor.at += 1;
}

/** Bytes that are at hand; further ones are fetched when they are looked at. */
interface Window {
  /** Undefined behind the end. */
  at(index: number): number | undefined;
  /** Where the byte is next, from an index on; -1: nowhere. */
  indexOf(byte: number, from: number): number;
  text(from: number, to: number): string;
  /** Forgets what is before an index, which becomes 0. */
  drop(before: number): void;
}

function createWindow(source: Iterator<Uint8Array>): Window {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let bytes: Uint8Array = new Uint8Array(0);
  const more = (): boolean => {
    const next = source.next();
    // Copied, because a piece's memory is used again.
    if (next.done !== true) bytes = Buffer.concat([bytes, next.value]);
    return next.done !== true;
  };
  return {
    at(index) {
      while (index >= bytes.length) if (!more()) return undefined;
      return bytes[index];
    },
    indexOf(byte, from) {
      for (let start = from; ;) {
        const found = bytes.indexOf(byte, start);
        if (found !== -1) return found;
        start = Math.max(from, bytes.length);
        if (!more()) return -1;
      }
    },
    text: (from, to) => decoder.decode(bytes.subarray(from, to)),
    drop(before) {
      bytes = bytes.subarray(before);
    },
  };
}

/** Behind a byte order mark, if there is one. */
function skipMark(window: Window): number {
  return window.at(0) === 0xef && window.at(1) === 0xbb && window.at(2) === 0xbf ? 3 : 0;
}

function skipSpace(window: Window, from: number): number {
  for (let at = from; ; at += 1) {
    const byte = window.at(at);
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
  }
}

/** Behind the value that begins at `from`: of a string, a list or an object by what closes it, else at the next comma or bracket. */
function endOfValue(window: Window, from: number): number {
  let depth = 0;
  for (let at = from; ; at += 1) {
    const byte = window.at(at);
    if (byte === undefined) throw new SyntaxError("it ends early");
    if (byte === QUOTE) {
      at = endOfString(window, at) - 1;
      if (depth === 0) return at + 1;
    } else if (byte === OPEN || byte === LIST_OPEN) depth += 1;
    else if (byte === CLOSE || byte === LIST_CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
      if (depth < 0) return at;
    } else if (byte === COMMA && depth === 0) return at;
  }
}

function endOfString(window: Window, from: number): number {
  for (let at = from + 1; ;) {
    const quote = window.indexOf(QUOTE, at);
    if (quote === -1) throw new SyntaxError("it ends early");
    let slashes = 0;
    while (window.at(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
