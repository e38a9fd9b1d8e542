/**
 * What the entries of Python's lock files need, as ids of other entries: their normalised names. A dependency for an extra counts
 * where some entry asks for that extra.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { normalisePypiName } from "../../versions/names.ts";
import { evaluateMarker } from "./marker.ts";
import { neededNames } from "./requirement.ts";

/** Nothing is known of where it will run. */
const anywhere = {};

/** Extras that entries of a uv lock ask for: `{ name = "a", extra = ["socks"] }`. */
export class ExtrasInUse {
  readonly #inUse = new Set<string>();

  constructor(list: readonly unknown[]) {
    for (const value of list) {
      const entry = recordOf(value) ?? {};
      const groups = [entry["optional-dependencies"], entry["dev-dependencies"]];
      const lists = [
        entry["dependencies"],
        ...groups.flatMap((group) => Object.values(recordOf(group) ?? {})),
      ];
      for (const dependency of lists.flatMap(listOf)) this.#add(recordOf(dependency));
    }
  }

  #add(dependency: JsonRecord | null): void {
    const name = dependency?.["name"];
    if (typeof name !== "string") return;
    for (const extra of listOf(dependency?.["extra"]))
      if (typeof extra === "string") this.#inUse.add(`${normalisePypiName(name)} ${extra}`);
  }

  has(name: unknown, extra: string): boolean {
    return typeof name === "string" && this.#inUse.has(`${normalisePypiName(name)} ${extra}`);
  }
}

export function lockNeeds(entry: JsonRecord, extras: ExtrasInUse): readonly string[] {
  const dependencies = entry["dependencies"];
  const optional = Object.entries(recordOf(entry["optional-dependencies"]) ?? {})
    .filter(([extra]) => extras.has(entry["name"], extra))
    .flatMap(([, list]) => namesOf(list));
  return [...(Array.isArray(dependencies) ? namesOf(dependencies) : tableNames(dependencies)), ...optional];
}

/** uv and PEP 751: `[{ name = "b" }]`; pdm: `["b>=1; python_version < \"3\""]`. */
function namesOf(list: unknown): readonly string[] {
  return listOf(list).flatMap((dependency) => {
    if (typeof dependency === "string") return neededNames([dependency], anywhere);
    const name = recordOf(dependency)?.["name"];
    return typeof name === "string" ? [normalisePypiName(name)] : [];
  });
}

/** Poetry: `b = ">=1"`, `b = { version = "*", optional = true, markers = "…" }`, or a list of such tables. */
function tableNames(table: unknown): readonly string[] {
  return Object.entries(recordOf(table) ?? {}).flatMap(([name, value]) => {
    const choices = Array.isArray(value) ? (value as unknown[]) : [value];
    return choices.some(counts) ? [normalisePypiName(name)] : [];
  });
}

function counts(value: unknown): boolean {
  const fields = recordOf(value);
  if (fields === null) return true;
  const { markers, optional } = fields;
  if (typeof markers === "string") return evaluateMarker(markers, anywhere) !== false;
  return optional !== true;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
