/**
 * Licence texts of packages as SPDX expressions (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/).
 * A valid expression is kept in canonical form; a known name is translated; anything else becomes `LicenseRef-…`.
 */
import parseSpdx from "spdx-expression-parse";
import { findExceptionId, findLicenseId, type LicenseDialect } from "./license-names.ts";

/** The expressions that these texts mean, sorted and unique. Texts that say nothing (`UNKNOWN`) are left out. */
export function spdxLicenses(texts: Iterable<string>, dialect: LicenseDialect = "plain"): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) {
    const expression = spdxExpression(text, dialect);
    if (expression !== null) found.add(expression);
  }
  return [...found].sort();
}

/**
 * The SPDX expression that a licence field means; null when the field says nothing. Understands SPDX, the short names and
 * commas of Debian (`GPL-1+ or Artistic, and Expat`), the space-separated lists of old Alpine (`MIT GPL2+`), and the
 * common names of licences. An exception that SPDX does not list is left out: the licence without it is the stricter one.
 */
export function spdxExpression(text: string, dialect: LicenseDialect = "plain"): string | null {
  const cacheKey = `${dialect} ${text}`;
  const cached = cache.get(cacheKey);
  if (cached !== undefined) return cached;
  const expression = translate(text, dialect);
  if (cache.size >= cacheEntriesMax) cache.clear();
  if (text.length <= textLengthMax) cache.set(cacheKey, expression);
  return expression;
}

const cacheEntriesMax = 10_000;
const cache = new Map<string, string | null>();

/** What is read of a field: no expression in use is longer. */
const textLengthMax = 2000;

/** Opening parentheses of one expression. Each costs the reader several frames, so they bound its depth. */
const parenthesesMax = 100;

/** A longer text of several lines is a licence's text, not its name; its first line is looked at. */
const nameLengthMax = 300;

function translate(text: string, dialect: LicenseDialect): string | null {
  const line = firstLine(text);
  if (line === "" || saysNothing.has(line.toLowerCase())) return null;
  const whole = findLicenseId(line, dialect) ?? findLicenseId(withoutLastParentheses(line), dialect);
  if (whole !== null) return whole;
  const tokens = tokensOf(line);
  if (tokens.filter((token) => token === "(").length > parenthesesMax) return licenseRef(line);
  const tree = new ExpressionReader(tokens, dialect).read();
  return tree === null ? licenseRef(line) : print(tree);
}

const saysNothing = new Set(["unknown", "none", "noassertion", "n/a", "-", "null", "undefined"]);

/** The text on one line with single spaces. A text of many lines is a licence's text: its first line names it. */
function firstLine(text: string): string {
  const trimmed = text.slice(0, 4096).trim();
  const end = trimmed.length > nameLengthMax ? trimmed.indexOf("\n") : -1;
  const line = (end === -1 ? trimmed : trimmed.slice(0, end)).replace(/\s+/g, " ");
  return line.slice(0, textLengthMax).trim();
}

/** `ISC License (ISCL)` without its abbreviation. */
function withoutLastParentheses(line: string): string {
  const open = line.endsWith(")") ? line.lastIndexOf("(") : -1;
  return open > 0 ? line.slice(0, open).trim() : line;
}

