/** `plimsoll server` as a process of its own, with everything it keeps in one folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot } from "./run-plimsoll.ts";

export interface ServerProcess {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** Shown by a first start; null by later ones. */
  readonly ownerToken: string | null;
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Sends the signal and waits for the end. The exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

export interface ServerProcessOptions {
  /** `PLIMSOLL_HOME`: data, database, cache. Root's PostgreSQL runs under another account, which must be able to enter it. */
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Program and first arguments. Default: the command line from its sources. */
  readonly program?: readonly string[];
}

export const fromSources: readonly string[] = [process.execPath, join(repositoryRoot, "src/cli/main.ts")];

/** Resolves when it says its address. @throws Error with its output when it ends before */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  mkdirSync(options.home, { recursive: true });
  const [program = process.execPath, ...first] = options.program ?? fromSources;
  const child = spawn(program, [...first, "server", "--listen", "127.0.0.1:0", ...(options.args ?? [])], {
    env: { PATH: process.env["PATH"], HOME: options.home, PLIMSOLL_HOME: options.home, ...options.env },
    cwd: options.home,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<number | string>((done) => {
    child.on("close", (code, signal) => done(code ?? signal ?? 1));
  });
  const address = (): string | null => /^Plimsoll is at (\S+)$/m.exec(output.stdout)?.[1] ?? null;
  for (let round = 0; address() === null; round += 1) {
    const early = await Promise.race([ended, sleep(50, null)]);
    if (early === null && round < START_ROUNDS_MAX) continue;
    child.kill("SIGKILL");
    throw new Error(`the server did not start (${early ?? "in time"}):\n${output.stdout}${output.stderr}`);
  }
  // The token stands in the same write.
  await sleep(50);
  return {
    address: address() ?? "",
    ownerToken: /^ +(plinv_\S+)$/m.exec(output.stdout)?.[1] ?? null,
    child,
    output,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Two minutes: `initdb` on a busy machine. */
const START_ROUNDS_MAX = 2400;

/**
 * Process number and command line of all processes that have `text` in their command line or in the environment that they were
 * started with: the server and its PostgreSQL name their folder, a worker only inherits it. Of Linux.
 */
export function processesNaming(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const args = readProcess(pid, "cmdline");
      const isMeant = args.includes(text) || readProcess(pid, "environ").includes(text);
      return isMeant ? [`${pid} ${args.replaceAll("\0", " ")}`] : [];
    });
}

/** Empty when it has ended in between, or is somebody else's. */
function readProcess(pid: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
