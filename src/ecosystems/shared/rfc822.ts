/**
 * Stanzas of `Field: value` lines parted by blank lines: dpkg's status (deb822(5)), Python's core metadata (RFC 822 headers).
 * A line that is neither a field nor a continuation is counted and skipped; it never loses the stanza.
 */

export interface Stanza {
  /** Values by lower-case field name; continuation lines are joined with `\n`. The first of repeated fields. */
  readonly fields: ReadonlyMap<string, string>;
  /** Every value of a repeated field, for those fields that were asked for. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
  /** Number of the stanza's first line, from 1. */
  readonly line: number;
  /** Lines that could not be understood. */
  readonly badLines: number;
}

/**
 * Reads stanza after stanza; only the fields named in `wanted` (lower case) are kept. Linear in the text's length.
 * A line of white space alone ends a stanza in deb822; in mail headers (`folded`) it continues the field before.
 */
export function* readStanzas(
  text: string,
  wanted: ReadonlySet<string>,
  whiteLine: "ends" | "folded" = "ends",
): Generator<Stanza> {
  let lineNumber = 0;
  let at = 0;
  let open: OpenStanza | null = null;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    at = end + 1;
    lineNumber += 1;
    if (line === "" || (whiteLine === "ends" && line.trim() === "")) {
      if (open !== null) yield close(open);
      open = null;
      continue;
    }
    open ??= { values: new Map(), line: lineNumber, badLines: 0, current: null };
    addLine(open, line, wanted);
  }
  if (open !== null) yield close(open);
}

interface OpenStanza {
  /** Values of each field, each a list of its lines. */
  readonly values: Map<string, string[][]>;
  readonly line: number;
  badLines: number;
  /** Lines of the field that a continuation belongs to; null: none yet. */
  current: string[] | null;
}

function addLine(stanza: OpenStanza, line: string, wanted: ReadonlySet<string>): void {
  if (line.startsWith(" ") || line.startsWith("\t")) {
    if (stanza.current === null) stanza.badLines += 1;
    else stanza.current.push(line.slice(1));
    return;
  }
  const colon = line.indexOf(":");
  const name = colon > 0 ? line.slice(0, colon).trimEnd().toLowerCase() : "";
  if (name === "" || name.length > 100 || name.includes(" ")) {
    stanza.badLines += 1;
    return;
  }
  stanza.current = [line.slice(colon + 1).trim()];
  if (!wanted.has(name)) return;
  const values = stanza.values.get(name);
  if (values === undefined) stanza.values.set(name, [stanza.current]);
  else values.push(stanza.current);
}

function close(stanza: OpenStanza): Stanza {
  const fields = new Map<string, string>();
  const repeated = new Map<string, readonly string[]>();
  for (const [name, values] of stanza.values) {
    const texts = values.map((lines) => lines.join("\n"));
    fields.set(name, texts[0] ?? "");
    repeated.set(name, texts);
  }
  return { fields, repeated, line: stanza.line, badLines: stanza.badLines };
}
