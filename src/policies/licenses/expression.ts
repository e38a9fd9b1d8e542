/**
 * Whether an SPDX licence expression can be satisfied without some licences
 * (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/). An alternative (`OR`) frees, a conjunction (`AND`)
 * does not. Read with two stacks in one pass: linear, no recursion, ids need not be on SPDX's list, because what an
 * image says about itself often is not.
 */
import { readLicenceId, type LicenceId } from "./licence-id.ts";

/** Longest expression that is read, in characters; a longer one is judged word by word. */
const EXPRESSION_LENGTH_MAX = 20_000;

export interface ExpressionJudgement {
  /** No way to satisfy the expression avoids the unwanted licences. */
  readonly violates: boolean;
  /** Unwanted licences in it, as written, in order. */
  readonly unwanted: readonly string[];
  /** The text is no expression; then any unwanted word in it violates. */
  readonly malformed: boolean;
}

/** Judges `expression`, e.g. `(MIT OR GPL-2.0-only) AND Zlib`, by `isUnwanted`. */
export function judgeExpression(
  expression: string,
  isUnwanted: (licence: LicenceId) => boolean,
): ExpressionJudgement {
  const tokens = expression.slice(0, EXPRESSION_LENGTH_MAX).match(/[()]|[^\s()]+/g) ?? [];
  const unwanted = new Set<string>();
  const acceptable =
    expression.length > EXPRESSION_LENGTH_MAX ? null : evaluate(tokens, isUnwanted, unwanted);
  if (acceptable !== null) return { violates: !acceptable, unwanted: [...unwanted], malformed: false };
  const words = tokens.filter((token) => isUnwanted(readLicenceId(token)));
  return { violates: words.length > 0, unwanted: [...new Set(words)], malformed: true };
}

type Operator = "AND" | "OR" | "(";

/** True: can be satisfied without unwanted licences; null: not an expression. */
function evaluate(
  tokens: readonly string[],
  isUnwanted: (licence: LicenceId) => boolean,
  unwanted: Set<string>,
): boolean | null {
  const values: boolean[] = [];
  const operators: Operator[] = [];
  let expectsLicence = true;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? "";
    const word = token.toUpperCase();
    if (expectsLicence) {
      if (token === "(") {
        operators.push("(");
        continue;
      }
      if (token === ")" || word === "AND" || word === "OR" || word === "WITH") return null;
      let exception: string | null = null;
      if (tokens[index + 1]?.toUpperCase() === "WITH") {
        exception = tokens[index + 2] ?? null;
        if (exception === null || /^(?:[()]|AND|OR|WITH)$/i.test(exception)) return null;
        index += 2;
      }
      const bad = isUnwanted(readLicenceId(token, exception));
      if (bad) unwanted.add(exception === null ? token : `${token} WITH ${exception}`);
      values.push(!bad);
      expectsLicence = false;
    } else if (token === ")") {
      if (!reduce(values, operators, "(")) return null;
      operators.pop();
    } else if (word === "AND" || word === "OR") {
      reduce(values, operators, word);
      operators.push(word);
      expectsLicence = true;
    } else return null;
  }
  if (expectsLicence || operators.includes("(")) return null;
  reduce(values, operators, "(");
  return values[0] ?? null;
}

/** Applies what binds at least as tightly as `next` (AND before OR); true when it ends at an open parenthesis. */
function reduce(values: boolean[], operators: Operator[], next: Operator): boolean {
  for (;;) {
    const operator = operators.at(-1);
    if (operator === undefined) return false;
    if (operator === "(") return true;
    if (next === "AND" && operator === "OR") return false;
    operators.pop();
    const right = values.pop() ?? false;
    const left = values.pop() ?? false;
    values.push(operator === "AND" ? left && right : left || right);
  }
}
