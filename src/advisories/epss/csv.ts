/** CSV as RFC 4180 writes it: fields with commas, quotes or line ends stand in double quotes, a quote is doubled. */

/** All rows, each a list of fields. Empty lines are left out. */
export function* readCsv(text: string): Generator<readonly string[]> {
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const { field, next } = readField(text, at);
      row.push(field);
      at = next;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    if (row.length > 1 || row[0] !== "") yield row;
  }
}

function readField(text: string, start: number): { field: string; next: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && !isFieldEnd(text.charCodeAt(end))) end += 1;
    return { field: text.slice(start, end), next: end };
  }
  let field = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    // A quote that is never closed: the rest of the text is the field.
    if (quote === -1) return { field: field + text.slice(at), next: text.length };
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { field, next: fieldEnd(text, quote + 1) };
    field += '"';
    at = quote + 2;
  }
}

/** Anything between a closing quote and the next comma or line end is dropped. */
function fieldEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isFieldEnd(text.charCodeAt(at))) at += 1;
  return at;
}

/** Comma, line feed or carriage return. */
function isFieldEnd(code: number): boolean {
  return code === 0x2c || code === 0x0a || code === 0x0d;
}
