/**
 * Documents of JSON from images and source trees: read once, with a complaint instead of an exception.
 */
import type { WantedFile } from "../../domain/files.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { FileProblems } from "./problems.ts";
import { decodeText } from "./text.ts";

/** The value; undefined, and a complaint, when the text is not JSON. */
export function readJson(file: WantedFile, problems: FileProblems): unknown {
  try {
    return JSON.parse(decodeText(file.bytes));
  } catch {
    problems.add("PARSE_FAILED", "the file is not valid JSON");
    return undefined;
  }
}

/** The object at the top; null, and a complaint, when there is none. */
export function readJsonRecord(file: WantedFile, problems: FileProblems): JsonRecord | null {
  const document = readJson(file, problems);
  if (document === undefined) return null;
  const record = recordOf(document);
  if (record === null) problems.add("PARSE_FAILED", "the document is not an object");
  return record;
}

/** The members of a list, or none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; other members are left out. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((member) => typeof member === "string");
}

/** The text, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
