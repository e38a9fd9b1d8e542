/**
 * Writing XML 1.0 (https://www.w3.org/TR/xml/), one element a line.
 */

/** Text, or child elements as they were written by `xmlElement`. */
export type XmlContent = string | readonly string[];

/** One element. Characters that XML cannot hold become U+FFFD. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: XmlContent,
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const head = `<${name}${written.join("")}`;
  if (content.length === 0) return `${head}/>`;
  if (typeof content === "string") return `${head}>${escapeXml(content)}</${name}>`;
  return `${head}>\n${content.join("\n")}\n</${name}>`;
}

/** Whether every character of the text can stand in an XML 1.0 document. */
export function isXmlText(text: string): boolean {
  return !NOT_XML.test(text);
}

function escapeXml(text: string): string {
  return text
    .replace(NOT_XML_ALL, "\ufffd")
    .replace(/[&<>"\t\n\r]|##(?=\[|vso\[)/g, escapeOne)
    .replace(STEERING, (char) => `&#${char.charCodeAt(0)};`);
}

/** Breaks are escaped, since a reader may normalise them, and no text may begin a line that a CI runner reads as a command. */
function escapeOne(found: string): string {
  if (found === "##") return "#&#35;";
  const named = NAMED[found];
  return named ?? `&#${found.charCodeAt(0)};`;
}

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// Control characters but tab and breaks, lone surrogates, and the two non-characters.
const NOT_XML =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const NOT_XML_ALL = new RegExp(NOT_XML.source, "g");
// What XML holds, but a terminal obeys: DEL, C1, bidi controls, zero-width characters, line separators.
const STEERING = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
