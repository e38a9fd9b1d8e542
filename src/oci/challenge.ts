/**
 * `WWW-Authenticate` challenges (RFC 9110 section 11.6.1), as far as registries use them: `Basic` and `Bearer`.
 */

export type Challenge =
  | { readonly kind: "basic" }
  | {
      readonly kind: "bearer";
      readonly realm: string;
      readonly service: string | null;
      readonly scope: string | null;
    };

const lengthMax = 8192;

/**
 * The challenge to answer, bearer before basic; null when there is none that is known.
 * Read by hand, one step a character: header text comes from outside.
 */
export function parseChallenge(header: string): Challenge | null {
  const challenges = readChallenges(header.slice(0, lengthMax));
  const bearer = challenges.find(({ scheme, values }) => scheme === "bearer" && values.has("realm"));
  if (bearer !== undefined) {
    const value = (name: string): string | null => bearer.values.get(name) ?? null;
    return { kind: "bearer", realm: value("realm") ?? "", service: value("service"), scope: value("scope") };
  }
  return challenges.some(({ scheme }) => scheme === "basic") ? { kind: "basic" } : null;
}

interface RawChallenge {
  readonly scheme: string;
  readonly values: Map<string, string>;
}

function readChallenges(text: string): readonly RawChallenge[] {
  const challenges: RawChallenge[] = [];
  let at = 0;
  while (at < text.length) {
    const word = wordAt(text, at);
    if (word === "") {
      at += 1;
      continue;
    }
    at += word.length;
    if (text[at] !== "=") {
      challenges.push({ scheme: word.toLowerCase(), values: new Map() });
      continue;
    }
    const { value, end } = valueAt(text, at + 1);
    const values = challenges.at(-1)?.values;
    if (values !== undefined && !values.has(word.toLowerCase())) values.set(word.toLowerCase(), value);
    at = end;
  }
  return challenges;
}

/** A token of RFC 9110 section 5.6.2 at a position, or empty. */
function wordAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && /[A-Za-z0-9!#$%&'*+.^_`|~-]/.test(text[end] ?? "")) end += 1;
  return text.slice(start, end);
}

function valueAt(text: string, start: number): { value: string; end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== "," && text[end] !== " ") end += 1;
    return { value: text.slice(start, end), end };
  }
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\") at += 1;
    value += text[at] ?? "";
    at += 1;
  }
  return { value, end: at + 1 };
}
