/** OPA's functions of text, hashes and small documents that WebAssembly leaves to its host. Patterns are RE2's, in linear time. */
import { createHash, createHmac } from "node:crypto";
import { RE2JS } from "re2js";
import { parse, stringify } from "yaml";
import { getVersionScheme } from "../../versions/schemes.ts";
import { goFormat } from "./go-format.ts";
import type { HostFunction } from "./runtime.ts";

const PATTERN_LENGTH_MAX = 10_000;

export const textFunctions: Readonly<Record<string, HostFunction>> = {
  "crypto.hmac.md5": ofTexts((text, key) => createHmac("md5", key).update(text).digest("hex")),
  "crypto.hmac.sha1": ofTexts((text, key) => createHmac("sha1", key).update(text).digest("hex")),
  "crypto.hmac.sha256": ofTexts((text, key) => createHmac("sha256", key).update(text).digest("hex")),
  "crypto.hmac.sha512": ofTexts((text, key) => createHmac("sha512", key).update(text).digest("hex")),
  "crypto.md5": ofTexts((text) => createHash("md5").update(text).digest("hex")),
  "crypto.sha1": ofTexts((text) => createHash("sha1").update(text).digest("hex")),
  "crypto.sha256": ofTexts((text) => createHash("sha256").update(text).digest("hex")),
  "base64url.encode_no_pad": ofTexts((text) => Buffer.from(text, "utf8").toString("base64url")),
  "glob.quote_meta": ofTexts((text) => text.replace(/[*?\\[\]{}]/g, "\\$&")),
  "hex.decode": ofTexts((text) =>
    /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, "hex").toString("utf8") : undefined,
  ),
  "hex.encode": ofTexts((text) => Buffer.from(text, "utf8").toString("hex")),
  indexof_n: ofTexts((text, part) => (part === "" ? undefined : placesOf(text, part))),
  "numbers.range_step": rangeStep,
  "regex.find_n": (pattern, text, count) => {
    const matches = matchesOf(pattern, text);
    if (matches === undefined || typeof count !== "number") return undefined;
    return (count < 0 ? matches : matches.slice(0, count)).map(({ groups }) => groups[0]);
  },
  "regex.replace": (text, pattern, replacement) => {
    const matches = matchesOf(pattern, text);
    if (matches === undefined || typeof replacement !== "string") return undefined;
    return replaced(text as string, matches, replacement);
  },
  "regex.split": (pattern, text) => {
    const matches = matchesOf(pattern, text);
    return matches === undefined ? undefined : splitAt(text as string, matches);
  },
  "semver.compare": ofTexts((left, right) =>
    isSemver(left) && isSemver(right) ? getVersionScheme("semver").compare(left, right) : undefined,
  ),
  "semver.is_valid": (text) => typeof text === "string" && isSemver(text),
  sprintf: (format, values) =>
    typeof format === "string" && Array.isArray(values) ? goFormat(format, values) : undefined,
  "strings.any_prefix_match": anyMatch((text, part) => text.startsWith(part)),
  "strings.any_suffix_match": anyMatch((text, part) => text.endsWith(part)),
  "strings.count": ofTexts((text, part) =>
    part === "" ? [...text].length + 1 : text.split(part).length - 1,
  ),
  trace: () => true,
  "units.parse": (text) => (typeof text === "string" ? unitsOf(text) : undefined),
  "units.parse_bytes": (text) => (typeof text === "string" ? bytesOf(text) : undefined),
  "urlquery.decode": ofTexts(queryDecoded),
  "urlquery.encode": ofTexts(queryEncoded),
  "yaml.is_valid": (text) => typeof text === "string" && yamlOf(text) !== undefined,
  "yaml.marshal": (value) => stringify(value),
  "yaml.unmarshal": (text) => (typeof text === "string" ? yamlOf(text) : undefined),
};

/** No answer unless all arguments are texts. */
function ofTexts(answer: (...texts: string[]) => unknown): HostFunction {
  return (...values) =>
    values.every((value) => typeof value === "string") ? answer(...(values as string[])) : undefined;
}

function anyMatch(test: (text: string, part: string) => boolean): HostFunction {
  return (texts, parts) =>
    [texts].flat().some((text) => [parts].flat().some((part) => test(String(text), String(part))));
}

