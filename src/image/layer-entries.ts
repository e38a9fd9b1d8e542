/**
 * Entries of one layer's archive turned into its log, with the bytes of the wanted ones. No input or output here: the
 * archive is pushed in by `layer-read.ts`.
 */
import type { WantsFile } from "../domain/files.ts";
import { printable, type Problem } from "../domain/problem.ts";
import type { TarEntry, TarParserOptions } from "../io/tar-parser.ts";
import { createLayerLog, type LayerLog, type LoggedKind } from "./layer-log.ts";
import { readLayerPath, readMark } from "./layer-path.ts";
import type { UnpackBudget } from "./unpack-budget.ts";

/** Bytes of a wanted file, or why they cannot be had: told only when the file is there in the end. */
export type Body = Uint8Array | Omit<Problem, "layer">;

export interface LayerEntries {
  readonly log: LayerLog;
  /** By ordinal. */
  readonly bodies: ReadonlyMap<number, Body>;
  /** To be given to a tar parser. */
  readonly parserOptions: TarParserOptions;
}

/** Collects the entries of the layer `layer` (its diff ID). */
export function createLayerEntries(layer: string, wants: WantsFile, budget: UnpackBudget): LayerEntries {
  const log = createLayerLog();
  const bodies = new Map<number, Body>();
  // The path of the entry whose body was asked for; `onEntry` of the same entry comes next.
  let asked: { readonly path: string; readonly isWanted: boolean } | null = null;

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

  function wantsBody(entry: TarEntry): boolean {
    const path = pathOf(entry);
    if (path === null) return false;
    asked = { path, isWanted: readMark(path).kind === "none" && path !== "" && wants(path) };
    if (!asked.isWanted) return false;
    const problem = findObstacle(entry, path, budget);
    if (problem !== null) bodies.set(entry.ordinal, problem);
    return problem === null;
  }

  function addEntry(entry: TarEntry, body: Uint8Array | null): boolean {
    const isFile = entry.kind === "file";
    const path = isFile ? (asked?.path ?? null) : pathOf(entry);
    const isWantedFile = asked?.isWanted === true;
    asked = null;
    if (path === null || path === "") return budget.takeEntry(0);
    const goesOn = budget.takeEntry(path.length + entry.target.length);
    if (!goesOn) return false;
    if (body !== null) bodies.set(entry.ordinal, body);
    const mark = readMark(path);
    if (mark.kind === "refused") refuse(entry.path, mark.reason);
    if (mark.kind === "whiteout" || mark.kind === "opaque") {
      log.add({ kind: mark.kind, path: mark.path, target: "", ordinal: entry.ordinal, isWanted: false });
    }
    if (mark.kind !== "none") return true;
    if (entry.kind === "unknown") {
      refuse(entry.path, "an entry of an unknown type");
      return true;
    }
    const target = entry.kind === "hard-link" ? hardLinkTarget(entry) : entry.target;
    if (target === null) return true;
    const isLink = entry.kind === "symlink" || entry.kind === "hard-link";
    const isWanted = isFile ? isWantedFile : isLink && wants(path);
    log.add({ kind: entry.kind satisfies LoggedKind, path, target, ordinal: entry.ordinal, isWanted });
    return true;
  }

  function hardLinkTarget(entry: TarEntry): string | null {
    const read = readLayerPath(entry.target);
    if ("path" in read && read.path !== "") return read.path;
    refuse(entry.path, "a hard link to no path in the image");
    return null;
  }

  const parserOptions: TarParserOptions = {
    wants: wantsBody,
    onEntry: (entry, body) => (addEntry(entry, body) ? undefined : false),
    bodyBytesMax: budget.limits.wantedFileBytesMax,
  };
  return { log, bodies, parserOptions };
}

/** Why the bytes of a wanted file are not taken, or null. */
export function findObstacle(
  entry: TarEntry,
  path: string,
  budget: UnpackBudget,
): Omit<Problem, "layer"> | null {
  const shown = printable(path);
  const { wantedFileBytesMax, wantedTotalBytesMax } = budget.limits;
  if (entry.sparse) {
    return {
      code: "TAR_INVALID",
      message: `${shown}: stored as a sparse file, which is not read`,
      path: shown,
    };
  }
  if (entry.sizeBytes > wantedFileBytesMax) {
    const message = `${shown}: more than ${wantedFileBytesMax} bytes`;
    return { code: "LIMIT_WANTED_FILE_BYTES", message, path: shown };
  }
  if (!budget.takeWanted(entry.sizeBytes)) {
    const message = `${shown}: the files to be read have more than ${wantedTotalBytesMax} bytes together`;
    return { code: "LIMIT_WANTED_TOTAL_BYTES", message, path: shown };
  }
  return null;
}

function isLonger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
