/**
 * Steps 2 and 3 behind the wall: a process of its own unpacks and catalogs, and this side hands it what it asks for. It gets open files,
 * never paths; chunks of registries' blobs; layers from the cache. Only its answer comes back.
 */
import { closeSync } from "node:fs";
import { PlimsollError } from "../domain/error.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import type { ExaminedFiles } from "../domain/hygiene.ts";
import type { Sbom } from "../domain/package.ts";
import type { LayerCache } from "../domain/ports.ts";
import type {
  ExamineFolderRequest,
  ExamineRequest,
  FolderRequest,
  LayersRequest,
  ReadRequest,
  WalledFolder,
} from "../domain/wall.ts";
import type { LayerBlob } from "../image/types.ts";
import { createThreadlessHasher } from "../io/file-hash.ts";
import type { Answer, Message } from "../io/peer.ts";
import type { Wall } from "../io/walled-process.ts";
import { cacheDoors, hashDoor, openFiles, toWalledLayer } from "./layer-doors.ts";
import { OutsideErrors, toThrown } from "./outside-errors.ts";
import { createStreamDoor } from "./stream-door.ts";
import { connect, folderWalls, layerWalls, type Connection } from "./wall-connection.ts";

/** What the request leaves to this side. */
type Own<Request> = Omit<Request, "layers" | "hasCache">;

export interface WalledResult {
  readonly sbom: Sbom;
  readonly fileCount: number;
  readonly wall: Wall;
}

export interface WalledExamination {
  readonly files: ExaminedFiles;
  readonly wall: Wall;
}

interface Doors {
  readonly cache: LayerCache | null;
  readonly signal: AbortSignal | null;
  /** Called when the other process has its work. */
  readonly meanwhile?: (() => void) | undefined;
}

/**
 * The packages of the layers.
 * @throws PlimsollError as `unpack` does; READER_ENDED when the process was killed or ended by itself; the signal's reason
 */
export async function readBehindWall(
  blobs: readonly LayerBlob[],
  request: Own<ReadRequest>,
  doors: Doors,
): Promise<WalledResult> {
  const { value, wall } = await askAboutLayers("read", blobs, request, doors);
  return { ...(value as Omit<WalledResult, "wall">), wall };
}

/** What secrets and hygiene need of the layers. @throws as `readBehindWall` */
export async function examineBehindWall(
  blobs: readonly LayerBlob[],
  request: Own<ExamineRequest>,
  doors: Doors,
): Promise<WalledExamination> {
  const { value, wall } = await askAboutLayers("examine", blobs, request, doors);
  return { files: value as ExaminedFiles, wall };
}

/** The packages of a folder. @throws PlimsollError READER_ENDED; the signal's reason */
export async function readFolderBehindWall(
  request: FolderRequest,
  signal: AbortSignal | null,
): Promise<WalledResult> {
  const { value, wall } = await askAboutFolder("readFolder", request, signal);
  return { ...(value as Omit<WalledResult, "wall">), wall };
}

/** What secrets and hygiene need of a folder. @throws as `readFolderBehindWall` */
export async function examineFolderBehindWall(
  request: ExamineFolderRequest,
  signal: AbortSignal | null,
): Promise<WalledExamination> {
  const { value, wall } = await askAboutFolder("examineFolder", request, signal);
  return { files: value as ExaminedFiles, wall };
}

interface Answered {
  readonly value: unknown;
  readonly wall: Wall;
}

async function askAboutLayers(
  method: "read" | "examine",
  blobs: readonly LayerBlob[],
  request: Own<LayersRequest>,
  { cache, signal, meanwhile }: Doors,
): Promise<Answered> {
  signal?.throwIfAborted();
  const files = openFiles(blobs);
  const hasher = createThreadlessHasher();
  const outside = new OutsideErrors();
  const streams = createStreamDoor(blobs);
  const next: Answer = ({ value }) => outside.guard(() => streams.next(Number(value)));
  const doors = { next, ...cacheDoors(cache), ...hashDoor(files, hasher, outside) };
  let connection: Connection | null = null;
  try {
    const inherits = { descriptors: files.descriptors, readable: [] };
    connection = await connect(layerWalls, inherits, doors, request.limits.timeMsMax, signal);
    const layers = blobs.map((blob) => toWalledLayer(blob, files));
    const called = connection.peer.call(method, { ...request, layers, hasCache: cache !== null });
    meanwhile?.();
    return answered(connection, await called);
  } catch (error) {
    signal?.throwIfAborted();
    throw toThrown(error, outside, connection);
  } finally {
    connection?.end();
    streams.close();
    for (const descriptor of files.descriptors) closeSync(descriptor);
    await hasher.close();
  }
}

/** Ends the process before its answer is taken apart: both may be large. @throws PlimsollError READER_ENDED for what is no answer */
function answered(connection: Connection, { bytes }: Message): Answered {
  connection.end();
  const { buffer, byteOffset, length } = bytes ?? new Uint8Array(0);
  try {
    const text = Buffer.from(buffer, byteOffset, length).toString("utf8");
    return { value: JSON.parse(text) as unknown, wall: connection.wall };
  } catch {
    throw new PlimsollError("READER_ENDED", "The process that reads the image sent what cannot be read.");
  }
}

/** The process reads the folder as this user, since the user's own folders are closed to nobody. */
async function askAboutFolder(
  method: "readFolder" | "examineFolder",
  request: WalledFolder,
  signal: AbortSignal | null,
): Promise<Answered> {
  signal?.throwIfAborted();
  let connection: Connection | null = null;
  const outside = new OutsideErrors();
  try {
    const inherits = { descriptors: [], readable: [request.path] };
    connection = await connect(folderWalls, inherits, {}, defaultUnpackLimits.timeMsMax, signal);
    return answered(connection, await connection.peer.call(method, request));
  } catch (error) {
    signal?.throwIfAborted();
    throw toThrown(error, outside, connection);
  } finally {
    connection?.end();
  }
}
