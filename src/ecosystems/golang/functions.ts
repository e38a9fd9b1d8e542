/**
 * The functions that a Go program holds, by its table of them, which every program carries, stripped or not: the linker leaves out
 * what nothing calls, and names what was inlined. The table since Go 1.16: `runtime/symtab.go` (`pcHeader`).
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { makeSymbolFilter, type SymbolFilter } from "../../domain/symbol-filter.ts";
import type { Executable } from "../shared/executable.ts";

/**
 * A filter of `net/http` for each import path, `net/http Server.Serve` for each method and `net/http Get` for each function. Null:
 * the program has no table that is known here. `mainPath`: what the program was built from, which the table calls `main`.
 */
export function readFunctions(view: FileView, file: Executable, mainPath: string): SymbolFilter | null {
  const region = file.regions.find(({ name }) => name.endsWith(".gopclntab") || name.endsWith("__gopclntab"));
  if (region === undefined || !file.littleEndian) return null;
  const place = placeOfNames(Buffer.from(view.read(region.offset, HEADER_BYTES)));
  if (place === null || place.end > region.sizeBytes || place.end - place.start > namesBytesMax) return null;
  const bytes = Buffer.from(view.read(region.offset + place.start, place.end - place.start));
  // Cut off: what is not there may be behind the end.
  if (bytes.length < place.end - place.start) return null;
  const keys = new Set<string>();
  for (let at = 0; at < bytes.length && keys.size <= keysMax;) {
    const zero = bytes.indexOf(0, at);
    const end = zero === -1 ? bytes.length : zero;
    if (end > at) addKeys(keys, bytes.toString("utf8", at, end), mainPath);
    at = end + 1;
  }
  // Where even this is missing, names were made unreadable, and nothing follows from one that is not there.
  if (!keys.has("runtime main") || keys.size > keysMax) return null;
  return makeSymbolFilter(keys);
}

const HEADER_BYTES = 8 + 8 * 8;
/** Twice what the largest programs of Kubernetes have. */
const namesBytesMax = 32 * 1024 ** 2;
const keysMax = 400_000;

/** Where the names stand in the table; null: another format, or none at all. */
function placeOfNames(header: Buffer): { readonly start: number; readonly end: number } | null {
  if (header.length < HEADER_BYTES) return null;
  const pointer = header[7];
  if (pointer !== 4 && pointer !== 8) return null;
  const first = WORDS_BEFORE_NAMES.get(header.readUInt32LE(0));
  if (first === undefined) return null;
  const word = (nth: number): number => {
    const at = 8 + nth * pointer;
    return pointer === 4 ? header.readUInt32LE(at) : Number(header.readBigUInt64LE(at));
  };
  const [start, end] = [word(first), word(first + 1)];
  return start < end && Number.isSafeInteger(end) ? { start, end } : null;
}

/** By magic number: Go 1.16, 1.18 and 1.20, which put the start of the text before the names. */
const WORDS_BEFORE_NAMES: ReadonlyMap<number, number> = new Map([
  [0xfffffffa, 2],
  [0xfffffff0, 3],
  [0xfffffff1, 3],
]);

/**
 * `golang.org/x/net/http2.(*Server).ServeConn.func1`, `slices.Sort[...]`; in paths some characters are escaped
 * (`gopkg.in/yaml%2ev3.Unmarshal`, `cmd/internal/objabi.PathToPrefix`).
 */
function addKeys(keys: Set<string>, name: string, mainPath: string): void {
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  if (dot <= 0 || name.includes(":")) return;
  const written = name.slice(0, dot);
  const path = written === "main" && mainPath !== "" ? mainPath : unescaped(written);
  const [first = "", second] = name
    .slice(dot + 1)
    .replaceAll("[...]", "")
    .split(".", 2);
  keys.add(path);
  if (second !== undefined)
    keys.add(`${path} ${first.replace(/^\(\*?|\)$/g, "")}.${second.replace(/-fm$/, "")}`);
  if (!first.startsWith("(")) keys.add(`${path} ${first.replace(/-fm$/, "")}`);
}

function unescaped(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
