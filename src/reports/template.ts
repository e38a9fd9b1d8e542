/**
 * Templates of one's own over the JSON report: the part of Mustache (https://mustache.github.io/mustache.5.html) that has no logic.
 * `{{name}}` escaped, `{{{name}}}` and `{{&name}}` as it is (printable), `{{a.b}}`, `{{.}}`, sections `{{#list}}…{{/list}}`, inverted sections
 * `{{^list}}…{{/list}}`, comments `{{! }}`. No partials, no set delimiters, and no lambdas: names are looked up among a value's own
 * fields and nowhere else, so nothing runs. A tag alone on its line takes the line with it.
 */
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

/** What `{{name}}` does with what means something in the document that is made. */
export type TemplateEscape = "html" | "json" | "none";

export interface Template {
  readonly text: string;
  readonly escape: TemplateEscape;
}

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly name: string; readonly raw: boolean }
  | { readonly kind: "section"; readonly name: string; readonly inverted: boolean; readonly parts: Part[] };

/** Sections inside sections. */
const DEPTH_MAX = 32;
/** Characters of a document. */
const OUTPUT_LENGTH_MAX = 256 * 1024 * 1024;

/** The document, with a final newline. @throws PlimsollError TEMPLATE_INVALID, with the line */
export function applyTemplate(template: Template, value: unknown): string {
  const pieces: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    length += text.length;
    if (length > OUTPUT_LENGTH_MAX) throw invalid("it makes a document that is too large", null);
    pieces.push(text);
  };
  write(parseTemplate(template.text), [value], template.escape, add);
  const text = pieces.join("");
  return text.endsWith("\n") ? text : `${text}\n`;
}

function write(
  parts: readonly Part[],
  scopes: readonly unknown[],
  escape: TemplateEscape,
  add: (text: string) => void,
): void {
  for (const part of parts) {
    if (part.kind === "text") add(part.text);
    else if (part.kind === "value") add(valueText(lookUp(scopes, part.name), part.raw ? "none" : escape));
    else {
      const value = lookUp(scopes, part.name);
      const entries = Array.isArray(value) ? (value as unknown[]) : isFalse(value) ? [] : [value];
      if (part.inverted) {
        if (entries.length === 0) write(part.parts, scopes, escape, add);
        continue;
      }
      for (const entry of entries) write(part.parts, [...scopes, entry], escape, add);
    }
  }
}

function isFalse(value: unknown): boolean {
  return value === null || value === undefined || value === false || value === "" || value === 0;
}

/** The nearest scope that has the first name; the rest is looked up in what it gives. */
function lookUp(scopes: readonly unknown[], name: string): unknown {
  if (name === ".") return scopes.at(-1);
  const [first = "", ...rest] = name.split(".");
  const scope = scopes.findLast((value) => hasOwn(value, first));
  return rest.reduce<unknown>((value, key) => own(value, key), own(scope, first));
}

function hasOwn(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function own(value: unknown, key: string): unknown {
  return hasOwn(value, key) ? value[key] : undefined;
}

function valueText(value: unknown, escape: TemplateEscape): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
  const shown = printable(text, 100_000);
  if (escape === "html") return shown.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  return escape === "json" ? JSON.stringify(shown).slice(1, -1) : shown;
}

/** @throws PlimsollError TEMPLATE_INVALID */
function parseTemplate(text: string): readonly Part[] {
  const root: Part[] = [];
  const open: { readonly name: string; readonly parts: Part[]; readonly at: number }[] = [];
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf("{{", from);
    if (start === -1) break;
    const isTriple = text.startsWith("{{{", start);
    const close = isTriple ? "}}}" : "}}";
    const end = text.indexOf(close, start + 2);
    if (end === -1) throw invalid("a tag is not closed", lineOf(text, start));
    const tag = text.slice(start + (isTriple ? 3 : 2), end).trim();
    const sign = isTriple ? "&" : /^[#^/!&]/.test(tag) ? tag.charAt(0) : "";
    const name = isTriple || sign === "" ? tag : tag.slice(1).trim();
    if (sign !== "!" && !/^(?:\.|[\w$-]+(?:\.[\w$-]+)*)$/.test(name)) {
      throw invalid(`{{${printable(tag, 50)}}} is not a tag of templates`, lineOf(text, start));
    }
    const parts = open.at(-1)?.parts ?? root;
    const alone = sign === "" || sign === "&" ? null : lineAlone(text, start, end + close.length);
    parts.push({ kind: "text", text: text.slice(from, alone?.start ?? start) });
    from = alone?.end ?? end + close.length;
    if (sign === "#" || sign === "^") {
      if (open.length >= DEPTH_MAX) throw invalid("its sections are too deep", lineOf(text, start));
      const section = { kind: "section" as const, name, inverted: sign === "^", parts: [] as Part[] };
      parts.push(section);
      open.push({ name, parts: section.parts, at: start });
    } else if (sign === "/") {
      const closed = open.pop();
      if (closed?.name !== name) throw invalid(`{{/${name}}} closes nothing`, lineOf(text, start));
    } else if (sign !== "!") parts.push({ kind: "value", name, raw: sign === "&" });
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw invalid(`{{#${unclosed.name}}} is not closed`, lineOf(text, unclosed.at));
  root.push({ kind: "text", text: text.slice(from) });
  return root;
}

/** The whole line of a tag that has nothing but spaces beside it; null: it has. */
function lineAlone(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const isAlone = text.slice(lineStart, start).trim() === "" && text.slice(end, lineEnd).trim() === "";
  return isAlone ? { start: lineStart, end: lineEnd } : null;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function invalid(reason: string, line: number | null): PlimsollError {
  return new PlimsollError(
    "TEMPLATE_INVALID",
    `The template${line === null ? "" : `, line ${line}`}: ${reason}.`,
  );
}
