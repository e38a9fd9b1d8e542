/**
 * What an expression may cost at most, told before it runs and from sizes alone: the same image gives the same answer on a fast and
 * on a slow machine.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { childrenOf } from "./nodes.ts";

/** Macros that run their last operand once for each element of what they are called on. */
const LOOPS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);

/** The operands of a loop: what is walked, the name of the element, and what is run for each; null: the node is none. */
export function loopOf(
  node: ASTNode,
): { readonly over: ASTNode; readonly variable: string; readonly body: readonly ASTNode[] } | null {
  if (node.op !== "rcall" || !LOOPS.has(node.args[0])) return null;
  const [, over, [variable, ...body]] = node.args;
  if (variable?.op !== "id" || body.length === 0) return null;
  return { over, variable: variable.args, body };
}

/** How deep loops stand in the bodies of loops. */
export function loopDepth(node: ASTNode): number {
  const loop = loopOf(node);
  if (loop === null) return deepest(childrenOf(node));
  return Math.max(loopDepth(loop.over), 1 + deepest(loop.body));
}

function deepest(nodes: readonly ASTNode[]): number {
  return nodes.reduce((most, node) => Math.max(most, loopDepth(node)), 0);
}

/** Nodes evaluated at most. `sizes`: elements of each fact; `other`: of any list that is not a fact itself. */
export function estimateSteps(node: ASTNode, sizes: ReadonlyMap<string, number>, other: number): number {
  const sum = (nodes: readonly ASTNode[]): number =>
    nodes.reduce((steps, each) => steps + estimateSteps(each, sizes, other), 0);
  const sizeOf = (list: ASTNode): number => (list.op === "id" ? (sizes.get(list.args) ?? other) : other);
  const loop = loopOf(node);
  if (loop !== null) return 1 + sum([loop.over]) + sizeOf(loop.over) * sum(loop.body);
  const search = node.op === "in" && node.args[1].op !== "list" ? sizeOf(node.args[1]) : 0;
  return 1 + search + sum(childrenOf(node));
}
