/**
 * Entries of one layer's archive turned into its log, with the bytes of the wanted ones. No input or output here: the
 * archive is pushed in by `layer-read.ts`.
 */
import type { FileHead, FileView, Inspector, Json, WantsFile } from "../domain/files.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { viewBytes } from "../io/file-view.ts";
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
  const { wants } = wishes;
  const log = createLayerLog();
  const bodies = new Map<number, Body>();
  const looks = new Map<number, readonly Look[]>();
  const { isLookedAt, look } = lookFor(wishes.inspectors);
  const { pathOf, hardLinkTarget, refuse } = readNames(layer, budget);
  // The path of the entry whose body was asked for; `onEntry` of the same entry comes next.
  let asked: { readonly path: string; readonly isWanted: boolean } | null = null;

  function wantsBody(entry: TarEntry): boolean | "look" {
    const path = pathOf(entry);
    if (path === null) return false;
    const isContent = readMark(path).kind === "none" && path !== "";
    asked = { path, isWanted: isContent && wants(path) };
    if (!asked.isWanted) {
      if (!isContent || !isLookedAt(headOf(entry, path))) return false;
      const obstacle = findSizeObstacle(entry, path, budget.limits.inspectedFileBytesMax);
      if (obstacle !== null) budget.report(obstacle.code, obstacle.message, layer, obstacle.path);
      return obstacle === null ? "look" : false;
    }
    const problem = findObstacle(entry, path, budget);
    if (problem !== null) bodies.set(entry.ordinal, problem);
    return problem === null;
  }

  function lookAt(entry: TarEntry, path: string, view: FileView): void {
    const found = look(headOf(entry, path), view);
    if (found.length > 0) looks.set(entry.ordinal, found);
  }

  function addEntry(entry: TarEntry, body: Uint8Array | null): boolean {
    const isFile = entry.kind === "file";
    const path = isFile ? (asked?.path ?? null) : pathOf(entry);
    const isWantedFile = asked?.isWanted === true;
    asked = null;
    if (path === null || path === "") return budget.takeEntry(0);
    const goesOn = budget.takeEntry(path.length + entry.target.length);
    if (!goesOn) return false;
    if (body !== null) {
      bodies.set(entry.ordinal, body);
      lookAt(entry, path, viewBytes(body));
    }
    const { sizeBytes, mode, uid, gid } = entry;
    const facts = { sizeBytes, mode, uid, gid };
    const mark = readMark(path);
    if (mark.kind === "refused") refuse(entry.path, mark.reason);
    if (mark.kind === "whiteout" || mark.kind === "opaque") {
      log.add({
        kind: mark.kind,
        path: mark.path,
        target: "",
        ordinal: entry.ordinal,
        isWanted: false,
        ...facts,
      });
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
    log.add({
      kind: entry.kind satisfies LoggedKind,
      path,
      target,
      ordinal: entry.ordinal,
      isWanted,
      ...facts,
    });
    return true;
  }

  const parserOptions: TarParserOptions = {
    wants: wantsBody,
    look: (entry, view) => {
      if (asked !== null) lookAt(entry, asked.path, view);
    },
    onEntry: (entry, body) => (addEntry(entry, body) ? undefined : false),
    bodyBytesMax: budget.limits.wantedFileBytesMax,
    lookBytesMax: budget.limits.inspectedFileBytesMax,
  };
  return { log, bodies, looks, parserOptions };
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
export function lookFor(inspectors: readonly Inspector[]): {
  isLookedAt(head: FileHead): boolean;
  /** Asks those that want the file. */
  look(head: FileHead, view: FileView): Look[];
} {
  return {
    isLookedAt: (head) => head.sizeBytes > 0 && inspectors.some((inspector) => inspector.wants(head)),
    look(head, view) {
      if (head.sizeBytes === 0) return [];
      return inspectors.flatMap((inspector) => {
        const value = inspector.wants(head) ? inspector.inspect(head, view) : null;
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
