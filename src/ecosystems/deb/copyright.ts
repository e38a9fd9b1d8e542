/**
 * Licences from `usr/share/doc/<package>/copyright`.
 * Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ where the file follows it; otherwise the
 * references to `/usr/share/common-licenses/` that Debian policy 12.5 asks for.
 */
import { spdxLicenses } from "../shared/licenses.ts";
import { readStanzas } from "../shared/rfc822.ts";

/** SPDX expressions, sorted and unique; empty when the file tells none. Linear in its length. */
export function readCopyright(text: string): readonly string[] {
  return isMachineReadable(text) ? fromFields(text) : fromReferences(text);
}

/** The first stanza names the format by its address; early drafts called it DEP-5. */
function isMachineReadable(text: string): boolean {
  const head = text.slice(0, 500).toLowerCase();
  return head.trimStart().startsWith("format") && (head.includes("copyright-format") || head.includes("dep"));
}

/**
 * The licences of the paragraphs about files. Paragraphs with only a `License` field give the text of a licence that another
 * paragraph names; they count when nothing else does.
 */
function fromFields(text: string): readonly string[] {
  const applied: string[] = [];
  const quoted: string[] = [];
  for (const { fields, repeated } of readStanzas(text, fieldNames)) {
    const names = (repeated.get("license") ?? []).map((value) => value.split("\n", 1)[0] ?? "");
    (fields.has("files") || fields.has("format") ? applied : quoted).push(...names);
  }
  const licenses = spdxLicenses(applied, "debian");
  return licenses.length > 0 ? licenses : spdxLicenses(quoted, "debian");
}

const fieldNames = new Set(["license", "files", "format"]);

/**
 * `/usr/share/common-licenses/GPL-2` after a text that allows any later version means `GPL-2.0-or-later`. What allows it
 * stands shortly before the reference, after the reference before.
 */
function fromReferences(text: string): readonly string[] {
  const names: string[] = [];
  let before = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const name = (match[1] ?? "").replace(/\.$/, "");
    const context = text.slice(Math.max(before, match.index - contextLength), match.index);
    before = match.index + match[0].length;
    names.push(GNU.test(name) && LATER.test(context) ? `${name}+` : name);
  }
  return spdxLicenses(names, "debian");
}

const REFERENCE = /\/usr\/share\/common-licenses\/([A-Za-z0-9.-]{1,40})/g;
const GNU = /^(?:GPL|LGPL|GFDL)-\d/;
const LATER = /later\s{1,20}version/i;
const contextLength = 1500;
