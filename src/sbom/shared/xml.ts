/**
 * Reading XML documents of others: elements in document order, text as it is written. No entity is defined by a document (one
 * with a document type is refused), nothing is fetched, and depth and size have ceilings.
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { PlimsollError } from "../../domain/error.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { listOf, recordsOf } from "./fields.ts";

export interface XmlElement {
  /** Without name-space prefix. */
  readonly name: string;
  /** By name without prefix; the declarations of name spaces are left out but for `xmlns`. */
  readonly attributes: JsonRecord;
  readonly children: readonly XmlElement[];
  /** The text directly in it, pieces joined, nothing trimmed. */
  readonly text: string;
}

/** Characters of one XML document. */
const xmlLengthMax = 64 * 1024 ** 2;
/** Nesting of elements. */
const xmlDepthMax = 100;

/**
 * The root element.
 * @throws PlimsollError LIMIT_EXCEEDED past a ceiling, DOCUMENT_INVALID for anything that is not one well-formed document
 */
export function readXml(text: string): XmlElement {
  if (text.length > xmlLengthMax) {
    throw new PlimsollError(
      "LIMIT_EXCEEDED",
      `the XML document is past the limit xmlLengthMax of ${xmlLengthMax}`,
      {
        details: { limit: "xmlLengthMax", value: xmlLengthMax },
      },
    );
  }
  if (text.includes("<!DOCTYPE")) {
    throw new PlimsollError("DOCUMENT_INVALID", "an SBOM document in XML may not have a document type");
  }
  const roots = parse(text).filter((node) => nameOf(node) !== null);
  const [root] = roots;
  if (root === undefined || roots.length !== 1) throw notWellFormed(null);
  return toElement(root);
}

function parse(text: string): readonly JsonRecord[] {
  let nodes: unknown;
  try {
    // The parser takes what is cut off for whole, so well-formedness is asked first.
    const verdict = XMLValidator.validate(text);
    if (verdict !== true) throw new TypeError(verdict.err.msg);
    nodes = parser.parse(text);
  } catch (cause) {
    throw notWellFormed(cause);
  }
  return recordsOf(nodes);
}

function notWellFormed(cause: unknown): PlimsollError {
  return new PlimsollError("DOCUMENT_INVALID", "the SBOM document is not well-formed XML", { cause });
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: true,
  // Text stays text: a version `1.10` is no number.
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: "#cdata",
  maxNestedTags: xmlDepthMax,
});

const ATTRIBUTES = ":@";

/** Nodes as `preserveOrder` gives them: `{ name: [nodes], ":@": { attribute: value } }`; text is `{ "#text": "…" }`. */
function nameOf(node: JsonRecord): string | null {
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES);
  return name === undefined || name.startsWith("#") ? null : name;
}

/** Recursion is bounded by `xmlDepthMax`. */
function toElement(node: JsonRecord): XmlElement {
  const name = nameOf(node) ?? "";
  const children: XmlElement[] = [];
  let text = "";
  for (const value of listOf(node[name])) {
    const child = recordOf(value);
    if (child === null) continue;
    if (nameOf(child) !== null) children.push(toElement(child));
    else text += plainText(child);
  }
  const attributes = Object.entries(recordOf(node[ATTRIBUTES]) ?? {}).map(
    ([key, value]) => [key, typeof value === "string" ? decodeEntities(value) : value] as const,
  );
  return { name, attributes: Object.fromEntries(attributes), children, text };
}

function plainText(node: JsonRecord): string {
  const text = node["#text"];
  if (typeof text === "string") return decodeEntities(text);
  return listOf(node["#cdata"])
    .map((piece) => recordOf(piece)?.["#text"])
    .filter((piece) => typeof piece === "string")
    .join("");
}

/** The five of XML and character references; others stay as they are written. */
function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));/g, decodeOne);
}

function decodeOne(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return NAMED[name] ?? whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : whole;
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
