/**
 * Node behind a wall: no network, nobody's uid where this process is root, nothing of this environment, no file to
 * write, bounded memory and time; inside it, Node's own permission model. The wall is the operating system's: Node's leaves the network open.
 * Where the system gives no such wall the process runs with the permission model alone, and says so.
 * Uses unshare, setpriv and prlimit of util-linux.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** `full`: all of the above; `partial`: only the permission model, the environment and limits that could be set. */
export type Wall = "full" | "partial";

export interface WalledProcess {
  readonly child: ChildProcess;
  readonly wall: Wall;
}

export interface WalledOptions {
  /** Program for Node. */
  readonly script: string;
  /** Folders and files that the process may read. */
  readonly readable: readonly string[];
  /** Open files that it inherits as descriptors 3, 4, … */
  readonly descriptors: readonly number[];
  /** Ceiling of its own memory in MiB. */
  readonly memoryMibMax: number;
  /** Seconds of processor time. */
  readonly cpuSecondsMax: number;
}

/** Walls to try, the best first: where one cannot be had the process ends before it says a word. */
export function possibleWalls(isRoot: boolean): readonly WallKind[] {
  if (process.platform !== "linux" || findProgram("unshare") === null) return ["none"];
  return isRoot ? ["other-user", "same-user", "none"] : ["same-user", "none"];
}

/** As `possibleWalls`, for a process that must read what only this user may: of root that is everything. */
export function possibleFolderWalls(isRoot: boolean): readonly WallKind[] {
  const kinds = possibleWalls(false);
  return isRoot && kinds.length > 1 ? ["reading-root", ...kinds] : kinds;
}

/**
 * `other-user`: also another uid; `reading-root`: root, of whose rights none is left but to read; `same-user`: a user name space of
 * its own, in which other users' files are closed to root; `none`: no wall of the system's.
 */
export type WallKind = "other-user" | "reading-root" | "same-user" | "none";

/** uid and gid of nobody, as Linux reserves them. */
const NOBODY = "65534";

/** Starts Node; whether it came up it must tell by itself. */
export function startWalled(kind: WallKind, options: WalledOptions): WalledProcess {
  const [command = "", ...args] = [...wallCommand(kind), ...limitCommand(options), ...nodeCommand(options)];
  const child = spawn(command, args, {
    env: ALLOCATOR,
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe", ...options.descriptors],
    windowsHide: true,
  });
  return { child, wall: kind === "none" ? "partial" : "full" };
}

/**
 * Of glibc; others do not know it. What is freed goes back to the system: by default each thread keeps what it ever had, and
 * after the first large body that was freed all that are smaller are cut from memory that is kept.
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: "1",
  // Above the chunks of 1 MiB that layers are inflated in: those are used again and again.
  MALLOC_MMAP_THRESHOLD_: String(2 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(4 * 1024 * 1024),
};

function wallCommand(kind: WallKind): string[] {
  const unshare = findProgram("unshare");
  const setpriv = findProgram("setpriv");
  if (kind === "none" || unshare === null) return [];
  if (kind === "same-user") return [unshare, "--net", "--map-root-user", "--"];
  if (setpriv === null) return ["/nonexistent"];
  const drop =
    kind === "reading-root"
      ? ["--bounding-set=-all,+dac_read_search"]
      : [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--bounding-set=-all"];
  return [unshare, "--net", "--", setpriv, ...drop, "--no-new-privs", "--inh-caps=-all", "--"];
}

const CODE_MIB = 1024;

function limitCommand({ memoryMibMax, cpuSecondsMax }: WalledOptions): string[] {
  const prlimit = findProgram("prlimit");
  if (prlimit === null) return [];
  // Twice the heap, as buffers live outside of it, and what Node sets aside for code and never fills.
  const dataBytes = (memoryMibMax * 2 + CODE_MIB) * 1024 * 1024;
  return [prlimit, "--fsize=0", "--core=0", `--cpu=${cpuSecondsMax}`, `--data=${dataBytes}`, "--"];
}

/**
 * Of a half of what is young: by default 16 MiB, of which most is garbage and all is resident. Less than this costs time, as
 * more survives.
 */
const YOUNG_MIB_MAX = 4;

function nodeCommand({ script, readable, memoryMibMax }: WalledOptions): string[] {
  const reads = readable.map((path) => `--allow-fs-read=${path}`);
  return [
    process.execPath,
    "--permission",
    ...reads,
    `--max-old-space-size=${memoryMibMax}`,
    `--max-semi-space-size=${YOUNG_MIB_MAX}`,
    "--disable-warning=ExperimentalWarning",
    // Its files are outside of the permission model.
    "--no-experimental-sqlite",
    "--no-addons",
    script,
  ];
}

const found = new Map<string, string | null>();

/** In the system's own folders only: the name must not be answered by somebody's PATH. */
function findProgram(name: string): string | null {
  const known = found.get(name);
  if (known !== undefined) return known;
  const path = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, name))
    .find(isExecutable);
  found.set(name, path ?? null);
  return path ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
