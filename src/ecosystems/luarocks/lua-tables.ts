/**
 * The strings of Lua files that hold data and no program (rockspecs, manifests of rocks, lock files), each with the keys that
 * lead to it. Linear in the text's length, and without recursion.
 */

import { smallTextLengthMax } from "../shared/text.ts";

export interface LuaString {
  /** Names of tables and of the field itself; `#` for a member without a name: `["dependencies", "#"]`. */
  readonly keys: readonly string[];
  readonly value: string;
}

/** In the order of the text; none of a text past the ceiling. What is no string (numbers, functions, expressions) is passed over. */
export function readLuaStrings(text: string): readonly LuaString[] {
  if (text.length > smallTextLengthMax) return [];
  const found: LuaString[] = [];
  const tables: string[] = [];
  let key: string | null = null;
  let isBracketKey = false;
  for (const match of text.matchAll(TOKEN)) {
    if (found.length === stringsMax) break;
    const [token, double, single, long, word] = match;
    const value = double ?? single;
    if (token.startsWith("--")) continue;
    if (token === "{") {
      if (tables.length === depthMax) break;
      tables.push(key ?? "#");
      key = null;
    } else if (token === "}") {
      tables.pop();
      key = null;
    } else if (token === "[") isBracketKey = true;
    else if (token === "," || token === ";") key = null;
    else if (value !== undefined || long !== undefined) {
      const written = value === undefined ? (long ?? "") : unescape(value);
      if (isBracketKey) key = written;
      else {
        found.push({ keys: [...tables, key ?? "#"], value: written });
        key = null;
      }
      isBracketKey = false;
    } else if (word !== undefined) {
      isBracketKey = false;
      key = word;
    }
  }
  return found;
}

const stringsMax = 100_000;
const depthMax = 50;

// What is never closed takes the rest with it: looking for its end from each character would take too long.
// Comments, long strings, strings, words before `=`, and the marks of tables.
const TOKEN =
  /--\[\[.*?(?:\]\]|$)|--[^\n]*|"((?:[^"\\\n]|\\.)*)"?|'((?:[^'\\\n]|\\.)*)'?|\[\[(.*?)(?:\]\]|$)|([A-Za-z_][A-Za-z0-9_]*)(?=\s{0,100}=(?!=))|[{}[,;]/gs;

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === "n" ? "\n" : char === "t" ? "\t" : char));
}
