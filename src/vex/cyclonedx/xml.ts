/**
 * CycloneDX in XML as the JSON that says the same, as far as VEX goes (https://cyclonedx.org/docs/1.6/xml/). No entity is
 * defined by a document, nothing is fetched, and depth and size have ceilings.
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { recordsOf } from "../shared/fields.ts";

/** Nesting of elements, and characters of a document. */
const DEPTH_MAX = 100;
const LENGTH_MAX = 64 * 1024 ** 2;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: true,
  // Text stays text: a version `1.10` is no number.
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: "#cdata",
  maxNestedTags: DEPTH_MAX,
});

/** The parser drops name spaces, and this one tells the version. It stands at the root. */
const NAME_SPACE = /xmlns(?::[\w.-]{1,40})?=["']http:\/\/cyclonedx\.org\/schema\/bom\/(1\.\d{1,2})["']/;
const HEAD_LENGTH = 4096;

/** The JSON form of the document, or null when it is no well-formed CycloneDX. */
export function fromXml(text: string): JsonRecord | null {
  const bom = readRoot(text);
  const [, specVersion = ""] = NAME_SPACE.exec(text.slice(0, HEAD_LENGTH)) ?? [];
  if (bom === null || specVersion === "") return null;
  const metadata = child(bom, "metadata");
  const serialNumber = bom.attributes["serialNumber"];
  return {
    bomFormat: "CycloneDX",
    specVersion,
    ...(serialNumber === undefined ? {} : { serialNumber }),
    version: bom.attributes["version"] ?? "1",
    ...(metadata === null ? {} : { metadata: toMetadata(metadata) }),
    components: children(child(bom, "components"), "component").map(toComponent),
    vulnerabilities: children(child(bom, "vulnerabilities"), "vulnerability").map(toVulnerability),
  };
}

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

function readRoot(text: string): XmlElement | null {
  if (text.length > LENGTH_MAX || text.includes("<!DOCTYPE")) return null;
  try {
    // The parser takes what is cut off for whole, so well-formedness is asked first.
    if (XMLValidator.validate(text) !== true) return null;
    const roots = recordsOf(parser.parse(text)).flatMap((node) => toElement(node) ?? []);
    return roots.find(({ name }) => name === "bom") ?? null;
  } catch {
    // The parser throws for what it cannot read, and for nothing else.
    return null;
  }
}

function toElement(node: JsonRecord): XmlElement | null {
  const name = Object.keys(node).find((key) => key !== ":@" && !key.startsWith("#"));
  if (name === undefined) return null;
  const inner = recordsOf(node[name]);
  const attributes = Object.entries(recordOf(node[":@"]) ?? {}).map(([key, value]) => [
    key,
    decode(String(value)),
  ]);
  return {
    name,
    attributes: Object.fromEntries(attributes) as XmlElement["attributes"],
    children: inner.flatMap((each) => toElement(each) ?? []),
    text: inner.map(plainText).join("").trim(),
  };
}

function plainText(node: JsonRecord): string {
  const text = node["#text"];
  if (typeof text === "string") return decode(text);
  return recordsOf(node["#cdata"])
    .map((piece) => (typeof piece["#text"] === "string" ? piece["#text"] : ""))
    .join("");
}

/** The five entities of XML and numbered characters. */
function decode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return names[String(name).toLowerCase()] ?? String(whole);
      const point = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : String(whole);
    },
  );
}

const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function child(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((each) => each.name === name) ?? null;
}

function children(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** The texts of the children of these names, by name; those that are not there are left out. */
function texts(element: XmlElement | null, wanted: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    wanted.flatMap((name) => {
      const found = child(element, name);
      return found === null ? [] : [[name, found.text]];
    }),
  );
}

function toMetadata(metadata: XmlElement): JsonRecord {
  const component = child(metadata, "component");
  return {
    ...texts(metadata, ["timestamp"]),
    authors: children(child(metadata, "authors"), "author").map((each) => texts(each, ["name", "email"])),
    ...Object.fromEntries(
      ["supplier", "manufacturer", "manufacture"].flatMap((name) => {
        const found = child(metadata, name);
        return found === null ? [] : [[name, texts(found, ["name"])]];
      }),
    ),
    ...(component === null ? {} : { component: toComponent(component) }),
  };
}

function toComponent(component: XmlElement): JsonRecord {
  return {
    type: component.attributes["type"],
    "bom-ref": component.attributes["bom-ref"],
    ...texts(component, ["name", "version", "purl", "cpe", "publisher"]),
    supplier: texts(child(component, "supplier"), ["name"]),
    components: children(child(component, "components"), "component").map(toComponent),
  };
}

function toVulnerability(entry: XmlElement): JsonRecord {
  const analysis = child(entry, "analysis");
  return {
    ...texts(entry, ["id", "recommendation", "workaround", "updated"]),
    references: children(child(entry, "references"), "reference").map((each) => texts(each, ["id"])),
    ...(analysis === null
      ? {}
      : {
          analysis: {
            ...texts(analysis, ["state", "justification", "detail", "firstIssued", "lastUpdated"]),
            response: children(child(analysis, "responses"), "response").map(({ text }) => text),
          },
        }),
    affects: children(child(entry, "affects"), "target").map((target) => ({
      ...texts(target, ["ref"]),
      versions: children(child(target, "versions"), "version").map((each) =>
        texts(each, ["version", "range", "status"]),
      ),
    })),
    properties: children(child(entry, "properties"), "property").map(({ attributes, text }) => ({
      name: attributes["name"],
      value: text,
    })),
  };
}
