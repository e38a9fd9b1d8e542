/**
 * OPA's functions that change documents and take lists apart, which WebAssembly leaves to its host. Values cross as JSON, so a set
 * comes and goes as a list; functions whose answer depends on which of the two it is are not answered here.
 */
import { timingSafeEqual } from "node:crypto";
import { queryEncoded } from "./opa-text.ts";
import type { HostFunction } from "./runtime.ts";

export const documentFunctions: Readonly<Record<string, HostFunction>> = {
  "crypto.hmac.equal": (left, right) => {
    if (typeof left !== "string" || typeof right !== "string") return undefined;
    const [one, other] = [Buffer.from(left, "utf8"), Buffer.from(right, "utf8")];
    return one.byteLength === other.byteLength && timingSafeEqual(one, other);
  },
  "json.patch": (document, operations) =>
    Array.isArray(operations) ? patched(document, operations) : undefined,
  "net.cidr_is_valid": (text) => typeof text === "string" && isCidr(text),
  "strings.split_n": (text, separator, count) => {
    if (typeof text !== "string" || typeof separator !== "string" || typeof count !== "number")
      return undefined;
    const parts = separator === "" ? [...text] : text.split(separator);
    return count < 0 ? parts.slice(count) : parts.slice(0, count);
  },
  "urlquery.decode_object": (text) => (typeof text === "string" ? queryObject(text) : undefined),
  "urlquery.encode_object": (values) => (isObject(values) ? queryText(values) : undefined),
};

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function isCidr(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]{1,64})\/(\d{1,3})$/.exec(text) ?? [];
  if (IPV4.test(address)) return Number(bits) <= 32;
  return /^[0-9a-fA-F:.]+$/.test(address) && URL.canParse(`http://[${address}]/`) && Number(bits) <= 128;
}

/** Of values that came as JSON. */
function isSame(left: unknown, right: unknown): boolean {
  if (!isObject(left) || !isObject(right)) {
    if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
    return left.length === right.length && left.every((each, at) => isSame(each, right[at]));
  }
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function queryObject(text: string): Readonly<Record<string, readonly string[]>> | undefined {
  const found = new Map<string, string[]>();
  try {
    for (const pair of text.split("&").filter((each) => each !== "")) {
      const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
      const [key, decoded] = [name, value].map((part) => decodeURIComponent(part.replaceAll("+", " "))) as [
        string,
        string,
      ];
      found.set(key, [...(found.get(key) ?? []), decoded]);
    }
  } catch {
    return undefined;
  }
  return Object.fromEntries(found);
}

/** Names in order; each value of a list is a pair of its own. */
function queryText(values: Readonly<Record<string, unknown>>): string | undefined {
  const pairs: string[] = [];
  for (const name of Object.keys(values).sort()) {
    for (const value of [values[name]].flat()) {
      if (typeof value !== "string") return undefined;
      pairs.push(`${queryEncoded(name)}=${queryEncoded(value)}`);
    }
  }
  return pairs.join("&");
}

type Node = unknown[] | Record<string, unknown>;

/** RFC 6902; undefined when an operation does not apply, or its test does not hold. */
function patched(document: unknown, operations: readonly unknown[]): unknown {
  // A holder above the document makes the document itself a place like any other.
  const holder: Record<string, unknown> = { document: structuredClone(document) };
  for (const operation of operations) {
    if (!isObject(operation) || !apply(holder, operation)) return undefined;
  }
  return holder["document"];
}

function apply(holder: Record<string, unknown>, operation: Readonly<Record<string, unknown>>): boolean {
  const { op, value } = operation;
  const path = keysOf(operation["path"]);
  const from = op === "move" || op === "copy" ? keysOf(operation["from"]) : path;
  if (path === null || from === null) return false;
  const given = find(holder, from);
  switch (op) {
    case "add":
      return value !== undefined && put(holder, path, value);
    case "remove":
      return given !== null && remove(holder, path);
    case "replace":
      return given !== null && value !== undefined && remove(holder, path) && put(holder, path, value);
    case "copy":
      return given !== null && put(holder, path, structuredClone(given.value));
    case "move":
      return given !== null && remove(holder, from) && put(holder, path, given.value);
    case "test":
      return given !== null && isSame(given.value, value);
    default:
      return false;
  }
}

/** OPA takes a pointer without its first slash, and a list of keys. */
function keysOf(path: unknown): readonly string[] | null {
  if (Array.isArray(path)) return ["document", ...path.map(String)];
  if (typeof path !== "string") return null;
  const keys = path === "" ? [] : path.replace(/^\//, "").split("/");
  return ["document", ...keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))];
}

/** The place in a list, where `-` is behind its end; null: no place. */
function placeIn(list: readonly unknown[], key: string): number | null {
  if (key === "-") return list.length;
  return /^(?:0|[1-9]\d{0,8})$/.test(key) && Number(key) <= list.length ? Number(key) : null;
}

function find(holder: Node, keys: readonly string[]): { readonly value: unknown } | null {
  let at: unknown = holder;
  for (const key of keys) {
    if (Array.isArray(at)) {
      const place = placeIn(at, key);
      if (place === null || place === at.length) return null;
      at = at[place];
    } else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return null;
  }
  return { value: at };
}

function parentOf(holder: Node, keys: readonly string[]): readonly [parent: Node, key: string] | null {
  const parent = find(holder, keys.slice(0, -1))?.value;
  return Array.isArray(parent) || isObject(parent) ? [parent as Node, keys.at(-1) ?? ""] : null;
}

function put(holder: Node, keys: readonly string[], value: unknown): boolean {
  const [parent, key] = parentOf(holder, keys) ?? [];
  if (parent === undefined || key === undefined) return false;
  if (!Array.isArray(parent)) {
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
    return true;
  }
  const place = placeIn(parent, key);
  if (place === null) return false;
  parent.splice(place, 0, value);
  return true;
}

function remove(holder: Node, keys: readonly string[]): boolean {
  const [parent, key] = parentOf(holder, keys) ?? [];
  if (parent === undefined || key === undefined) return false;
  if (Array.isArray(parent)) parent.splice(placeIn(parent, key) ?? parent.length, 1);
  else delete parent[key];
  return true;
}
