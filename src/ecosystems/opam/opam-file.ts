/**
 * Files in the syntax of opam (https://opam.ocaml.org/doc/Manual.html#General-syntax): the strings of each field at the top, with the
 * exact version that a filter behind one of them demands. Linear in the text's length, and without recursion.
 */

import { smallTextLengthMax } from "../shared/text.ts";

export interface OpamString {
  readonly text: string;
  /** `1.2.0` of `"alpha" {= "1.2.0"}`; null: none, or no exact one. */
  readonly exactVersion: string | null;
}

/** By field name; none of a text past the ceiling. Fields of sections (`extra-source "x" { … }`) are left out. */
export function readOpamFile(text: string): ReadonlyMap<string, readonly OpamString[]> {
  const fields = new Map<string, OpamString[]>();
  if (text.length > smallTextLengthMax) return fields;
  let open: OpamString[] | null = null;
  let depth = 0;
  let isExact = false;
  for (const [token, long, short, field] of text.matchAll(TOKEN)) {
    const value = long ?? short;
    if (token.startsWith("#")) continue;
    if (token === "{") depth += 1;
    else if (token === "}") depth = Math.max(0, depth - 1);
    else if (field !== undefined && depth === 0) {
      open = [];
      if (!fields.has(field)) fields.set(field, open);
    } else if (value !== undefined && open !== null) {
      const last = open.at(-1);
      if (depth === 0) open.push({ text: unescape(value).trim(), exactVersion: null });
      else if (isExact && depth === 1 && last !== undefined) {
        open[open.length - 1] = { ...last, exactVersion: unescape(value) };
      }
    }
    // A line that begins with a word and no colon opens a section.
    else if (depth === 0 && token.endsWith(" ")) open = null;
    isExact = token === "=";
  }
  return fields;
}

// Comments, strings (what is never closed takes the rest with it), names of fields, and the marks that matter.
const TOKEN =
  /#[^\n]*|"""((?:[^"\\]|\\.|"(?!""))*)(?:"""|$)|"((?:[^"\\]|\\.)*)"?|([a-zA-Z_][a-zA-Z0-9_+-]*):|(?<=\n)[a-z][a-z-]{0,30} +(?=["{])|[<>!]=|[{}=]/gs;

function unescape(text: string): string {
  return text.replace(/\\(\n[ \t]*|.)/gs, (_, char: string) =>
    char === "n" ? "\n" : char.startsWith("\n") ? "" : char,
  );
}
