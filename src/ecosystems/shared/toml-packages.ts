/**
 * The tables of packages of a TOML lock file. One broken line would lose the whole document, so a document that is no TOML is read
 * package by package, and only the broken ones are lost.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { parse as parseToml } from "smol-toml";

export interface TomlPackages {
  /** Entries of `package` (Cargo, Poetry, uv, pdm) or `packages` (PEP 751). */
  readonly list: readonly unknown[];
  /** Lines on which the tables start that could not be read. */
  readonly broken: readonly number[];
  /** `metadata` of the document. */
  readonly metadata: JsonRecord | null;
}

/** Null: it is no TOML, and no part of it is; or its list of packages is none. */
export function readTomlPackages(text: string): TomlPackages | null {
  const whole = parse(text);
  if (whole === null) return readParts(text);
  const list = whole["package"] ?? whole["packages"] ?? [];
  return Array.isArray(list) ? { list, broken: [], metadata: recordOf(whole["metadata"]) } : null;
}

function readParts(text: string): TomlPackages | null {
  const list: unknown[] = [];
  const broken: number[] = [];
  for (const part of partsOf(text)) {
    const document = parse(part.text);
    const found = document?.["package"] ?? document?.["packages"];
    if (Array.isArray(found)) list.push(...(found as unknown[]));
    else broken.push(part.line);
  }
  return list.length === 0 ? null : { list, broken, metadata: null };
}

/** From one `[[package]]` to the next, or to a table of its own. */
function* partsOf(text: string): Generator<{ readonly text: string; readonly line: number }> {
  let lines: string[] = [];
  let line = 0;
  let start = 0;
  for (const raw of text.split("\n")) {
    line += 1;
    const isStart = START.test(raw);
    if (isStart || OTHER.test(raw)) {
      if (lines.length > 0) yield { text: lines.join("\n"), line: start };
      lines = [];
      start = line;
    }
    if (isStart || lines.length > 0) lines.push(raw);
  }
  if (lines.length > 0) yield { text: lines.join("\n"), line: start };
}

const START = /^\[\[packages?\]\]/;
const OTHER = /^\[\[?(?:metadata|extras|manifest|options|patch|root)/;

function parse(text: string): JsonRecord | null {
  try {
    return parseToml(text);
  } catch {
    return null;
  }
}
