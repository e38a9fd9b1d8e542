/** Walking the syntax tree of an expression. */
import type { ASTNode } from "@marcbachmann/cel-js";

/** Every node, parents first. */
export function* nodesOf(ast: ASTNode): Generator<ASTNode> {
  yield ast;
  for (const child of childrenOf(ast)) yield* nodesOf(child);
}

/** Operands are nodes, lists of them, or plain values. */
export function childrenOf(ast: ASTNode): readonly ASTNode[] {
  return ([ast.args] as readonly unknown[]).flat(3).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "range" in value;
}
