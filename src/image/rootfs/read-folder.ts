/**
 * Reads the wanted files of a folder. Links to folders are not followed (their targets are walked where they are); a
 * wanted link to a file is read through, inside the folder.
 */
import { constants, type Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import {
  defaultUnpackLimits,
  type ImageFiles,
  type UnpackLimits,
  type WantedFile,
} from "../../domain/files.ts";
import type { WantsFile } from "../../domain/files.ts";
import { printable, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { childPath, nameText, resolveInside } from "./contained-path.ts";

export interface FolderOptions {
  /** Folders at the top that hold no files of an image: `proc`, `sys`, `dev`. */
  readonly skipTop: ReadonlySet<string>;
  readonly signal: AbortSignal | null;
  readonly limits?: UnpackLimits;
}

interface Place {
  readonly host: Buffer;
  /** Without leading slash; empty at the top. */
  readonly path: string;
}

/** The wanted files of `root` with their paths below it; what cannot be read is a problem. An abort throws its reason. */
export async function readFolder(
  root: string,
  wants: WantsFile,
  options: FolderOptions,
): Promise<ImageFiles> {
  const limits = options.limits ?? defaultUnpackLimits;
  const tally = createTally(limits, Buffer.from(root));
  const startedAt = performance.now();
  const places: Place[] = [{ host: Buffer.from(root), path: "" }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    options.signal?.throwIfAborted();
    if (performance.now() - startedAt > limits.timeMsMax) {
      tally.addProblem("LIMIT_TIME", `The folder takes longer than ${limits.timeMsMax} ms to read.`, null);
      break;
    }
    for (const entry of await list(place, tally)) {
      if (!tally.countEntry()) return tally.result();
      const path = place.path === "" ? nameText(entry.name) : `${place.path}/${nameText(entry.name)}`;
      const host = childPath(place.host, entry.name);
      if (Buffer.byteLength(path) > limits.pathLengthMax) {
        tally.addProblem("LIMIT_PATH_LENGTH", `A path is longer than ${limits.pathLengthMax} bytes.`, null);
      } else if (entry.isDirectory()) {
        const isSkipped = nameText(entry.name) === ".git" || options.skipTop.has(path);
        if (!isSkipped) places.push({ host, path });
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (entry.isFile()) tally.countFile();
        if (wants(path)) await readWanted({ host, path }, entry.isSymbolicLink(), tally);
      }
    }
  }
  return tally.result();
}

/** One file as if it stood alone in a folder. */
export async function readSingleFile(host: string, name: string, wants: WantsFile): Promise<ImageFiles> {
  const tally = createTally(defaultUnpackLimits, Buffer.from(host));
  tally.countFile();
  if (wants(name)) await readWanted({ host: Buffer.from(host), path: name }, false, tally);
  return tally.result();
}

async function list(place: Place, tally: Tally): Promise<readonly Dirent<Buffer>[]> {
  try {
    return await readdir(place.host, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    tally.addUnreadable(place.path, error);
    return [];
  }
}

async function readWanted(place: Place, isLink: boolean, tally: Tally): Promise<void> {
  let { host } = place;
  if (isLink) {
    const resolved = resolveInside(tally.root, Buffer.from(place.path));
    // Links to folders are common and say nothing about files.
    if (resolved !== null && resolved.stats.isDirectory()) return;
    if (resolved === null || !resolved.stats.isFile()) {
      return tally.addProblem("LINK_UNRESOLVED", "A link leads to no file inside the folder.", place.path);
    }
    host = resolved.path;
  }
  try {
    const bytes = await readRegularFile(host, place.path, tally);
    if (bytes !== null) tally.addWanted({ path: place.path, bytes, layer: null, layerIndex: null });
  } catch (error) {
    tally.addUnreadable(place.path, error);
  }
}

/** Opened without following a link and without waiting for a pipe that took the file's place; null past a limit. */
async function readRegularFile(host: Buffer, path: string, tally: Tally): Promise<Uint8Array | null> {
  const file = await open(host, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    if (!tally.mayRead(stats.size, path)) return null;
    const bytes = Buffer.alloc(stats.size);
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await file.read(bytes, read, bytes.length - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

const unreadableMax = 100;

type Tally = ReturnType<typeof createTally>;

/** What has been found, and the ceilings. */
function createTally(limits: UnpackLimits, root: Buffer) {
  const wanted: WantedFile[] = [];
  const problems: Problem[] = [];
  let entries = 0;
  let fileCount = 0;
  let wantedBytes = 0;
  let unreadable = 0;

  function addProblem(code: ProblemCode, message: string, path: string | null): void {
    problems.push({ code, message, path: path === null ? null : printable(path), layer: null });
  }

  return {
    root,
    addProblem,
    countFile(): void {
      fileCount += 1;
    },
    countEntry(): boolean {
      entries += 1;
      if (entries <= limits.entriesMax) return true;
      addProblem("LIMIT_ENTRIES", `The folder has more than ${limits.entriesMax} entries.`, null);
      return false;
    },
    mayRead(sizeBytes: number, path: string): boolean {
      if (sizeBytes > limits.wantedFileBytesMax) {
        addProblem(
          "LIMIT_WANTED_FILE_BYTES",
          `A file is larger than ${limits.wantedFileBytesMax} bytes.`,
          path,
        );
        return false;
      }
      if (wantedBytes + sizeBytes <= limits.wantedTotalBytesMax) return true;
      const max = limits.wantedTotalBytesMax;
      addProblem("LIMIT_WANTED_TOTAL_BYTES", `The wanted files have more than ${max} bytes.`, path);
      return false;
    },
    addWanted(file: WantedFile): void {
      wantedBytes += file.bytes.byteLength;
      wanted.push(file);
    },
    addUnreadable(path: string, error: unknown): void {
      unreadable += 1;
      if (unreadable > unreadableMax + 1) return;
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      if (unreadable <= unreadableMax)
        return addProblem("FILE_UNREADABLE", `It cannot be read (${code}).`, path);
      addProblem(
        "FILE_UNREADABLE",
        `More than ${unreadableMax} paths cannot be read; the rest is not listed.`,
        null,
      );
    },
    result(): ImageFiles {
      return {
        wanted: wanted.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
        inspected: [],
        tree: null,
        fileCount,
        contentBytes: wantedBytes,
        verification: "not_applicable",
        problems,
      };
    },
  };
}
