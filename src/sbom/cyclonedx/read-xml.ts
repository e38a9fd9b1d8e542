/**
 * CycloneDX XML (https://cyclonedx.org/docs/1.6/xml/) as the JSON of the same document, in what the reader of the JSON looks at.
 */
import type { JsonRecord } from "../../domain/json-record.ts";
import { PlimsollError } from "../../domain/error.ts";
import { embeddedJson, listOf } from "../shared/fields.ts";
import { readXml, type XmlElement } from "../shared/xml.ts";
import { ESCAPED_PAIRS } from "./write-xml.ts";

/** Whether the start of an XML document names the name space of CycloneDX. */
export function recognisesCycloneDxXml(text: string): boolean {
  return NAME_SPACE.test(text.slice(0, START_LENGTH));
}

/** @throws PlimsollError DOCUMENT_INVALID, LIMIT_EXCEEDED */
export function cycloneDxFromXml(text: string): JsonRecord {
  const root = readXml(text);
  if (root.name !== "bom") {
    throw new PlimsollError(
      "DOCUMENT_INVALID",
      `the CycloneDX document starts with ${root.name.slice(0, 80)}, not bom`,
    );
  }
  const metadata = childOf(root, "metadata");
  return {
    bomFormat: "CycloneDX",
    specVersion: NAME_SPACE.exec(text.slice(0, START_LENGTH))?.[1] ?? "",
    serialNumber: root.attributes["serialNumber"],
    ...(metadata === null ? {} : { metadata: toMetadata(metadata) }),
    components: toComponents(childOf(root, "components")),
    dependencies: childrenOf(childOf(root, "dependencies")).map((entry) => ({
      ref: entry.attributes["ref"],
      dependsOn: entry.children
        .filter(({ name }) => name === "dependency")
        .map(({ attributes }) => attributes["ref"]),
    })),
    compositions: childrenOf(childOf(root, "compositions")).map((entry) => ({
      aggregate: textIn(entry, "aggregate"),
    })),
  };
}

/** Comments of a licence may stand before the root element. */
const START_LENGTH = 65_536;
const NAME_SPACE = /https?:\/\/cyclonedx\.org\/schema\/bom\/([0-9]\.[0-9]{1,2})["']/;

function toMetadata(metadata: XmlElement): JsonRecord {
  const component = childOf(metadata, "component");
  return {
    timestamp: textIn(metadata, "timestamp"),
    ...(component === null ? {} : { component: toComponent(component) }),
    properties: toProperties(metadata),
  };
}

function toComponents(list: XmlElement | null): readonly JsonRecord[] {
  return childrenOf(list)
    .filter(({ name }) => name === "component")
    .map(toComponent);
}

/** Recursion over nested components is bounded by the depth of the XML. */
function toComponent(element: XmlElement): JsonRecord {
  const occurrences = childrenOf(childOf(childOf(element, "evidence"), "occurrences"));
  return {
    type: element.attributes["type"],
    "bom-ref": element.attributes["bom-ref"],
    ...texts(element, ["author", "publisher", "group", "name", "version", "description", "cpe", "purl"]),
    supplier: { name: textIn(childOf(element, "supplier"), "name") },
    authors: childrenOf(childOf(element, "authors")).map((author) => ({ name: textIn(author, "name") })),
    hashes: childrenOf(childOf(element, "hashes")).map(({ attributes, text }) => ({
      alg: attributes["alg"],
      content: text.trim(),
    })),
    licenses: childrenOf(childOf(element, "licenses")).map((choice) =>
      choice.name === "expression" ? { expression: choice.text } : { license: texts(choice, ["id", "name"]) },
    ),
    properties: toProperties(element),
    evidence: { occurrences: occurrences.map((place) => texts(place, ["location"])) },
    components: toComponents(childOf(element, "components")),
  };
}

/** Pairs that our writer had to escape are taken apart again. */
function toProperties(owner: XmlElement): readonly JsonRecord[] {
  return childrenOf(childOf(owner, "properties")).flatMap(({ attributes, text }): readonly JsonRecord[] => {
    if (attributes["name"] !== ESCAPED_PAIRS) return [{ name: attributes["name"], value: text }];
    return listOf(embeddedJson(text)).map((pair) => ({ name: listOf(pair)[0], value: listOf(pair)[1] }));
  });
}

function texts(element: XmlElement, names: readonly string[]): JsonRecord {
  return Object.fromEntries(names.map((name) => [name, textIn(element, name)]));
}

function textIn(element: XmlElement | null, name: string): string | null {
  return childOf(element, name)?.text ?? null;
}

function childOf(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((child) => child.name === name) ?? null;
}

function childrenOf(element: XmlElement | null): readonly XmlElement[] {
  return element?.children ?? [];
}
