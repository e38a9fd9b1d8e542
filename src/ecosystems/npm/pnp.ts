/**
 * Plug'n'Play of Yarn (https://yarnpkg.com/advanced/pnp-spec): one file says where each package stands, mostly inside of zip
 * archives, and what it needs. An archive that no loader names is a download cache, and nothing that runs.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Problem } from "../../domain/problem.ts";
import { fileProblem } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";

export interface PnpReading {
  /** Paths of the archives that packages stand in. */
  readonly archives: ReadonlySet<string>;
  /** From place to place; a place is a package's folder, with its archive's path in front where it stands in one. */
  readonly edges: readonly (readonly [string, string])[];
}

const loaders = [".pnp.cjs", ".pnp.data.json", ".pnp.js"];

export function isPnp(path: string): boolean {
  return loaders.some((name) => path.endsWith(name)) && loaders.includes(baseName(path));
}

export function readPnp(files: readonly WantedFile[], problems: Problem[]): PnpReading {
  const archives = new Set<string>();
  const edges: (readonly [string, string])[] = [];
  for (const file of files) {
    if (!isPnp(file.path)) continue;
    const state = readState(file, files);
    if (state === null) continue;
    const list = recordOf(state)?.["packageRegistryData"];
    if (!Array.isArray(list)) {
      const message = "the Plug'n'Play data cannot be read, so the packages that it names are not known";
      problems.push(fileProblem("PARSE_FAILED", file, message));
      continue;
    }
    readRegistry(list, folderOf(file.path), archives, edges);
  }
  return { archives, edges };
}

/**
 * The data itself, or inside of a program: a string of single quotes, each line ended by a backslash; before Yarn 3 an object.
 * Null: it stands in another file.
 */
function readState(file: WantedFile, files: readonly WantedFile[]): unknown {
  const text = decodeText(file.bytes);
  try {
    if (file.path.endsWith(".json")) return JSON.parse(text);
    const start = text.indexOf("'{\\\n");
    if (start !== -1) return JSON.parse(readString(text, start + 1));
    const call = text.indexOf(CALL);
    const end = text.indexOf("\n  }, {", call);
    if (call !== -1 && end !== -1) return JSON.parse(text.slice(call + CALL.length, end + 4));
    return missing(file, files);
  } catch {
    return "broken";
  }
}

const CALL = "return hydrateRuntimeState(";

/** A string of single quotes from its first character on, without its escapes. */
function readString(text: string, start: number): string {
  const pieces: string[] = [];
  let from = start;
  for (let at = start; at < text.length && text[at] !== "'"; at += 1) {
    if (text[at] !== "\\") continue;
    pieces.push(text.slice(from, at));
    at += 1;
    from = at;
  }
  const end = text.indexOf("'", from);
  return pieces.join("") + text.slice(from, end === -1 ? undefined : end);
}

/** A loader without data reads it from the file beside it. */
function missing(file: WantedFile, files: readonly WantedFile[]): unknown {
  const folder = folderOf(file.path);
  const data = folder === "" ? ".pnp.data.json" : `${folder}/.pnp.data.json`;
  return files.some(({ path }) => path === data) ? null : "broken";
}

/** `[name, [[reference, { packageLocation, packageDependencies }], …]]`; what has another shape is left out. */
function readRegistry(
  list: readonly unknown[],
  root: string,
  archives: Set<string>,
  edges: (readonly [string, string])[],
): void {
  const places = new Map<string, string>();
  const wanted: { readonly from: string; readonly dependencies: unknown }[] = [];
  for (const [name, references] of pairsOf(list)) {
    for (const [reference, value] of pairsOf(references)) {
      const entry = recordOf(value);
      const location = entry?.["packageLocation"];
      if (entry === null || typeof location !== "string" || typeof name !== "string") continue;
      const place = placeOf(root, location);
      places.set(`${name} ${String(reference)}`, place);
      const at = place.indexOf(".zip/");
      if (at !== -1) archives.add(place.slice(0, at + 4));
      wanted.push({ from: place, dependencies: entry["packageDependencies"] });
    }
  }
  for (const { from, dependencies } of wanted) {
    for (const [name, target] of pairsOf(dependencies)) {
      // `[alias, [name, reference]]`
      const [real, reference] = Array.isArray(target) ? (target as unknown[]) : [name, target];
      const to = places.get(`${String(real)} ${String(reference)}`);
      if (to !== undefined && to !== from) edges.push([from, to]);
    }
  }
}

function pairsOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((pair) => {
    const [first, second] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return first === undefined || second === undefined ? [] : [[first, second] as const];
  });
}

/**
 * The place that a location from the loader's folder means. A package with peers stands at
 * `…/.yarn/__virtual__/<hash>/<n>/rest`, which is `rest` seen from n folders above the one that holds `__virtual__`.
 */
function placeOf(root: string, location: string): string {
  const parts = root === "" ? [] : root.split("/");
  for (const part of location.slice(0, locationLengthMax).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const at = parts.findIndex((part) => part === "__virtual__" || part === "$$virtual");
  if (at === -1) return parts.join("/");
  const up = Number(parts[at + 2]);
  if (!Number.isInteger(up) || up < 0) return parts.join("/");
  return [...parts.slice(0, Math.max(0, at - up)), ...parts.slice(at + 3)].join("/");
}

const locationLengthMax = 4096;
