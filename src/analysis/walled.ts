/**
 * Steps 2 and 3 behind the wall: a process of its own unpacks and catalogs, and this side hands it what it asks for. It gets open files,
 * never paths; chunks of registries' blobs; layers from the cache. Only its answer comes back.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { errorCodes, type ErrorCode } from "../domain/error-codes.ts";
import { PlimsollError } from "../domain/error.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import type { ExaminedFiles } from "../domain/hygiene.ts";
import type { Sbom } from "../domain/package.ts";
import type { LayerCache } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import type { LayerBlob } from "../image/types.ts";
import { createThreadlessHasher, type FileHasher, type HashAlgorithm } from "../io/file-hash.ts";
import { createPeer, PeerError, type Answer, type Peer } from "../io/peer.ts";
import {
  possibleWalls,
  startWalled,
  type Wall,
  type WalledProcess,
  type WallKind,
} from "../io/walled-process.ts";
import {
  FRAME_BYTES_MAX,
  type ExamineFolderRequest,
  type ExamineRequest,
  type FolderRequest,
  type LayersRequest,
  type ReadRequest,
  type ToldError,
  type WalledFolder,
  type WalledLayer,
} from "../domain/wall.ts";
import { createStreamDoor } from "./stream-door.ts";

/** Of the process's own memory: above what the largest images of the bench take, below what a small machine has. */
const MEMORY_MIB_MAX = 2048;

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
  { cache, signal }: Doors,
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
    const { value } = await connection.peer.call(method, { ...request, layers, hasCache: cache !== null });
    return { value, wall: connection.wall };
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
    const { value } = await connection.peer.call(method, request);
    return { value, wall: connection.wall };
  } catch (error) {
    signal?.throwIfAborted();
    throw toThrown(error, outside, connection);
  } finally {
    connection?.end();
  }
}

interface OpenFiles {
  /** In the order in which the process inherits them, from descriptor 3. */
  readonly descriptors: readonly number[];
  /** Position by path; a file that is not there has none. */
  readonly positions: ReadonlyMap<string, number>;
  readonly paths: readonly string[];
}

const FIRST_DESCRIPTOR = 3;

function openFiles(blobs: readonly LayerBlob[]): OpenFiles {
  const descriptors: number[] = [];
  const positions = new Map<string, number>();
  for (const { content } of blobs) {
    if (content.kind !== "file" || positions.has(content.path)) continue;
    try {
      descriptors.push(openSync(content.path, "r"));
      positions.set(content.path, descriptors.length - 1);
    } catch (error) {
      // A blob that is not there is a problem of its layer, found inside.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        for (const descriptor of descriptors) closeSync(descriptor);
        throw error;
      }
    }
  }
  return { descriptors, positions, paths: [...positions.keys()] };
}

function toWalledLayer({ layer, content, proof }: LayerBlob, files: OpenFiles): WalledLayer {
  if (content.kind === "stream") return { layer, proof, content: { kind: "stream" } };
  const position = files.positions.get(content.path);
  const { offset, sizeBytes } = content;
  const descriptor = position === undefined ? null : FIRST_DESCRIPTOR + position;
  return { layer, proof, content: { kind: "file", descriptor, offset, sizeBytes } };
}

/** Errors that happened on this side, so that a caller of the process's caller sees the very same. */
class OutsideErrors {
  readonly #errors: unknown[] = [];

  keep(error: unknown): number {
    this.#errors.push(error);
    return this.#errors.length - 1;
  }

  find(number: number): unknown {
    return this.#errors[number];
  }

  /** Keeps what `work` throws. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new Kept(this.keep(error), error);
    }
  }
}

class Kept extends Error {
  readonly number: number;

  constructor(number: number, cause: unknown) {
    super("kept", { cause });
    this.number = number;
  }
}

function describeError(error: unknown): ToldError {
  const { cause } = error instanceof Kept ? error : { cause: error };
  const outside = error instanceof Kept ? error.number : null;
  return {
    code: null,
    message: cause instanceof Error ? cause.message : String(cause),
    details: null,
    outside,
  };
}

function hashDoor(files: OpenFiles, hasher: FileHasher, outside: OutsideErrors): Record<string, Answer> {
  return {
    hash: async ({ value }) => {
      const asked = value as {
        descriptor: number;
        offset: number;
        sizeBytes: number;
        algorithm: HashAlgorithm;
      };
      const path = files.paths[asked.descriptor - FIRST_DESCRIPTOR] ?? "";
      const { offset, sizeBytes, algorithm } = asked;
      const digest = await outside.guard(() => hasher.hash({ path, offset, sizeBytes }, algorithm));
      return { value: digest, bytes: null };
    },
  };
}

function cacheDoors(cache: LayerCache | null): Record<string, Answer> {
  if (cache === null) return {};
  return {
    recall: async ({ value }) => ({ value: null, bytes: await cache.get(String(value)) }),
    remember: async ({ value, bytes }) => {
      if (bytes !== null) await cache.put(String(value), bytes);
      return { value: null, bytes: null };
    },
  };
}

interface Connection {
  readonly peer: Peer;
  readonly wall: Wall;
  /** Why the process ended, as far as it is known. */
  reason(): string;
  end(): void;
}

