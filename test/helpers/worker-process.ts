/** `plimsoll worker` as a process of its own, beside a server on a PostgreSQL of the user's. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fromSources } from "./server-process.ts";

export interface WorkerProcess {
  readonly pid: number;
  readonly output: { stderr: string };
  /** Sends the signal and waits for the end. The exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

export interface WorkerProcessOptions {
  /** `PLIMSOLL_HOME`: its cache and, unless `env` says otherwise, its vulnerability database. */
  readonly home: string;
  /** Names the database and the server's key. */
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Resolves when it takes jobs. @throws Error with its output when it ends before */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  mkdirSync(options.home, { recursive: true });
  const [program = process.execPath, ...first] = fromSources;
  const child = spawn(program, [...first, "worker", ...(options.args ?? [])], {
    env: { PATH: process.env["PATH"], HOME: options.home, PLIMSOLL_HOME: options.home, ...options.env },
    cwd: options.home,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const output = { stderr: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<number | string>((done) => {
    child.on("close", (code, signal) => done(code ?? signal ?? 1));
  });
  for (let round = 0; !output.stderr.includes("worker: taking jobs"); round += 1) {
    const early = await Promise.race([ended, sleep(50, null)]);
    if (early === null && round < START_ROUNDS_MAX) continue;
    child.kill("SIGKILL");
    throw new Error(`the worker did not start (${early ?? "in time"}):\n${output.stderr}`);
  }
  return {
    pid: child.pid ?? 0,
    output,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

const START_ROUNDS_MAX = 1200;
