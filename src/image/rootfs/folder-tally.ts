/** What has been found in a folder, and its ceilings. */
import type { FileHead, ImageFiles, InspectedFile, UnpackLimits, WantedFile } from "../../domain/files.ts";
import { printable, type Problem, type ProblemCode } from "../../domain/problem.ts";
import type { Look } from "../layer-entries.ts";
import type { FolderTree } from "./folder-tree.ts";

const UNREADABLE_MAX = 100;

export class FolderTally {
  readonly root: Buffer;
  /** Null where nobody asks for all paths. */
  readonly tree: FolderTree | null;
  readonly #limits: UnpackLimits;
  readonly #wanted: WantedFile[] = [];
  readonly #inspected: InspectedFile[] = [];
  readonly #problems: Problem[] = [];
  #entries = 0;
  #fileCount = 0;
  #wantedBytes = 0;
  #unreadable = 0;

  constructor(limits: UnpackLimits, root: Buffer, tree: FolderTree | null) {
    this.#limits = limits;
    this.root = root;
    this.tree = tree;
  }

  addProblem(code: ProblemCode, message: string, path: string | null): void {
    this.#problems.push({ code, message, path: path === null ? null : printable(path), layer: null });
  }

  countFile(): void {
    this.#fileCount += 1;
  }

  countEntry(): boolean {
    const { entriesMax } = this.#limits;
    this.#entries += 1;
    if (this.#entries <= entriesMax) return true;
    this.addProblem("LIMIT_ENTRIES", `The folder has more than ${entriesMax} entries.`, null);
    return false;
  }

  mayLook(sizeBytes: number, path: string): boolean {
    return this.#isWithin(sizeBytes, this.#limits.inspectedFileBytesMax, path);
  }

  mayRead(sizeBytes: number, path: string): boolean {
    const { wantedFileBytesMax, wantedTotalBytesMax: totalMax } = this.#limits;
    if (!this.#isWithin(sizeBytes, wantedFileBytesMax, path)) return false;
    if (this.#wantedBytes + sizeBytes <= totalMax) return true;
    const message = `The wanted files have more than ${totalMax} bytes.`;
    this.addProblem("LIMIT_WANTED_TOTAL_BYTES", message, path);
    return false;
  }

  #isWithin(sizeBytes: number, bytesMax: number, path: string): boolean {
    if (sizeBytes <= bytesMax) return true;
    this.addProblem("LIMIT_WANTED_FILE_BYTES", `A file is larger than ${bytesMax} bytes.`, path);
    return false;
  }

  addWanted(file: WantedFile): void {
    this.#wantedBytes += file.bytes.byteLength;
    this.#wanted.push(file);
  }

  addLooks(head: FileHead, looks: readonly Look[]): void {
    for (const look of looks) this.#inspected.push({ ...look, ...head, layer: null, layerIndex: null });
  }

  addUnreadable(path: string, error: unknown): void {
    this.#unreadable += 1;
    if (this.#unreadable > UNREADABLE_MAX + 1) return;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const isLast = this.#unreadable > UNREADABLE_MAX;
    if (!isLast) return this.addProblem("FILE_UNREADABLE", `It cannot be read (${code}).`, path);
    const message = `More than ${UNREADABLE_MAX} paths cannot be read; the rest is not listed.`;
    this.addProblem("FILE_UNREADABLE", message, null);
  }

  result(): ImageFiles {
    return {
      wanted: this.#wanted.toSorted((a, b) => order(a.path, b.path)),
      inspected: this.#inspected.toSorted((a, b) => order(a.path, b.path) || order(a.by, b.by)),
      tree: this.tree,
      fileCount: this.#fileCount,
      contentBytes: this.#wantedBytes,
      verification: "not_applicable",
      problems: this.#problems,
    };
  }
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