/** Places in characters, of parts that may overlap. */
function placesOf(text: string, part: string): readonly number[] {
  const places: number[] = [];
  const [characters, wanted] = [[...text], [...part]];
  for (let at = 0; at + wanted.length <= characters.length; at += 1) {
    if (wanted.every((character, offset) => characters[at + offset] === character)) places.push(at);
  }
  return places;
}

const RANGE_MAX = 1_000_000;

function rangeStep(from: unknown, to: unknown, step: unknown): readonly number[] | undefined {
  if (![from, to, step].every(Number.isSafeInteger) || (step as number) <= 0) return undefined;
  const [first, last, width] = [from as number, to as number, step as number];
  const count = Math.floor(Math.abs(last - first) / width) + 1;
  if (count > RANGE_MAX) throw new Error(`a range of more than ${RANGE_MAX} numbers`);
  return Array.from({ length: count }, (_, at) => first + Math.sign(last - first) * at * width);
}

interface Match {
  readonly start: number;
  readonly end: number;
  /** The whole match first; null: the group took no part. */
  readonly groups: readonly (string | null)[];
  readonly names: Readonly<Record<string, number>>;
}

/** Every match from the left; undefined: no pattern. As Go does, an empty match right behind another is left out. */
function matchesOf(pattern: unknown, text: unknown): readonly Match[] | undefined {
  if (typeof pattern !== "string" || typeof text !== "string" || pattern.length > PATTERN_LENGTH_MAX)
    return undefined;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
  const matcher = compiled.matcher(text);
  const matches: Match[] = [];
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && matches.at(-1)?.end === start) continue;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group));
    matches.push({ start, end, groups, names: compiled.namedGroups() });
  }
  return matches;
}

function replaced(text: string, matches: readonly Match[], replacement: string): string {
  let at = 0;
  let written = "";
  for (const match of matches) {
    written += text.slice(at, match.start) + expand(replacement, match);
    at = match.end;
  }
  return written + text.slice(at);
}

/** `$1`, `${1}`, `$name` and `$$`, with the longest name that fits. */
function expand(template: string, { groups, names }: Match): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return "$";
    return groups[/^\d+$/.test(name) ? Number(name) : (names[name] ?? -1)] ?? "";
  });
}

/** Go leaves out an empty match at the beginning, and what is behind one at the end. */
function splitAt(text: string, matches: readonly Match[]): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of matches) {
    if (end === 0) continue;
    parts.push(text.slice(at, start));
    at = end;
    if (start === end && end === text.length) return parts;
  }
  return [...parts, text.slice(at)];
}

const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

function isSemver(text: string): boolean {
  return text.length <= 256 && SEMVER.test(text);
}

const AMOUNT = /^([0-9.]+(?:[eE][+-]?\d{1,3})?)([a-zA-Z]*)$/;
const LETTERS = ["", "k", "m", "g", "t", "p", "e"];

/** `1.5Mi` -> 1572864, `100m` -> 0.1 */
function unitsOf(text: string): number | undefined {
  const [, amount = "", unit = ""] = AMOUNT.exec(text.replaceAll('"', "")) ?? [];
  if (unit === "m") return amountOf(amount, 0.001);
  const power = LETTERS.indexOf(unit.slice(0, 1).toLowerCase());
  const rest = unit.slice(1).toLowerCase();
  if (power === -1 || (rest !== "" && rest !== "i")) return undefined;
  return amountOf(amount, rest === "i" ? 1024 ** power : 1000 ** power);
}

/** `10KiB` -> 10240, `1mb` -> 1000000 */
function bytesOf(text: string): number | undefined {
  const [, amount = "", unit = ""] = AMOUNT.exec(text.replaceAll('"', "").toLowerCase()) ?? [];
  const [, letter = "", binary = ""] = /^([kmgtpe])(i?)b?$/.exec(unit) ?? [];
  if (unit !== "" && letter === "") return undefined;
  const total = amountOf(amount, (binary === "" ? 1000 : 1024) ** LETTERS.indexOf(letter));
  return total === undefined ? undefined : Math.trunc(total);
}

function amountOf(amount: string, unit: number): number | undefined {
  const value = amount === "" ? Number.NaN : Number(amount) * unit;
  return Number.isFinite(value) ? value : undefined;
}

export function queryEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function queryDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch {
    return undefined;
  }
}
