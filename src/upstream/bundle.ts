/**
 * Newest versions in a file, for networks without a mirror:
 * `{ "newest": { "npm": { "express": { "version": "4.21.2", "releasedAt": "2030-01-01" } } } }`.
 */
import { PlimsollError } from "../domain/error.ts";
import { recordOf } from "../domain/json-record.ts";
import type { NewestVersion } from "../domain/newest-version.ts";
import { toNewest } from "./answers.ts";

/** Null: the file does not tell of this package. */
export type NewestBundle = (ecosystem: string, name: string) => NewestVersion | null;

/** @throws PlimsollError JSON_INVALID */
export function readBundle(text: string, shownAs: string): NewestBundle {
  const newest = recordOf(recordOf(parse(text, shownAs))?.["newest"]);
  if (newest === null)
    throw new PlimsollError("JSON_INVALID", `${shownAs} has no object "newest" of newest versions.`);
  const ecosystems = new Map(Object.entries(newest).map(([id, packages]) => [id, recordOf(packages)]));
  return (ecosystem, name) => {
    const packages = ecosystems.get(ecosystem) ?? null;
    return packages !== null && Object.hasOwn(packages, name) ? toNewest(packages[name]) : null;
  };
}

function parse(text: string, shownAs: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlimsollError("JSON_INVALID", `${shownAs} is not valid JSON.`, { cause: error });
  }
}