/** `LicenseRef-` and the letters, digits, dots and dashes of the text, at most 64. */
function licenseRef(text: string): string {
  const slug = text
    .replace(/^licenseref-/i, "")
    .replace(/[^A-Za-z0-9.-]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
  return `LicenseRef-${slug === "" ? "unnamed" : slug}`;
}

type Tree = string | { readonly operator: "AND" | "OR"; readonly parts: readonly Tree[] };

/** Parentheses, commas, operators and the words between them. `or later` is no operator: it becomes a `+`. */
function tokensOf(line: string): readonly string[] {
  return line
    .replace(/_(or|and)_/gi, " $1 ")
    .replace(/-with-/gi, " with ")
    .replace(
      / (?:or|and) (?:\(at your option\) )?(?:any )?(?:later|newer|greater|above)(?: versions?)?/gi,
      "+",
    )
    .replace(/[(),]/g, " $& ")
    .split(" ")
    .filter((token) => token !== "");
}

const operators: Readonly<Record<string, "AND" | "OR" | "WITH">> = {
  and: "AND",
  "&": "AND",
  "&&": "AND",
  or: "OR",
  "and/or": "OR",
  "|": "OR",
  "||": "OR",
  with: "WITH",
};

/** Recursive descent; `parenthesesMax` bounds its depth. `read` gives null for prose. */
class ExpressionReader {
  readonly #tokens: readonly string[];
  readonly #dialect: LicenseDialect;
  #at = 0;

  constructor(tokens: readonly string[], dialect: LicenseDialect) {
    this.#tokens = tokens;
    this.#dialect = dialect;
  }

  read(): Tree | null {
    const tree = this.#commaList();
    return this.#at === this.#tokens.length ? tree : null;
  }

  /** Debian: a comma before an operator makes it bind last. A comma alone lists licences that all apply. */
  #commaList(): Tree | null {
    let left = this.#alternatives();
    while (left !== null && this.#take(",")) {
      const operator = this.#operator() === "OR" ? "OR" : "AND";
      if (this.#operator() !== null) this.#at += 1;
      const right = this.#alternatives();
      left = right === null ? null : join(operator, [left, right]);
    }
    return left;
  }

  #alternatives(): Tree | null {
    return this.#chain("OR", () => this.#chain("AND", () => this.#operand()));
  }

  #chain(operator: "AND" | "OR", next: () => Tree | null): Tree | null {
    const parts: Tree[] = [];
    do {
      const part = next();
      if (part === null) return null;
      parts.push(part);
    } while (this.#takeOperator(operator));
    return join(operator, parts);
  }

  #operand(): Tree | null {
    if (this.#take("(")) {
      const inner = this.#commaList();
      return this.#take(")") ? inner : null;
    }
    const words = this.#words();
    if (words.length === 0) return null;
    if (!this.#takeOperator("WITH")) return licenseTree(words, this.#dialect);
    const exception = this.#words();
    return exception.length === 0 ? null : withException(words, exception, this.#dialect);
  }

  #words(): readonly string[] {
    const start = this.#at;
    while (this.#at < this.#tokens.length && !"(),".includes(this.#peek()) && this.#operator() === null) {
      this.#at += 1;
    }
    return this.#tokens.slice(start, this.#at);
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #operator(): "AND" | "OR" | "WITH" | null {
    const word = this.#peek().toLowerCase();
    return Object.hasOwn(operators, word) ? (operators[word] ?? null) : null;
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #takeOperator(operator: "AND" | "OR" | "WITH"): boolean {
    if (this.#operator() !== operator) return false;
    this.#at += 1;
    return true;
  }
}

/** Words that no operator parts: one licence, a list that all applies (Alpine), or alternatives written with a slash. */
function licenseTree(words: readonly string[], dialect: LicenseDialect): Tree | null {
  const name = words.join(" ");
  const id = findLicenseId(name, dialect);
  if (id !== null) return id;
  const listed = dialect === "alpine" ? alpineList(words) : allKnown(words, dialect);
  if (words.length > 1 && listed !== null) return join("AND", listed);
  const choices = name.includes("/") ? allKnown(name.split("/"), dialect) : null;
  if (choices !== null) return join("OR", choices);
  return words.length > proseWordsMin ? null : licenseRef(name);
}

/** A name of more words than this that nobody knows is a sentence. */
const proseWordsMin = 4;

/** Old Alpine: names parted by spaces. One known name is enough, or it is a sentence. */
function alpineList(words: readonly string[]): readonly string[] | null {
  const ids = words.map((word) => findLicenseId(word, "alpine"));
  if (ids.every((id) => id === null)) return null;
  return ids.map((id, index) => id ?? licenseRef(words[index] ?? ""));
}

function allKnown(names: readonly string[], dialect: LicenseDialect): readonly string[] | null {
  const ids = names.map((name) => findLicenseId(name.trim(), dialect));
  return ids.every((id) => id !== null) ? ids : null;
}

function withException(
  words: readonly string[],
  exception: readonly string[],
  dialect: LicenseDialect,
): Tree | null {
  const tree = licenseTree(words, dialect);
  if (typeof tree !== "string" || tree.startsWith("LicenseRef-")) return tree;
  const written = exception.join(" ");
  for (const id of [exception.join("-"), findExceptionId(written)]) {
    const expression = id === null ? null : canonicalException(tree, id);
    if (expression !== null) return expression;
  }
  return tree;
}

/** `GPL-2.0-only WITH Classpath-exception-2.0` when SPDX knows the exception, else null. */
function canonicalException(license: string, exception: string): string | null {
  const expression = `${license} WITH ${exception}`;
  try {
    parseSpdx(expression);
    return expression;
  } catch {
    return null;
  }
}

/** Nested chains of one operator become one chain, and repeated operands go. */
function join(operator: "AND" | "OR", parts: readonly Tree[]): Tree {
  const flat = parts.flatMap((part) =>
    typeof part !== "string" && part.operator === operator ? part.parts : [part],
  );
  const unique = [...new Map(flat.map((part) => [print(part), part])).values()];
  const [only] = unique;
  return unique.length === 1 && only !== undefined ? only : { operator, parts: unique };
}

function print(tree: Tree): string {
  if (typeof tree === "string") return tree;
  return tree.parts
    .map((part) => (typeof part !== "string" && tree.operator === "AND" ? `(${print(part)})` : print(part)))
    .join(` ${tree.operator} `);
}
