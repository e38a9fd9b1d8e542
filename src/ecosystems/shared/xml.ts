/**
 * XML documents as plain elements: no entity is defined by a document, no file is fetched, depth and size have ceilings.
 * Specification: https://www.w3.org/TR/xml/
 */
import { XMLParser } from "fast-xml-parser";

/** An element: its attributes, its children in order, and its text. */
export interface XmlElement {
  /** Without name-space prefix: `dependency`. */
  readonly name: string;
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly in it, trimmed; the five entities of XML and numbered characters are replaced, others stay as written. */
  readonly text: string;
}

export interface XmlLimits {
  readonly bytesMax: number;
  readonly depthMax: number;
}

export const defaultXmlLimits: XmlLimits = { bytesMax: 16 * 1024 ** 2, depthMax: 100 };

/** The root element, or null when the text is no XML document or is past a limit. */
export function readXml(text: string, limits: XmlLimits = defaultXmlLimits): XmlElement | null {
  if (text.length > limits.bytesMax || !isShallow(text, limits.depthMax)) return null;
  try {
    const nodes: unknown = parser.parse(text);
    return elementsOf(nodes)[0] ?? null;
  } catch {
    // The parser throws for what it cannot read, and for nothing else.
    return null;
  }
}

/** The first child element of this name, or null. */
export function childOf(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((child) => child.name === name) ?? null;
}

/** Text of the first child of this name; null when there is none or it is empty. */
export function childText(element: XmlElement | null, name: string): string | null {
  const text = childOf(element, name)?.text ?? "";
  return text === "" ? null : text;
}

export function childrenOf(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Counts opening and closing tags: what nests deeper is not handed to the parser at all. Linear. */
function isShallow(text: string, depthMax: number): boolean {
  let depth = 0;
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at)) {
    const skipped = skips.find(([mark]) => text.startsWith(mark, at));
    if (skipped !== undefined) {
      const end = text.indexOf(skipped[1], at + skipped[0].length);
      if (end === -1) return true;
      at = end + skipped[1].length;
      continue;
    }
    const end = text.indexOf(">", at);
    if (end === -1) return true;
    if (text[at + 1] === "/") depth -= 1;
    else if (text[end - 1] !== "/") depth += 1;
    if (depth > depthMax) return false;
    at = end + 1;
  }
  return true;
}

const skips = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: true,
  // Text stays text: a version `1.10` is no number.
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Names stay as written: elements are read by key here and nowhere stand for members of an object.
  onDangerousProperty: (name) => name,
});

/** Nodes as `preserveOrder` gives them: `{ name: [children], ":@": { attribute: value } }` and `{ "#text": … }`. */
function elementsOf(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  const elements: XmlElement[] = [];
  for (const node of nodes as readonly unknown[]) {
    if (typeof node !== "object" || node === null) continue;
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (name === undefined || name === TEXT) continue;
    const record = node as Readonly<Record<string, unknown>>;
    const inner = record[name];
    elements.push({
      name,
      attributes: attributesOf(record[ATTRIBUTES]),
      children: elementsOf(inner),
      text: textOf(inner),
    });
  }
  return elements;
}

function attributesOf(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).map(([name, text]) => [name, replaceEntities(String(text))]));
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  const texts = (nodes as readonly Readonly<Record<string, unknown>>[])
    .map((node) => node[TEXT])
    .filter((text) => typeof text === "string" || typeof text === "number")
    .map(String);
  return replaceEntities(texts.join("")).trim();
}

const ATTRIBUTES = ":@";
const TEXT = "#text";

function replaceEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g, replaceEntity);
}

function replaceEntity(whole: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return named[name] ?? whole;
  const code = hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : whole;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
