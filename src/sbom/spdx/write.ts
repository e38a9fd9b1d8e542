/**
 * Writes SPDX 2.3 as JSON.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { SbomSubject } from "../types.ts";
import { makeDocument } from "./document.ts";

/** The document, with a final newline. */
export function writeSpdx(subject: SbomSubject): string {
  return jsonText(makeDocument(subject, () => true));
}
