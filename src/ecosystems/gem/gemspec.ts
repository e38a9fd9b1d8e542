/**
 * Gem specifications as RubyGems writes them when it installs a gem (`Gem::Specification#to_ruby`): Ruby source of one form,
 * a statement a line, so that it can be read without Ruby. A statement of any other form is passed over.
 */
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export interface GemSpecification {
  readonly name: string;
  readonly version: string;
  /** `ruby`, or what its binaries were built for: `x86_64-linux`, `java`. */
  readonly platform: string;
  readonly licenses: readonly string[];
  readonly authors: readonly string[];
  readonly summary: string | null;
  /** Names of gems that it needs at run time. */
  readonly needs: readonly string[];
}

/** Null when the text has neither a stub line nor statements that tell name and version. */
export function readGemSpecification(text: string): GemSpecification | null {
  const stub = STUB.exec(text);
  const fields = new Map<string, readonly string[]>();
  const needs = new Set<string>();
  let inOldBranch = false;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    // What follows repeats the dependencies for a RubyGems of before 2006, and mixes in those of development.
    if (line === "else") inOldBranch = true;
    const statement = line.length > lineLengthMax ? null : STATEMENT.exec(line);
    if (statement === null) continue;
    const [, field = "", dependency = "", rest = ""] = statement;
    if (field !== "" && wantedFields.has(field)) fields.set(field, readStrings(rest));
    if (dependency !== "" && !inOldBranch) for (const name of readStrings(rest).slice(0, 1)) needs.add(name);
  }
  const name = fields.get("name")?.[0] ?? stub?.[1];
  const version = fields.get("version")?.[0] ?? stub?.[2];
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const platform = fields.get("platform")?.[0] ?? stub?.[3] ?? "ruby";
  return {
    name,
    version,
    platform: isToken(platform, nameLengthMax) ? platform : "ruby",
    licenses: fields.get("licenses") ?? fields.get("license") ?? [],
    authors: fields.get("authors") ?? fields.get("author") ?? [],
    summary: fields.get("summary")?.[0] ?? null,
    needs: [...needs],
  };
}

/** `# stub: nokogiri 1.15.4 x86_64-linux lib`: what RubyGems itself reads first. */
const STUB = /^# stub: (\S{1,300}) (\S{1,300}) (\S{1,300})/m;

/** A description may be long; no field that is read here is. */
const lineLengthMax = 20_000;

/** `s.name = …`, `s.add_runtime_dependency(…`; newer RubyGems writes `s.add_dependency(…`. */
const STATEMENT = /^s\.(?:([a-z_]+) = |(add_(?:runtime_)?dependency)\()(.+)$/;

const wantedFields = new Set([
  "name",
  "version",
  "platform",
  "license",
  "licenses",
  "author",
  "authors",
  "summary",
]);

/** The string literals of a statement in order: `"a".freeze`, `["a".freeze, "b".freeze]`, `%q<a>.freeze`. */
function readStrings(source: string): readonly string[] {
  const found: string[] = [];
  for (const match of source.matchAll(LITERAL)) {
    if (found.length === stringsMax) break;
    found.push(match[1] === undefined ? (match[2] ?? match[3] ?? "") : unescape(match[1]));
  }
  return found;
}

const stringsMax = 500;
// A quote that is never closed takes the rest of the line with it: looking for its end from each character would take too long.
const LITERAL = /"((?:[^"\\]|\\.)*)"?|%q<([^<>]*)>|'([^'\\]*)'/g;

/** The escapes that Ruby's `String#dump` and `inspect` write. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, hex?: string, long?: string, short?: string, plain?: string) => {
    if (hex !== undefined) return fromCode(hex);
    if (long !== undefined) return long.trim().split(" ").map(fromCode).join("");
    if (short !== undefined) return fromCode(short);
    return controls[plain ?? ""] ?? plain ?? "";
  });
}

const ESCAPE = /\\(?:x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f ]{1,100})\}|u([0-9A-Fa-f]{4})|(.))/g;
const controls: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  e: "\u001b",
  f: "\f",
  v: "\v",
  a: "\u0007",
  b: "\b",
};

function fromCode(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}
