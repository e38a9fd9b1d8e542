/**
 * Reads the version of a known program from its bytes: literal bytes are searched for in the data of the file, piece by
 * piece, and a pattern is tried on what stands around them.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import type { Executable, Region } from "../shared/executable.ts";
import { baseName } from "../shared/text.ts";
import { windowAfter, windowBefore, type Evidence, type Signature } from "./signature.ts";

/** What a signature found; no version: the file has the name and not the bytes. */
export interface Reading {
  readonly id: string;
  readonly version: string | null;
}

/** A reading of each signature. `file` is null for what is no executable: of such files only texts are read. */
export function readVersions(
  path: string,
  view: FileView,
  file: Executable | null,
  signatures: readonly Signature[],
): readonly Reading[] {
  const searches = signatures
    .filter(({ kind }) => (kind === "text") === (file === null))
    .map((signature) => new Search(signature, baseName(path)));
  if (searches.length === 0) return [];
  const regions =
    file === null ? [{ offset: 0, sizeBytes: Math.min(view.sizeBytes, textBytesMax) }] : dataOf(file);
  let left = searchedBytesMax;
  for (const region of regions) {
    for (let start = 0; start < region.sizeBytes && left > 0; start += chunkBytes) {
      if (searches.every((search) => search.isDone)) return searches.map((search) => search.reading);
      // Pieces overlap, so that nothing is cut in two. The byte before a region may be the zero that its first text needs.
      const from = Math.max(0, start === 0 ? region.offset - 1 : region.offset + start - overlapBytes);
      const end = Math.min(
        region.offset + region.sizeBytes,
        region.offset + start + chunkBytes + overlapBytes,
      );
      const bytes = view.read(from, end - from);
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (const search of searches) search.lookInto(chunk);
      left -= end - from;
    }
  }
  return searches.map((search) => search.reading);
}

/** PHP archives are the largest texts, at some 3 MB. */
const textBytesMax = 4 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
const overlapBytes = 512;
/** The largest programs (browsers) have some 100 MB of data. */
const searchedBytesMax = 384 * 1024 * 1024;
/** Of one piece of evidence in one chunk. */
const hitsMax = 2000;

/** Constants first: programs keep their texts there. Instructions and tables for linkers and debuggers are left out. */
function dataOf(file: Executable): readonly Pick<Region, "offset" | "sizeBytes">[] {
  const data = file.regions.filter(
    ({ name, isCode }) => !isCode && !leftOut.some((start) => name.startsWith(start)),
  );
  // Without section headers, constants and instructions may share a segment.
  const regions = data.length > 0 ? data : file.loaded;
  return regions.toSorted(
    (a, b) => Number(b.name.startsWith(".rodata")) - Number(a.name.startsWith(".rodata")),
  );
}

/** `.comment` names the compiler of a program, which is not in it. */
const leftOut = [
  ".comment",
  ".debug",
  ".zdebug",
  ".symtab",
  ".strtab",
  ".shstrtab",
  ".rel",
  ".dynsym",
  ".gnu",
  ".eh_frame",
  ".gcc_except",
  ".gopclntab",
];

/** The search of one signature in one file: the best piece of evidence so far. */
class Search {
  readonly #signature: Signature;
  readonly #evidence: readonly { near: Buffer; version: RegExp }[];
  #best: number;
  #version: string | null = null;

  constructor(signature: Signature, name: string) {
    this.#signature = signature;
    const numbers = /\d+(?:\.\d+)+/.exec(name)?.[0] ?? null;
    const usable: Evidence[] = [];
    for (const evidence of signature.tells) {
      if (evidence.near === "") this.#version ??= versionIn(evidence.version, name);
      else if (numbers !== null || !evidence.near.includes("{name}")) usable.push(evidence);
    }
    this.#evidence = usable.map(({ near, version }) => ({
      near: Buffer.from(near.replace("{name}", majorMinor(numbers ?? "")), "latin1"),
      version,
    }));
    this.#best = this.#evidence.length;
  }

  get isDone(): boolean {
    return this.#best === 0 || this.#evidence.length === 0;
  }

  get reading(): Reading {
    return { id: this.#signature.id, version: this.#version };
  }

  lookInto(chunk: Buffer): void {
    for (const [rank, { near, version }] of this.#evidence.entries()) {
      if (rank >= this.#best) return;
      let hits = 0;
      for (let at = chunk.indexOf(near); at !== -1 && hits < hitsMax; at = chunk.indexOf(near, at + 1)) {
        hits += 1;
        const window = chunk.toString("latin1", Math.max(0, at - windowBefore), at + windowAfter);
        const found = versionIn(version, window);
        if (found === null) continue;
        this.#best = rank;
        this.#version = found;
        break;
      }
    }
  }
}

/** The groups that matched, with dots between them. */
function versionIn(pattern: RegExp, text: string): string | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  return match
    .slice(1)
    .filter((group) => group !== undefined)
    .join(".");
}

/** `3.11` of `3.11.2`. */
function majorMinor(numbers: string): string {
  return numbers.split(".").slice(0, 2).join(".");
}
