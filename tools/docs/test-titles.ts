/** The titles of the tests in a file, as they stand in its source: what varies in a title that is made in a loop is `…`. */
import ts from "typescript";

const callers = new Set(["test", "it", "describe", "suite"]);

/** In the order of the source, without those that are a variable alone. */
export function testTitles(name: string, source: string): readonly string[] {
  const titles: string[] = [];
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, false);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && callers.has(calledName(node.expression))) {
      const title = titleOf(node.arguments[0]);
      if (title !== null) titles.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return titles;
}

/** `test` of `test(…)` and of `t.test(…)`. */
function calledName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : "";
}

function titleOf(node: ts.Expression | undefined): string | null {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}

/**
 * Whether `wanted` is one of the titles: word for word, or one that a loop makes of a title with `…`, when each part that varies stands
 * somewhere in the source too.
 */
export function hasTitle(titles: readonly string[], source: string, wanted: string): boolean {
  return titles.some((title) => {
    if (title === wanted) return true;
    const parts = title.split("…");
    if (parts.length === 1 || parts.join("").trim().length < FIXED_MIN) return false;
    const pattern = new RegExp(`^${parts.map(escaped).join("(.+)")}$`, "s");
    const varying = pattern.exec(wanted)?.slice(1);
    return varying !== undefined && varying.every((part) => source.includes(part));
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** A title of which hardly anything is fixed would take any text of the file for a test. */
const FIXED_MIN = 4;
