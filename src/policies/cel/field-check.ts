/**
 * Finds fields that the facts do not have. Without it a misspelt field would be found out only on the first image that has an
 * element to look at, and all others would meet the policy.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { printable } from "../../domain/problem.ts";
import { loopOf } from "./cost.ts";
import { anyShape, type Shape } from "./fact-shapes.ts";
import { childrenOf } from "./nodes.ts";

type Scope = ReadonlyMap<string, Shape>;

/** What is wrong, in words; null: every field that can be followed exists. */
export function checkFields(ast: ASTNode, variables: Scope): string | null {
  const complaints: string[] = [];
  shapeOf(ast, variables, (complaint) => complaints.push(complaint));
  return complaints[0] ?? null;
}

/** The shape of a node's value, once everything in it was looked at. */
function shapeOf(node: ASTNode, scope: Scope, complain: (text: string) => void): Shape {
  const loop = loopOf(node);
  if (loop !== null) return shapeOfLoop(node, loop, scope, complain);
  if (node.op === "id") return scope.get(node.args) ?? anyShape;
  if (node.op === "." || node.op === ".?") {
    const [object, name] = node.args;
    return fieldOf(shapeOf(object, scope, complain), name, complain);
  }
  const shapes = childrenOf(node).map((child) => shapeOf(child, scope, complain));
  if (node.op === "[]" && shapes[0] !== undefined && "of" in shapes[0]) return shapes[0].of;
  return anyShape;
}

function fieldOf(shape: Shape, name: string, complain: (text: string) => void): Shape {
  if (shape.kind !== "object") return anyShape;
  if (shape.fields === null) return shape.of;
  const field = shape.fields.get(name);
  if (field !== undefined) return field;
  complain(`there is no field ${printable(name)}; known: ${[...shape.fields.keys()].join(", ")}`);
  return anyShape;
}

function shapeOfLoop(
  node: ASTNode,
  loop: NonNullable<ReturnType<typeof loopOf>>,
  scope: Scope,
  complain: (text: string) => void,
): Shape {
  const list = shapeOf(loop.over, scope, complain);
  const inner = new Map(scope).set(loop.variable, list.kind === "list" ? list.of : anyShape);
  const results = loop.body.map((each) => shapeOf(each, inner, complain));
  if (node.op !== "rcall") return anyShape;
  if (node.args[0] === "filter") return list;
  return node.args[0] === "map" ? { kind: "list", of: results.at(-1) ?? anyShape } : anyShape;
}
