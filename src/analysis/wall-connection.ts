/** Starts the process behind the best wall that this machine gives, talks to it, and ends it when it takes too long. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { FRAME_BYTES_MAX } from "../domain/wall.ts";
import { createPeer, type Answer, type Peer } from "../io/peer.ts";
import {
  possibleFolderWalls,
  possibleWalls,
  startWalled,
  type Wall,
  type WalledProcess,
  type WallKind,
} from "../io/walled-process.ts";
import { describeError } from "./outside-errors.ts";

/** Of the process's own memory: above what the largest images of the bench take, below what a small machine has. */
const MEMORY_MIB_MAX = 2048;

/** A walled process that answers. */
export interface Connection {
  readonly peer: Peer;
  readonly wall: Wall;
  /** Why the process ended, as far as it is known. */
  reason(): string;
  end(): void;
}

/** Walls that may be had on this machine, the best first: what could not be had once is not tried again. */
export interface Walls {
  kinds: readonly WallKind[];
}

/** For layers, which come as open files: nobody's uid will do. */
export const layerWalls: Walls = { kinds: possibleWalls(process.getuid?.() === 0) };
/** For folders, which only this user may be able to read. */
export const folderWalls: Walls = { kinds: possibleFolderWalls(process.getuid?.() === 0) };

/**
 * A process that has said hello. `inherits`: its open files, and the folders that it may read itself.
 * @throws PlimsollError READER_ENDED when it starts behind no wall; the signal's reason
 */
export async function connect(
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
