/**
 * The one worker of a server on the private PostgreSQL: a child process, started again when it dies. What it needs to get at the
 * database goes through its standard input, so that it stands in no list of processes; the pipe stays open, and the worker ends
 * when it breaks, so that a server that was killed leaves no worker behind.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface WorkerOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** One line of text: what the worker reads first. Holds secrets. */
  readonly handover: string;
  readonly log: (line: string) => void;
}

export interface WorkerProcess {
  /** Process number of the one that runs; null in a pause between two. */
  readonly pid: number | null;
  /** Asks it to end, and waits; `atOnce` leaves it no time. */
  stop(atOnce: boolean): Promise<void>;
}

/** Starts the worker and keeps it running until `stop`. */
export function keepWorker(options: WorkerOptions): WorkerProcess {
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  const loop = (async (): Promise<void> => {
    let pauseMs = PAUSE_MS;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      child = start(options);
      const how = await ended(child);
      child = null;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > STEADY_MS) pauseMs = PAUSE_MS;
      options.log(`the worker ended (${how}); another one starts in ${pauseMs / 1000} s`);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    }
  })();
  return {
    get pid() {
      return child?.pid ?? null;
    },
    async stop(atOnce) {
      stopping.abort();
      if (atOnce) child?.kill("SIGKILL");
      else child?.kill("SIGTERM");
      const timer = setTimeout(() => child?.kill("SIGKILL"), STOP_MS);
      await loop.finally(() => clearTimeout(timer));
    },
  };
}

function start({ command, handover }: WorkerOptions): ChildProcess {
  const [program = process.execPath, ...args] = command;
  // A group of its own: Ctrl-C on the terminal goes to the server, which tells the worker.
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"], detached: true });
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${handover}\n`);
  return child;
}

function ended(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(error.message));
  child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  return promise;
}

const PAUSE_MS = 1000;
const PAUSE_MS_MAX = 30_000;
/** One that lived so long did not die of its start. */
const STEADY_MS = 60_000;
/** A worker gives back what it cannot finish in less. */
const STOP_MS = 20_000;
