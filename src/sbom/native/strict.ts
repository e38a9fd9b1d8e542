/**
 * Strict reading of parsed JSON in our own layout: a field of the wrong kind is an error that names it. Written by hand
 * because a schema library would cost more time to load than a whole document takes to read.
 */
import { PlimsollError } from "../../domain/error.ts";

/** A JSON object and the path to it, for messages: `packages[3].evidence[0]`. */
export interface Node {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: string;
}

/** The value as an object. @throws PlimsollError DOCUMENT_INVALID */
export function asNode(value: unknown, path: string): Node {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, "an object");
  return { value: value as Node["value"], path };
}

export function asText(value: unknown, path: string): string {
  if (typeof value !== "string") throw wrong(path, "text");
  return value;
}

/** Text of a member. @throws PlimsollError DOCUMENT_INVALID, as all functions here */
export function text(node: Node, name: string): string {
  return asText(node.value[name], at(node, name));
}

export function textOrNull(node: Node, name: string): string | null {
  return node.value[name] === null ? null : text(node, name);
}

export function count(node: Node, name: string): number {
  const value = node.value[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw wrong(at(node, name), "a whole number");
  }
  return value;
}

export function countOrNull(node: Node, name: string): number | null {
  return node.value[name] === null ? null : count(node, name);
}

/** The member by `read` where it is there, as an object to be spread; nothing where it is not. */
export function optional<Name extends string, T>(
  node: Node,
  name: Name,
  read: (node: Node, name: Name) => T,
): { readonly [K in Name]?: T } {
  return node.value[name] === undefined ? {} : ({ [name]: read(node, name) } as { [K in Name]: T });
}

export function flag(node: Node, name: string): boolean {
  const value = node.value[name];
  if (typeof value !== "boolean") throw wrong(at(node, name), "true or false");
  return value;
}

export function oneOf<Word extends string>(node: Node, name: string, words: readonly Word[]): Word {
  const value = node.value[name];
  const found = words.find((word) => word === value);
  if (found === undefined) throw wrong(at(node, name), `one of ${words.join(", ")}`);
  return found;
}

export function child(node: Node, name: string): Node {
  return asNode(node.value[name], at(node, name));
}

export function childOrNull(node: Node, name: string): Node | null {
  return node.value[name] === null ? null : child(node, name);
}

/** Members of a list, each with its path. */
export function each<T>(node: Node, name: string, read: (value: unknown, path: string) => T): readonly T[] {
  const value = node.value[name];
  if (!Array.isArray(value)) throw wrong(at(node, name), "a list");
  return value.map((member, index) => read(member, `${at(node, name)}[${index}]`));
}

/** An object used as a map. Own members only, so that a key `__proto__` stays a key. */
export function map<T>(
  node: Node,
  name: string,
  read: (value: unknown, path: string) => T,
): Record<string, T> {
  const { value, path } = child(node, name);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, read(member, `${path}.${key}`)]),
  );
}

export function asCount(value: unknown, path: string): number {
  return count({ value: { it: value }, path }, "it");
}

function at(node: Node, name: string): string {
  return node.path === "" ? name : `${node.path}.${name}`;
}

function wrong(path: string, expected: string): PlimsollError {
  return new PlimsollError("DOCUMENT_INVALID", `${path} of the SBOM is not ${expected}`, {
    details: { field: path.slice(0, 200) },
  });
}
