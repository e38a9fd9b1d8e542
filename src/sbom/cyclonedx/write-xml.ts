/**
 * Writes CycloneDX as XML, from the same values as the JSON. The order of elements is that of the format's XSD
 * (https://cyclonedx.org/docs/1.6/xml/). Characters that XML 1.0 cannot hold become U+FFFD; the exact text then stands as
 * escaped JSON in a property.
 */
import { asciiJson } from "../shared/ascii-json.ts";
import type { SbomSubject } from "../types.ts";
import { isXmlText, xmlElement, type XmlContent } from "../shared/xml-text.ts";
import { makeDocument, type Component, type CycloneDxVersion, type Property } from "./document.ts";

/** Property that holds pairs of name and value as JSON, where a value is not XML text. */
export const ESCAPED_PAIRS = "plimsoll:pairs";

/** The document, with a final newline. */
export function writeCycloneDxXml(subject: SbomSubject, version: CycloneDxVersion): string {
  const { serialNumber, metadata, components, dependencies, compositions } = makeDocument(
    subject,
    version,
    isPlain,
  );
  const root = xmlElement(
    "bom",
    { xmlns: `http://cyclonedx.org/schema/bom/${version}`, serialNumber, version: "1" },
    [
      xmlElement("metadata", {}, [
        ...(metadata.timestamp === undefined ? [] : [xmlElement("timestamp", {}, metadata.timestamp)]),
        xmlElement("tools", {}, [
          xmlElement("components", {}, metadata.tools.components.map(writeComponent)),
        ]),
        writeComponent(metadata.component),
        ...writeProperties(metadata.properties),
      ]),
      xmlElement("components", {}, components.map(writeComponent)),
      xmlElement(
        "dependencies",
        {},
        dependencies.map(({ ref, dependsOn }) =>
          xmlElement(
            "dependency",
            { ref },
            dependsOn.map((needed) => xmlElement("dependency", { ref: needed }, [])),
          ),
        ),
      ),
      xmlElement(
        "compositions",
        {},
        compositions.map(({ aggregate, assemblies }) =>
          xmlElement("composition", {}, [
            xmlElement("aggregate", {}, aggregate),
            xmlElement(
              "assemblies",
              {},
              assemblies.map((ref) => xmlElement("assembly", { ref }, [])),
            ),
          ]),
        ),
      ),
    ],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

/** Text that comes back as it is from an element that may be normalised: no spaces at its ends, and no breaks or runs of them. */
function isPlain(text: string): boolean {
  return isXmlText(text) && !/[\t\n\r]|^ | $| {2}/.test(text);
}

function writeComponent(component: Component): string {
  const { supplier, authors, hashes, licenses, properties, evidence } = component;
  const text = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [xmlElement(name, {}, value)];
  const content: XmlContent = [
    ...(supplier === undefined ? [] : [xmlElement("supplier", {}, text("name", supplier.name))]),
    ...(authors === undefined
      ? []
      : [
          xmlElement(
            "authors",
            {},
            authors.map(({ name }) => xmlElement("author", {}, text("name", name))),
          ),
        ]),
    ...text("author", component.author),
    ...text("group", component.group),
    ...text("name", component.name),
    ...text("version", component.version),
    ...text("description", component.description),
    ...(hashes === undefined
      ? []
      : [
          xmlElement(
            "hashes",
            {},
            hashes.map(({ alg, content: hex }) => xmlElement("hash", { alg }, hex)),
          ),
        ]),
    ...(licenses === undefined
      ? []
      : [
          xmlElement(
            "licenses",
            {},
            licenses.map(({ expression }) => xmlElement("expression", {}, expression)),
          ),
        ]),
    ...text("cpe", component.cpe),
    ...text("purl", component.purl),
    ...writeProperties(properties ?? []),
    ...(evidence === undefined
      ? []
      : [
          xmlElement("evidence", {}, [
            xmlElement(
              "occurrences",
              {},
              evidence.occurrences.map(({ location }) =>
                xmlElement("occurrence", {}, [xmlElement("location", {}, location)]),
              ),
            ),
          ]),
        ]),
  ];
  const ref = component["bom-ref"];
  return xmlElement(
    "component",
    { type: component.type, ...(ref === undefined ? {} : { "bom-ref": ref }) },
    content,
  );
}

function writeProperties(properties: readonly Property[]): readonly string[] {
  if (properties.length === 0) return [];
  const plain = properties.filter(({ value }) => isPlain(value));
  const escaped = properties.filter(({ value }) => !isPlain(value)).map(({ name, value }) => [name, value]);
  const written = [
    ...plain.map(({ name, value }) => xmlElement("property", { name }, value)),
    ...(escaped.length === 0 ? [] : [xmlElement("property", { name: ESCAPED_PAIRS }, asciiJson(escaped))]),
  ];
  return [xmlElement("properties", {}, written)];
}
