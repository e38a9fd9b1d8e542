/**
 * One dependency as Python writes it (https://packaging.python.org/en/latest/specifications/dependency-specifiers/):
 * `requests[socks] (>=2.8.1) ; python_version < "3"`, `name @ https://…`.
 */
import { normalisePypiName } from "../../versions/names.ts";
import { evaluateMarker, type MarkerEnvironment } from "./marker.ts";

export interface Requirement {
  /** Normalised. */
  readonly name: string;
  readonly marker: string | null;
}

/** Null: no name at its start. */
export function readRequirement(text: string): Requirement | null {
  const name = NAME.exec(text)?.[1];
  if (name === undefined) return null;
  const semicolon = text.indexOf(";");
  return {
    name: normalisePypiName(name),
    marker: semicolon === -1 ? null : text.slice(semicolon + 1).trim(),
  };
}

const NAME = /^\s{0,10}([A-Za-z0-9][A-Za-z0-9._-]{0,299})/;

/** Whether it may apply: only a marker that is surely false says no. */
export function mayApply({ marker }: Requirement, environment: MarkerEnvironment): boolean {
  return marker === null || marker === "" || evaluateMarker(marker, environment) !== false;
}

/** Names of what these lines need in that environment. */
export function neededNames(lines: Iterable<string>, environment: MarkerEnvironment): readonly string[] {
  const names: string[] = [];
  for (const line of lines) {
    const requirement = readRequirement(line);
    if (requirement !== null && mayApply(requirement, environment)) names.push(requirement.name);
  }
  return names;
}

/**
 * `requires.txt` of an egg as lines with markers. Sections are conditions: `[:python_version < "3"]` is a marker, `[socks]` and
 * `[socks:marker]` are extras, which do not count.
 */
export function readEggRequires(text: string): readonly string[] {
  const lines: string[] = [];
  let marker: string | null = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) marker = line.startsWith("[:") ? line.slice(2).replace(/\]$/, "") : null;
    else if (marker !== null) lines.push(marker === "" ? line : `${line} ; ${marker}`);
  }
  return lines;
}