/** Walls that may be had on this machine, the best first: what could not be had once is not tried again. */
interface Walls {
  kinds: readonly WallKind[];
}

const layerWalls: Walls = { kinds: possibleWalls(process.getuid?.() === 0) };
const folderWalls: Walls = { kinds: possibleWalls(false) };

async function connect(
  walls: Walls,
  inherits: { readonly descriptors: readonly number[]; readonly readable: readonly string[] },
  answers: Readonly<Record<string, Answer>>,
  timeMsMax: number,
  signal: AbortSignal | null,
): Promise<Connection> {
  for (;;) {
    const [kind = "none"] = walls.kinds;
    const script = scriptPath();
    const started = startWalled(kind, {
      script,
      readable: [...readableFolders(script), ...inherits.readable],
      descriptors: inherits.descriptors,
      memoryMibMax: MEMORY_MIB_MAX,
      cpuSecondsMax: Math.ceil(timeMsMax / 1000) * 2 + 60,
    });
    const connection = listen(started, answers, timeMsMax, signal);
    try {
      await connection.peer.call("hello", null);
      return connection;
    } catch (error) {
      connection.end();
      signal?.throwIfAborted();
      if (walls.kinds.length <= 1)
        throw new PlimsollError(
          "READER_ENDED",
          `The process that reads images does not start (${connection.reason()}).`,
          { cause: error },
        );
      if (walls.kinds[0] === kind) walls.kinds = walls.kinds.slice(1);
    }
  }
}

function listen(
  { child, wall }: WalledProcess,
  answers: Readonly<Record<string, Answer>>,
  timeMsMax: number,
  signal: AbortSignal | null,
): Connection {
  let said = "";
  let ending: string | null = null;
  const kill = (why: string): void => {
    ending ??= why;
    child.kill("SIGKILL");
  };
  child.stderr?.on(
    "data",
    (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-SAID_CHARS_MAX)),
  );
  const peer = createPeer({
    input: child.stdout as Readable,
    output: child.stdin as Writable,
    answers,
    describeError,
    frameBytesMax: FRAME_BYTES_MAX,
  });
  const onAbort = (): void => kill("aborted");
  const timer = setTimeout(() => kill("it took too long"), timeMsMax + GRACE_MS);
  timer.unref();
  signal?.addEventListener("abort", onAbort, { once: true });
  child.on("error", (error) => peer.close(error.message));
  child.on("close", (code, killedBy) => {
    ending ??= killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
    peer.close("the process that reads the image has ended");
  });
  return {
    peer,
    wall,
    reason: () =>
      [ending ?? "no answer", printable(said.trim().split("\n").at(-1) ?? "")].filter(Boolean).join(": "),
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      kill("done");
    },
  };
}

const SAID_CHARS_MAX = 4000;

/** Its own limit of time comes first, and gives a result that says so. */
const GRACE_MS = 60_000;

function toThrown(error: unknown, outside: OutsideErrors, connection: Connection | null): unknown {
  if (!(error instanceof PeerError)) return error;
  const told = error.value as ToldError | null;
  if (told === null) {
    const reason = connection?.reason() ?? error.message;
    return new PlimsollError(
      "READER_ENDED",
      `The process that reads the image ended before it was done (${reason}).`,
      { cause: error },
    );
  }
  if (told.outside !== null) return outside.find(told.outside);
  const code: ErrorCode =
    told.code !== null && Object.hasOwn(errorCodes, told.code) ? (told.code as ErrorCode) : "READER_ENDED";
  return new PlimsollError(code, printable(told.message, 2000), { details: told.details ?? {} });
}

/** The program behind the wall: TypeScript in a checkout, an entry of its own in the built package. */
function scriptPath(): string {
  for (const name of ["../sandbox/main.ts", "./sandbox/main.mjs", "../sandbox/main.mjs"]) {
    const path = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error("sandbox/main is missing beside the program");
}

/** In a checkout also the packages and the package.json; the built program stands alone. */
function readableFolders(script: string): readonly string[] {
  const root = dirname(dirname(script));
  if (!script.endsWith(".ts")) return [root];
  const checkout = dirname(root);
  return [root, join(checkout, "node_modules"), join(checkout, "package.json")];
}
