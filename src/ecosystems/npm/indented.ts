/**
 * Blocks of lines as Yarn and pnpm write their lock files: a key, then fields indented by two more, then lists of names and values
 * indented by two more again. Both are written by programs in one style, so lines are enough, and one bad block loses only itself.
 */

export interface Block {
  /** As written, without its colon and outer quotes. */
  readonly key: string;
  /** `version` -> `1.0.0` */
  readonly fields: ReadonlyMap<string, string>;
  /** `dependencies` -> names and values, as written without quotes. */
  readonly lists: ReadonlyMap<string, readonly (readonly [string, string])[]>;
}

interface OpenBlock {
  readonly key: string;
  readonly fields: Map<string, string>;
  readonly lists: Map<string, [string, string][]>;
  list: [string, string][] | null;
}

/** Blocks whose keys are indented by `indent`, from lines of that depth on; `lines` may be those of one section. */
export function* readBlocks(lines: Iterable<string>, indent: number): Generator<Block> {
  let open: OpenBlock | null = null;
  for (const raw of lines) {
    const line = raw.trimEnd();
    if (line === "" || line.startsWith("#")) continue;
    const depth = line.length - line.trimStart().length;
    const text = line.slice(depth);
    // A long key is written as `? key`, and its first field after `:` on the next line.
    if (depth === indent && text.startsWith(":")) {
      if (open !== null) addLine(open, text.slice(1).trim());
    } else if (depth <= indent) {
      if (open !== null) yield open;
      open = { key: keyOf(text), fields: new Map(), lists: new Map(), list: null };
    } else if (open !== null && depth === indent + 2) addLine(open, text);
    else if (open !== null && depth === indent + 4) {
      const pair = pairOf(text);
      if (pair !== null) open.list?.push(pair);
    }
  }
  if (open !== null) yield open;
}

/** A field with a value, or the name of a list. */
function addLine(block: OpenBlock, text: string): void {
  block.list = null;
  const pair = pairOf(text);
  if (pair !== null) {
    if (!block.fields.has(pair[0])) block.fields.set(...pair);
  } else if (text.endsWith(":")) {
    block.list = [];
    block.lists.set(unquote(text.slice(0, -1)), block.list);
  }
}

/** `version "1.0.0"`, `version: 1.0.0`, `"@b/c": "npm:^1"`, `'@b/c': 1.0.0`; null: no value. */
function pairOf(text: string): [string, string] | null {
  const quote = text[0];
  const isQuoted = quote === '"' || quote === "'";
  const close = isQuoted ? text.indexOf(quote, 1) : -1;
  const end = close === -1 ? text.indexOf(" ") : close + 1;
  if (end <= 0 || end >= text.length) return null;
  const name = text.slice(0, end);
  const rest = text.slice(end);
  const value = (rest.startsWith(":") ? rest.slice(1) : rest).trim();
  if (value === "") return null;
  return [unquote(name.endsWith(":") ? name.slice(0, -1) : name), unquote(value)];
}

function keyOf(text: string): string {
  const written = text.startsWith("? ") ? text.slice(2) : text;
  const end = written.endsWith(": {}") ? -4 : written.endsWith(":") ? -1 : undefined;
  return unquote(written.slice(0, end));
}

function unquote(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || !text.endsWith(quote)) return text;
  return text.slice(1, -1);
}

/** Lines of a text, without making a list of them all. */
export function* linesOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    yield text.slice(at, end);
    at = end + 1;
  }
}
