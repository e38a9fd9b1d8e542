/**
 * Text from images, registries and people, made safe to look at: nothing in it can hide, reorder or imitate what stands around
 * it. React already shows it as text and never as markup; this makes visible what text itself can do.
 */

/** Longer text is cut, so that one label cannot fill a page. */
export const PRINTABLE_CHARS_MAX = 4_000;

export interface PrintableOptions {
  /** Keeps line feeds and tabs, for commands and reasons of several lines. */
  readonly lines?: boolean;
  readonly charsMax?: number;
}

/**
 * Control characters, what is invisible and what turns the direction of text become their code, written as the server writes it
 * (`\u{202e}`); a broken half of a character becomes `�`; what is too long ends in `… (n more characters)`.
 */
export function printable(text: string, options: PrintableOptions = {}): string {
  const charsMax = options.charsMax ?? PRINTABLE_CHARS_MAX;
  const kept = text.length > charsMax ? text.slice(0, charsMax) : text;
  const seen = kept.toWellFormed().replace(options.lines === true ? hiddenButLines : hidden, show);
  return text.length > charsMax ? `${seen}… (${text.length - charsMax} more characters)` : seen;
}

/** Whether something in it had to be made visible. */
export function hasHidden(text: string): boolean {
  return text.search(hidden) !== -1 || !text.isWellFormed();
}

const invisible =
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}";
const hidden = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${invisible}]`, "gu");
const hiddenButLines = new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f${invisible}]`, "gu");

function show(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
