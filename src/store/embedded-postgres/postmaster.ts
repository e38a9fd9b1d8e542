/**
 * What PostgreSQL says of itself in its data folder: the file `postmaster.pid`, which stays behind when it is killed.
 * Lines: process number, data folder, start time, port, socket folder, listen address, shared memory, status.
 */
import { readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSocketPathShort, socketPath } from "./layout.ts";

export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  /** `gone`: the process is dead, or its number belongs to another program now. */
  readonly state: "running" | "gone";
}

/** Null when no PostgreSQL says to be in `clusterDir`. */
export function readPostmaster(clusterDir: string): Postmaster | null {
  const lines = readLines(join(clusterDir, "postmaster.pid"));
  if (lines === null) return null;
  // A file cut short by a crash of the machine names nobody.
  const pid = Math.abs(Number.parseInt(lines[0] ?? "", 10)) || 0;
  const said = lines[4]?.trim() ?? "";
  const socketFolder = said === "" || said.startsWith("/proc/self/") ? clusterDir : said;
  return { pid, socketFolder, state: isPostmaster(pid, clusterDir) ? "running" : "gone" };
}

/** PostgreSQL works inside its data folder. Where that cannot be seen, a process that lives is taken for it. */
export function isPostmaster(pid: number, clusterDir: string): boolean {
  if (pid === 0 || !isAlive(pid)) return false;
  const folder = workingFolder(pid);
  return folder === null || folder === realpathSync(clusterDir);
}

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/**
 * Makes room for a start. PostgreSQL refuses while the number in its file is there, whoever that is, and after a container's
 * restart it often is. Only the number is replaced, by one that no process can have: the file also tells of shared memory, by which
 * PostgreSQL sees that processes of the one before are still at work.
 */
export function clearGone(clusterDir: string, gone: Postmaster): void {
  if (gone.pid !== 0 && exists(gone.pid)) {
    const path = join(clusterDir, "postmaster.pid");
    const lines = readLines(path) ?? [];
    writeFileSync(path, [NO_PID, ...lines.slice(1)].join("\n"));
    rmSync(`${socketPath(gone.socketFolder)}.lock`, { force: true });
  }
  removeSocketFolder(gone.socketFolder);
}

/** Above the highest process number of Linux and of macOS. */
const NO_PID = "4194304";

/** Only one that we made for a path that was too long. */
export function removeSocketFolder(folder: string): void {
  if (ownSocketFolder.test(folder) && isSocketPathShort(folder))
    rmSync(folder, { recursive: true, force: true });
}

/** Name of a socket folder of ours, e.g. `/tmp/plimsoll-pg-Ab12Cd`. */
export const socketFolderPrefix = "plimsoll-pg-";
const ownSocketFolder = /\/plimsoll-pg-[A-Za-z0-9]{6}$/;

function readLines(path: string): string[] | null {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whether a process of this number is at work; it may be another one than it was. */
export function isAlive(pid: number): boolean {
  return exists(pid) && !isZombie(pid);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Dead, and nobody has asked how it ended; in a container whose first process is no init it stays so for ever. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
