/**
 * `sprintf` as Rego has it: Go's verbs (https://pkg.go.dev/fmt), over values as Rego hands them over. Only where Go would print that a
 * whole number is no float is the number printed.
 */

/** Most characters that a width or a precision adds. */
const PADDING_MAX = 10_000;

const DIRECTIVE = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?([a-zA-Z%])|%/g;

interface Directive {
  readonly flags: string;
  /** Characters; null: not given. */
  readonly width: number | null;
  readonly precision: number | null;
  readonly verb: string;
}

/** Text with its verbs filled in; what does not fit is told within the text, as Go does. */
export function goFormat(text: string, values: readonly unknown[]): string {
  let next = 0;
  let usesIndexes = false;
  const take = (): unknown => values[next++];
  const printed = text.replace(
    DIRECTIVE,
    (all, flags = "", width, precision, index: string | undefined, verb?: string) => {
      if (verb === undefined) return "%!(NOVERB)";
      if (verb === "%") return "%";
      const directive = {
        flags: String(flags),
        width: sizeOf(width, take),
        precision: all.includes(".") ? (sizeOf(precision, take) ?? 0) : null,
        verb,
      };
      if (index !== undefined) {
        usesIndexes = true;
        next = Number(index) - 1;
        if (next < 0 || next >= values.length) return `%!${verb}(BADINDEX)`;
      }
      if (next >= values.length) return `%!${verb}(MISSING)`;
      return print(directive, take());
    },
  );
  if (usesIndexes || next >= values.length) return printed;
  const extra = values.slice(next).map((value) => `${typeOf(value)}=${regoText(value)}`);
  return `${printed}%!(EXTRA ${extra.join(", ")})`;
}

function sizeOf(size: unknown, take: () => unknown): number | null {
  if (size === undefined) return null;
  return Math.min(Number(size === "*" ? take() : size) || 0, PADDING_MAX);
}

function print(directive: Directive, value: unknown): string {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const words = isNumber ? numberWords(directive, value) : textWords(directive, regoText(value));
  if (words === null) return `%!${directive.verb}(${typeOf(value)}=${regoText(value)})`;
  return padded(directive, words, isNumber);
}

function textWords({ verb, precision, flags }: Directive, text: string): string | null {
  const cut = precision === null ? text : [...text].slice(0, precision).join("");
  if (verb === "s") return cut;
  if (verb === "v") return flags.includes("#") ? quoted(cut) : cut;
  if (verb === "q") return quoted(cut);
  if (verb !== "x" && verb !== "X") return null;
  const hex = Buffer.from(cut, "utf8").toString("hex");
  return verb === "x" ? hex : hex.toUpperCase();
}

const BASES: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, x: 16, X: 16 };

function numberWords(directive: Directive, value: number | bigint): string | null {
  const { verb, flags, precision } = directive;
  const isWhole = typeof value === "bigint" || (Number.isInteger(value) && Math.abs(value) < 1e21);
  const base = BASES[verb];
  if (isWhole && (base !== undefined || verb === "v")) {
    const digits = BigInt(value).toString(base ?? 10);
    return signed(flags, verb === "X" ? digits.toUpperCase() : digits);
  }
  if (isWhole && (verb === "c" || verb === "q")) return characterOf(Number(value), verb);
  if (isWhole && verb === "U") return `U+${Number(value).toString(16).toUpperCase().padStart(4, "0")}`;
  const number = Number(value);
  if (verb === "f" || verb === "F") return signed(flags, fixed(number, precision ?? 6));
  if (verb === "e" || verb === "E") {
    const words = exponent(number.toExponential(Math.min(precision ?? 6, 100)));
    return signed(flags, verb === "E" ? words.toUpperCase() : words);
  }
  if (verb === "v" || verb === "g" || verb === "G") {
    return signed(flags, precision === null ? shortest(number) : rounded(number, precision));
  }
  return null;
}

function fixed(value: number, digits: number): string {
  // Beyond 1e21 JavaScript would write an exponent.
  return Math.abs(value) < 1e21
    ? value.toFixed(Math.min(digits, 100))
    : `${BigInt(value)}${digits > 0 ? `.${"0".repeat(digits)}` : ""}`;
}

function characterOf(code: number, verb: string): string {
  const character = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  return verb === "c" ? character : `'${character}'`;
}

/** Go's shortest form: an exponent below 1e-4 and from 1e21 on. */
function shortest(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e21) ? exponent(value.toExponential()) : String(value);
}

function rounded(value: number, digits: number): string {
  const words = value.toPrecision(Math.min(Math.max(digits, 1), 100));
  return words.includes("e") ? exponent(words) : words.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** `1e-7` -> `1e-07` */
function exponent(words: string): string {
  return words.replace(/e([+-])(\d)$/, "e$10$2");
}

function signed(flags: string, words: string): string {
  if (words.startsWith("-")) return words;
  if (flags.includes("+")) return `+${words}`;
  return flags.includes(" ") ? ` ${words}` : words;
}

function padded({ flags, width }: Directive, words: string, isNumber: boolean): string {
  const missing = (width ?? 0) - [...words].length;
  if (missing <= 0) return words;
  if (flags.includes("-")) return words + " ".repeat(missing);
  if (!flags.includes("0") || !isNumber) return " ".repeat(missing) + words;
  const [, sign = "", digits = ""] = /^([-+ ]?)(.*)$/s.exec(words) ?? [];
  return `${sign}${"0".repeat(missing)}${digits}`;
}

/** What Go's type of the value would be called. */
function typeOf(value: unknown): string {
  if (typeof value === "bigint") return "int64";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return "string";
}

/** A value as Rego writes it; a text as it is. */
export function regoText(value: unknown): string {
  return typeof value === "string" ? value : termText(value);
}

function termText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return shortest(value);
  if (Array.isArray(value)) return `[${value.map(termText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${termText(each)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** Go's quotes: what cannot be printed is escaped. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\\p{C}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (ESCAPES[character] !== undefined) return ESCAPES[character];
    if (code < 0x80) return `\\x${hex.padStart(2, "0")}`;
    return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
