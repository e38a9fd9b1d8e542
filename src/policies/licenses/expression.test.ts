import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as fc from "fast-check";
import { judgeExpression } from "./expression.ts";

type Node =
  | { license: string; plus?: true; exception?: string }
  | { left: Node; conjunction: "and" | "or"; right: Node };

/** Another implementation of the grammar, which decides what is an expression and how it is grouped. */
const parse = createRequire(import.meta.url)("spdx-expression-parse") as (text: string) => Node;

const licence = fc.constantFrom("MIT", "Apache-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "LicenseRef-x");
const simple = fc
  .tuple(licence, fc.constantFrom("", "", " WITH Classpath-exception-2.0"))
  .map(([id, exception]) => id + exception);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    simple,
    fc
      .tuple(tie("expression"), fc.constantFrom("AND", "OR", "or"), tie("expression"))
      .map((parts) => parts.join(" ")),
    tie("expression").map((inner) => `(${inner})`),
  ),
}));

test("licence expressions: judged as another parser groups them", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const judgement = judgeExpression(text, ({ base }) => base.startsWith("gpl"));
      assert.equal(judgement.malformed, false);
      assert.equal(judgement.violates, !isFree(parse(text)));
    }),
    { numRuns: 500 },
  );
});

test("licence expressions: what another parser refuses for its grammar is malformed here too", () => {
  const token = fc.constantFrom(
    "MIT",
    "GPL-2.0-only",
    "AND",
    "OR",
    "WITH",
    "Classpath-exception-2.0",
    "(",
    ")",
  );
  fc.assert(
    fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
      const text = tokens.join(" ");
      const { malformed } = judgeExpression(text, () => false);
      // The other parser takes "( ) MIT" for an expression.
      if (malformed && !text.includes("( )")) assert.throws(() => parse(text));
    }),
    { numRuns: 1000 },
  );
});

function isFree(node: Node): boolean {
  if ("license" in node) return !node.license.startsWith("GPL");
  const [left, right] = [isFree(node.left), isFree(node.right)];
  return node.conjunction === "and" ? left && right : left || right;
}
