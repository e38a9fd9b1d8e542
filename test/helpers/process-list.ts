/** Who still runs for an installation, and a way to end all of it without asking. Of Linux. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Command line; PostgreSQL's processes write there what they do. */
  readonly args: string;
}

/**
 * All processes that name the folder in their command line or in the environment they were started with, or that work in it:
 * PostgreSQL's own ones only do that. This process is left out.
 */
export function processesOf(folder: string): readonly ListedProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const args = read(pid, "cmdline");
      const isMeant =
        args.includes(folder) || read(pid, "environ").includes(folder) || workFolder(pid).startsWith(folder);
      if (!isMeant) return [];
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(read(pid, "status"))?.[1] ?? 0);
      return [{ pid: Number(pid), parent, args: args.replaceAll("\0", " ").trim() }];
    });
}

/** The worker that a server started. */
export function isWorker({ args }: ListedProcess): boolean {
  return args.includes("worker --from-server");
}

/** The first process of PostgreSQL; all others of it are its children. */
export function isPostmaster({ args }: ListedProcess): boolean {
  return /\/postgres /.test(`${args} `);
}

/** SIGKILL to each, as fast as can be; those that have ended in between are passed over. */
export function killAll(processes: readonly ListedProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** Empty when it has ended in between, or is somebody else's. */
function read(pid: string, file: "cmdline" | "environ" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function workFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
