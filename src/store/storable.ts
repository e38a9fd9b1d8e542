/**
 * Text and values of unknown origin in a form that PostgreSQL takes: neither text nor jsonb holds the character U+0000, and jsonb
 * refuses half a surrogate pair. Both become U+FFFD, the replacement character, which says that something stood there.
 */

/** The text, cut after `lengthMax` characters with `…`. */
export function storableText(text: string, lengthMax = Infinity): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return cut.toWellFormed().replaceAll("\0", REPLACEMENT);
}

/** JSON for a `jsonb` column or for `jsonb_to_recordset`. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Only text that holds an escape needs the slower way.
  return SUSPICIOUS.test(json) ? JSON.stringify(value, replaceText) : json;
}

/** Keys are text of unknown origin too: labels of images are. */
function replaceText(_name: string, member: unknown): unknown {
  if (typeof member === "string") return storableText(member);
  if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).map(([name, value]) => [storableText(name), value]));
}

// JSON.stringify writes both as escapes: control characters always, and surrogates when they stand alone.
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/;
const REPLACEMENT = "\ufffd";
