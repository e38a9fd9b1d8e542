/**
 * Entries of one layer's archive turned into its log, with the bytes of the wanted ones. No input or output here: the
 * archive is pushed in by `layer-read.ts`.
 */
import type { FileHead, FileView, Inspector, Json, WantsFile } from "../domain/files.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { viewBytes } from "../io/file-view.ts";
import type { TarEntry, TarParserOptions } from "../io/tar-parser.ts";
import { createLayerLog, type LayerLog } from "./layer-log.ts";
import { readLayerPath, readMark } from "./layer-path.ts";
import type { UnpackBudget } from "./unpack-budget.ts";

/** Bytes of a wanted file, or why they cannot be had: told only when the file is there in the end. */
export type Body = Uint8Array | Omit<Problem, "layer">;

export interface LayerEntries {
  readonly log: LayerLog;
  /** By ordinal. */
  readonly bodies: ReadonlyMap<number, Body>;
  /** By ordinal: what each inspector has found in the file, in the order of `inspectors`. */
  readonly looks: ReadonlyMap<number, readonly Look[]>;
  /** To be given to a tar parser. */
  readonly parserOptions: TarParserOptions;
}

/** What an inspector has found in one file. */
export interface Look {
  readonly by: string;
  readonly value: Json;
}

/** What is wanted of a layer. */
export interface LayerWishes {
  readonly wants: WantsFile;
  readonly inspectors: readonly Inspector[];
}

/** Collects the entries of the layer `layer` (its diff ID). */
export function createLayerEntries(layer: string, wishes: LayerWishes, budget: UnpackBudget): LayerEntries {
  const collector = new LayerCollector(layer, wishes, budget);
  const parserOptions: TarParserOptions = {
    wants: (entry) => collector.wantsBody(entry),
    look: (entry, view) => collector.lookAt(entry, view),
    onEntry: (entry, body) => (collector.addEntry(entry, body) ? undefined : false),
    bodyBytesMax: budget.limits.wantedFileBytesMax,
    lookBytesMax: budget.limits.inspectedFileBytesMax,
  };
  const { log, bodies, looks } = collector;
  return { log, bodies, looks, parserOptions };
}

class LayerCollector {
  readonly log = createLayerLog();
  readonly bodies = new Map<number, Body>();
  readonly looks = new Map<number, readonly Look[]>();
  readonly #layer: string;
  readonly #wants: WantsFile;
  readonly #inspection: Inspection;
  readonly #budget: UnpackBudget;
  readonly #names: ReturnType<typeof readNames>;
  /** The path of the file whose body was asked for, and whether it is wanted; `addEntry` of the same file comes next. */
  #askedPath: string | null = null;
  #isAskedWanted = false;

