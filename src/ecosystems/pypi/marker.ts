/**
 * Environment markers (https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers):
 * `python_version < "3.8" and (sys_platform == "win32" or extra == "socks")`. What is not known of the environment makes the
 * answer unknown, never a guess. Extras count as not asked for.
 */
import { pep440 } from "../../versions/pep440/index.ts";

/** Values of marker variables; one that is not there is not known. */
export type MarkerEnvironment = Readonly<Record<string, string>>;

/** Linux, with what the path of a site-packages folder tells: `usr/lib/python3.11/site-packages`. */
export function environmentOf(site: string): MarkerEnvironment {
  const version = PYTHON.exec(site)?.[1];
  return {
    os_name: "posix",
    sys_platform: "linux",
    platform_system: "Linux",
    ...(version === undefined ? {} : { python_version: version }),
    ...(site.includes("pypy")
      ? {}
      : { implementation_name: "cpython", platform_python_implementation: "CPython" }),
  };
}

const PYTHON = /(?:^|\/)python(\d\.\d{1,3})(?:\/|$)/;

/** Null: it cannot be told. */
export function evaluateMarker(marker: string, environment: MarkerEnvironment): boolean | null {
  const tokens = marker.length > markerLengthMax ? null : tokensOf(marker);
  return tokens === null ? null : evaluate(tokens, { ...environment, extra: "" });
}

const markerLengthMax = 4000;

interface Token {
  readonly kind: "text" | "name" | "sign";
  readonly text: string;
}

function tokensOf(marker: string): readonly Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < marker.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(marker);
    if (match === null) return null;
    const [, double, single, name, sign] = match;
    if (double !== undefined || single !== undefined)
      tokens.push({ kind: "text", text: double ?? single ?? "" });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

const TOKEN = /\s+|"([^"]*)"|'([^']*)'|([A-Za-z_][\w.]*)|(===|==|~=|!=|<=|>=|<|>|\(|\))/y;

/** Two stacks instead of recursion; `and` binds before `or`. */
function evaluate(tokens: readonly Token[], environment: MarkerEnvironment): boolean | null {
  const values: (boolean | null)[] = [];
  const operators: string[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    const text = token?.text ?? "";
    if (text === "(" && token?.kind === "sign") {
      operators.push(text);
      at += 1;
    } else if (text === ")" && token?.kind === "sign") {
      while (operators.length > 0 && operators.at(-1) !== "(") apply(values, operators.pop());
      operators.pop();
      at += 1;
    } else if (token?.kind === "name" && (text === "and" || text === "or")) {
      const before = text === "or" ? ["and", "or"] : ["and"];
      while (before.includes(operators.at(-1) ?? "")) apply(values, operators.pop());
      operators.push(text);
      at += 1;
    } else {
      const read = readComparison(tokens, at, environment);
      if (read === null) return null;
      values.push(read.value);
      at = read.next;
    }
  }
  while (operators.length > 0) apply(values, operators.pop());
  return values.length === 1 ? (values[0] ?? null) : null;
}

function apply(values: (boolean | null)[], operator: string | undefined): void {
  if (operator === "(" || values.length < 2) return;
  const [right, left] = [values.pop() ?? null, values.pop() ?? null];
  const decides = operator === "or";
  if (left === decides || right === decides) values.push(decides);
  else values.push(left === null || right === null ? null : !decides);
}

function readComparison(
  tokens: readonly Token[],
  at: number,
  environment: MarkerEnvironment,
): { readonly value: boolean | null; readonly next: number } | null {
  const [left, first, second] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  const isNotIn = first?.text === "not" && second?.text === "in";
  const right = isNotIn ? tokens[at + 3] : second;
  if (left === undefined || first === undefined || right === undefined) return null;
  const operator = isNotIn ? "not in" : first.text;
  const variable = left.kind === "name" ? left.text : right.text;
  const [a, b] = [valueOf(left, environment), valueOf(right, environment)];
  const value = a === null || b === null ? null : compare(variable, a, operator, b);
  return { value, next: at + (isNotIn ? 4 : 3) };
}

function valueOf(token: Token, environment: MarkerEnvironment): string | null {
  if (token.kind === "text") return token.text;
  return Object.hasOwn(environment, token.text) ? (environment[token.text] ?? null) : null;
}

function compare(variable: string, a: string, operator: string, b: string): boolean | null {
  if (operator === "in") return b.includes(a);
  if (operator === "not in") return !b.includes(a);
  const isVersion = variable === "python_version";
  if (!isVersion && operator === "==") return a === b;
  if (!isVersion && operator === "!=") return a !== b;
  if (!isVersion || b.endsWith(".*") || operator === "~=" || operator === "===") return null;
  if (!pep440.isValid(a) || !pep440.isValid(b)) return null;
  const order = pep440.compare(a, b);
  return Object.hasOwn(orders, operator) ? (orders[operator]?.(order) ?? null) : null;
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">=": (order) => order >= 0,
  ">": (order) => order > 0,
};
