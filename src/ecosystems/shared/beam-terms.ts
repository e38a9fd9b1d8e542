/**
 * Terms of Erlang (`file:consult`: application resources, `rebar.lock`) and of Elixir (`mix.lock`), as far as such files hold them:
 * tuples, lists, maps, strings, binaries, atoms and numbers. Linear in the text's length, and without recursion.
 */

import { smallTextLengthMax } from "./text.ts";

/** Atoms, strings, binaries and numbers are their text; tuples, lists and maps are lists (a map's keys and values by turns). */
export type Term = string | readonly Term[];

/**
 * The terms of a text, one after the other. Atoms come without their colon. A term that is still open at the end of the text
 * is given as far as it goes. None of a text past the ceiling.
 */
export function readTerms(text: string, language: "erlang" | "elixir"): readonly Term[] {
  if (text.length > smallTextLengthMax) return [];
  const top: Term[] = [];
  const open: Term[][] = [top];
  const pattern = language === "erlang" ? ERLANG : ELIXIR;
  for (const match of text.matchAll(pattern)) {
    const [token, quoted, atom] = match;
    const current = open.at(-1) ?? top;
    if (token === "{" || token === "[" || token === "%{") {
      const inner: Term[] = [];
      current.push(inner);
      if (open.length < depthMax) open.push(inner);
      else return top;
    } else if (token === "}" || token === "]") {
      if (open.length > 1) open.pop();
    } else if (quoted !== undefined) current.push(unescape(quoted));
    else if (atom !== undefined) current.push(unescape(atom));
    else if (!token.startsWith("%") && !token.startsWith("#")) current.push(token.replace(/^:|:$/g, ""));
  }
  return top;
}

/** Real files nest five deep. */
const depthMax = 100;

// A quote that is never closed takes the rest of the text with it: looking for its end from each character would take too long.
// Strings, quoted atoms, comments, brackets, words and numbers; whatever stands between them (commas, `<<`, `=>`) is passed over.
const ERLANG =
  /"((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|%[^\n]*|[[\]{}]|[A-Za-z0-9_@][A-Za-z0-9_@.+-]*(?<!\.)/gs;
const ELIXIR =
  /"((?:[^"\\]|\\.)*)"?|'((?:[^'\\]|\\.)*)'?|#[^\n]*|%\{|[[\]{}]|:?[A-Za-z0-9_@][A-Za-z0-9_@.?!]*:?/gs;

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(.)/gs, (_, char: string) => controls[char] ?? char);
}

const controls: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " " };

/** The members of a tuple, list or map; none of a text. */
export function membersOf(term: Term | undefined): readonly Term[] {
  return typeof term === "object" ? term : [];
}

/** The text of an atom, string, binary or number; null of what has members. */
export function termText(term: Term | undefined): string | null {
  return typeof term === "string" ? term : null;
}

/** The value of `{key, value}` in a list of pairs; the first where there are several. */
export function pairValue(list: Term | undefined, key: string): Term | undefined {
  return membersOf(list)
    .map(membersOf)
    .find((pair) => pair.length === 2 && pair[0] === key)?.[1];
}
