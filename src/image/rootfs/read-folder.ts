/**
 * Reads the wanted files of a folder. Links to folders are not followed (their targets are walked where they are); a
 * wanted link to a file is read through, inside the folder.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, type Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { defaultUnpackLimits, type ImageFiles, type UnpackLimits } from "../../domain/files.ts";
import { viewRange } from "../../io/file-view.ts";
import { inspectWith, type LayerWishes } from "../layer-entries.ts";
import { FolderTally } from "./folder-tally.ts";
import { FolderTree } from "./folder-tree.ts";
import { childPath, nameText, resolveInside } from "./contained-path.ts";

export interface FolderOptions {
  /** Folders at the top that hold no files of an image: `proc`, `sys`, `dev`. */
  readonly skipTop: ReadonlySet<string>;
  /** Whether all paths are wanted too, as `ImageFiles.tree`. */
  readonly isRootFileSystem: boolean;
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
  wishes: LayerWishes,
  options: FolderOptions,
): Promise<ImageFiles> {
  const limits = options.limits ?? defaultUnpackLimits;
  const tally = new FolderTally(
    limits,
    Buffer.from(root),
    options.isRootFileSystem ? new FolderTree() : null,
  );
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
        tally.tree?.add(host, path);
        const isSkipped = nameText(entry.name) === ".git" || options.skipTop.has(path);
        if (!isSkipped) places.push({ host, path });
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (entry.isFile()) tally.countFile();
        tally.tree?.add(host, path);
        if (wishes.wants(path)) await readWanted({ host, path }, entry.isSymbolicLink(), tally);
        if (entry.isFile()) lookInto({ host, path }, wishes, tally);
      }
    }
  }
  return tally.result();
}

/** One file as if it stood alone in a folder. */
export async function readSingleFile(host: string, name: string, wishes: LayerWishes): Promise<ImageFiles> {
  const tally = new FolderTally(defaultUnpackLimits, Buffer.from(host), null);
  tally.countFile();
  const place = { host: Buffer.from(host), path: name };
  if (wishes.wants(name)) await readWanted(place, false, tally);
  lookInto(place, wishes, tally);
  return tally.result();
}

/** Hands the file to the inspectors that want it; nothing is opened for the others. */
function lookInto({ host, path }: Place, { inspectors }: LayerWishes, tally: FolderTally): void {
  if (inspectors.length === 0) return;
  let descriptor: number | null = null;
  try {
    const stats = lstatSync(host);
    const { isLookedAt, look } = inspectWith(inspectors, (message) =>
      tally.addProblem("PARSE_FAILED", message, path),
    );
    const head = { path, sizeBytes: stats.size, mode: stats.mode & 0o7777 };
    if (!stats.isFile() || !isLookedAt(head)) return;
    if (!tally.mayLook(stats.size, path)) return;
    descriptor = openSync(host, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) return;
    tally.addLooks(head, look(head, viewRange(descriptor, 0, stats.size)));
  } catch (error) {
    tally.addUnreadable(path, error);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

async function list(place: Place, tally: FolderTally): Promise<readonly Dirent<Buffer>[]> {
  try {
    return await readdir(place.host, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    tally.addUnreadable(place.path, error);
    return [];
  }
}

async function readWanted(place: Place, isLink: boolean, tally: FolderTally): Promise<void> {
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
async function readRegularFile(host: Buffer, path: string, tally: FolderTally): Promise<Uint8Array | null> {
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
