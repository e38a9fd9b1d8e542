/**
 * Which packages need which: `Depends`, `Pre-Depends` and `Provides` of the installed packages, resolved among them.
 * Format: https://www.debian.org/doc/debian-policy/ch-relationships.html
 */
import type { DebRecord } from "./status.ts";

/** Package URLs, in the order of `records`, and of each what it needs, sorted and unique. */
export function resolveNeeds(
  records: readonly DebRecord[],
  purls: readonly string[],
): readonly (readonly string[])[] {
  const byName = new Map<string, number[]>();
  const byProvided = new Map<string, number[]>();
  for (const [index, record] of records.entries()) {
    add(byName, record.name, index);
    for (const [name] of alternativesOf(record.provides))
      if (name !== undefined) add(byProvided, name, index);
  }
  const find = (name: string, architecture: string | null): readonly number[] => {
    const found = byName.get(name) ?? byProvided.get(name) ?? [];
    if (found.length < 2) return found;
    // The same library may be installed for two architectures.
    const same = found.filter((index) => records[index]?.architecture === architecture);
    return same.length > 0 ? same : found;
  };
  return records.map((record, own) => {
    const needed = new Set<string>();
    const seen = new Set<string>();
    for (const choices of alternativesOf(record.depends)) {
      for (const name of choices) {
        // Found before.
        if (seen.has(name)) break;
        const found = find(name, record.architecture);
        if (found.length === 0) continue;
        seen.add(name);
        for (const index of found) {
          const purl = purls[index];
          if (index !== own && purl !== undefined) needed.add(purl);
        }
        break;
      }
    }
    return [...needed].sort();
  });
}

function add(map: Map<string, number[]>, name: string, index: number): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [index]);
  // A hostile file could give one name to every package.
  else if (list.length < sameNameMax) list.push(index);
}

const sameNameMax = 50;

/** `a (>= 1), b | c:any` gives `[["a"], ["b", "c"]]`. */
function alternativesOf(field: string): readonly (readonly string[])[] {
  if (field === "") return [];
  return field
    .slice(0, fieldLengthMax)
    .split(",")
    .map((group) => group.split("|").map(nameOf));
}

/** Ten times the longest of Debian. */
const fieldLengthMax = 256 * 1024;

/** The name at the start of a relation, without version, architecture and build profile. */
function nameOf(relation: string): string {
  return NAME.exec(relation)?.[1] ?? "";
}

const NAME = /^\s*([A-Za-z0-9][A-Za-z0-9+.-]*)/;