  constructor(layer: string, wishes: LayerWishes, budget: UnpackBudget) {
    this.#layer = layer;
    this.#wants = wishes.wants;
    this.#inspection = inspectWith(wishes.inspectors, (message, path) =>
      budget.report("PARSE_FAILED", message, layer, printable(path)),
    );
    this.#budget = budget;
    this.#names = readNames(layer, budget);
  }

  wantsBody(entry: TarEntry): boolean | "look" {
    const path = this.#names.pathOf(entry);
    this.#askedPath = path;
    this.#isAskedWanted = false;
    if (path === null || path === "" || readMark(path).kind !== "none") return false;
    this.#isAskedWanted = this.#wants(path);
    if (!this.#isAskedWanted) return this.#isLookedAt(entry, path) ? "look" : false;
    const problem = findObstacle(entry, path, this.#budget);
    if (problem !== null) this.bodies.set(entry.ordinal, problem);
    return problem === null;
  }

  #isLookedAt(entry: TarEntry, path: string): boolean {
    if (!this.#inspection.isLookedAt(headOf(entry, path))) return false;
    const obstacle = findSizeObstacle(entry, path, this.#budget.limits.inspectedFileBytesMax);
    if (obstacle !== null) this.#budget.report(obstacle.code, obstacle.message, this.#layer, obstacle.path);
    return obstacle === null;
  }

  lookAt(entry: TarEntry, view: FileView): void {
    const path = this.#askedPath;
    const found = path === null ? [] : this.#inspection.look(headOf(entry, path), view);
    if (found.length > 0) this.looks.set(entry.ordinal, found);
  }

  /** False when a limit of the image was passed. */
  addEntry(entry: TarEntry, body: Uint8Array | null): boolean {
    if (body !== null) {
      this.bodies.set(entry.ordinal, body);
      this.lookAt(entry, viewBytes(body));
    }
    const isFile = entry.kind === "file";
    const path = isFile ? this.#askedPath : this.#names.pathOf(entry);
    const isWantedFile = isFile && this.#isAskedWanted;
    if (path === null || path === "") return this.#budget.takeEntry(0);
    if (!this.#budget.takeEntry(path.length + entry.target.length)) return false;
    const mark = readMark(path);
    if (mark.kind === "none") this.#logContent(entry, path, isWantedFile);
    else if (mark.kind === "refused") this.#names.refuse(entry.path, mark.reason);
    else if (mark.kind !== "bookkeeping") {
      const { ordinal, sizeBytes, mode, uid, gid } = entry;
      const facts = { ordinal, sizeBytes, mode, uid, gid };
      this.log.add({ kind: mark.kind, path: mark.path, target: "", isWanted: false, ...facts });
    }
    return true;
  }

  #logContent(entry: TarEntry, path: string, isWantedFile: boolean): void {
    const { kind, ordinal, sizeBytes, mode, uid, gid } = entry;
    if (kind === "unknown") {
      this.#names.refuse(entry.path, "an entry of an unknown type");
      return;
    }
    const target = kind === "hard-link" ? this.#names.hardLinkTarget(entry) : entry.target;
    if (target === null) return;
    const isLink = kind === "symlink" || kind === "hard-link";
    const isWanted = kind === "file" ? isWantedFile : isLink && this.#wants(path);
    this.log.add({ kind, path, target, ordinal, isWanted, sizeBytes, mode, uid, gid });
  }
}

/** The names in entries; those that cannot be used are reported. */
function readNames(
  layer: string,
  budget: UnpackBudget,
): {
  refuse(stored: string, reason: string): void;
  pathOf(entry: TarEntry): string | null;
  hardLinkTarget(entry: TarEntry): string | null;
} {
  function refuse(stored: string, reason: string): void {
    budget.report("TAR_ENTRY_REFUSED", `${printable(stored)}: ${reason}`, layer, printable(stored));
  }

  /** The path from the root; null when the entry is left out. */
  function pathOf(entry: TarEntry): string | null {
    const { pathLengthMax } = budget.limits;
    if (isLonger(entry.path, pathLengthMax) || isLonger(entry.target, pathLengthMax)) {
      const path = printable(entry.path);
      budget.report("LIMIT_PATH_LENGTH", `${path}: a name of more than ${pathLengthMax} bytes`, layer, path);
      return null;
    }
    const read = readLayerPath(entry.path);
    if ("path" in read) return read.path;
    refuse(entry.path, read.refused);
    return null;
  }

  function hardLinkTarget(entry: TarEntry): string | null {
    const read = readLayerPath(entry.target);
    if ("path" in read && read.path !== "") return read.path;
    refuse(entry.path, "a hard link to no path in the image");
    return null;
  }

  return { refuse, pathOf, hardLinkTarget };
}

/** All inspectors as one. */
export interface Inspection {
  isLookedAt(head: FileHead): boolean;
  /** Asks those that want the file. */
  look(head: FileHead, view: FileView): Look[];
}

/** One that throws loses what it would have said of this file, and `report` hears of it; a disk that cannot be read is thrown. */
export function inspectWith(
  inspectors: readonly Inspector[],
  report: (message: string, path: string) => void,
): Inspection {
  const ask = (inspector: Inspector, head: FileHead, view: FileView): Json | null => {
    try {
      return inspector.wants(head) ? inspector.inspect(head, view) : null;
    } catch (error) {
      if (error instanceof Error && "syscall" in error) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      report(
        `${printable(head.path)}: ${inspector.id} could not look into it: ${printable(reason)}`,
        head.path,
      );
      return null;
    }
  };
  return {
    isLookedAt(head) {
      if (head.sizeBytes === 0) return false;
      for (const inspector of inspectors) if (inspector.wants(head)) return true;
      return false;
    },
    look(head, view) {
      if (head.sizeBytes === 0) return [];
      return inspectors.flatMap((inspector) => {
        const value = ask(inspector, head, view);
        return value === null ? [] : [{ by: inspector.id, value }];
      });
    },
  };
}

function headOf({ sizeBytes, mode }: TarEntry, path: string): FileHead {
  return { path, sizeBytes, mode };
}

/** Why the bytes of a wanted file are not taken, or null. */
export function findObstacle(
  entry: TarEntry,
  path: string,
  budget: UnpackBudget,
): Omit<Problem, "layer"> | null {
  const { wantedFileBytesMax, wantedTotalBytesMax } = budget.limits;
  const obstacle = findSizeObstacle(entry, path, wantedFileBytesMax);
  if (obstacle !== null || budget.takeWanted(entry.sizeBytes)) return obstacle;
  const shown = printable(path);
  const message = `${shown}: the files to be read have more than ${wantedTotalBytesMax} bytes together`;
  return { code: "LIMIT_WANTED_TOTAL_BYTES", message, path: shown };
}

function findSizeObstacle(entry: TarEntry, path: string, bytesMax: number): Omit<Problem, "layer"> | null {
  const shown = printable(path);
  if (entry.sparse) {
    return {
      code: "TAR_INVALID",
      message: `${shown}: stored as a sparse file, which is not read`,
      path: shown,
    };
  }
  if (entry.sizeBytes <= bytesMax) return null;
  const message = `${shown}: more than ${bytesMax} bytes`;
  return { code: "LIMIT_WANTED_FILE_BYTES", message, path: shown };
}

function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
