/**
 * Licences from `usr/share/doc/<package>/copyright`.
 * Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ where the file follows it; otherwise the
 * references to `/usr/share/common-licenses/` that Debian policy 12.5 asks for.
 */
import { spdxLicenses } from "../shared/licenses.ts";

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
 *
 * Copyright files are long and many; only the lines that start with a letter of these fields are looked at.
 */
function fromFields(text: string): readonly string[] {
  const applied: string[] = [];
  const quoted: string[] = [];
  let names: string[] = [];
  let isAboutFiles = false;
  const close = (): void => {
    (isAboutFiles ? applied : quoted).push(...names);
    names = [];
    isAboutFiles = false;
  };
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const letter = text.charCodeAt(at) | LOWER_CASE;
    if (letter === LETTER_L || letter === LETTER_F) {
      const [, name = "", value = ""] = FIELD.exec(text.slice(at, end)) ?? [];
      if (letter === LETTER_F) isAboutFiles ||= name !== "";
      else if (name !== "") names.push(value);
    } else if (isBlank(text, at, end)) close();
    at = end + 1;
  }
  close();
  const licenses = spdxLicenses(applied, "debian");
  return licenses.length > 0 ? licenses : spdxLicenses(quoted, "debian");
}

const FIELD = /^(license|files|format) *:(.*)$/i;
const LOWER_CASE = 0x20;
const LETTER_F = 0x66;
const LETTER_L = 0x6c;

/** Whether nothing but white space stands there. */
function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}

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
