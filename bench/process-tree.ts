/** The memory of a process and of all that it started: a wall, a reader behind it, threads. Of Linux. */
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 10;

export interface TreeWatch {
  /**
   * Ends the watch. MiB of each process at the moment when all of them together had most: its own memory, and for the
   * largest one also its files in memory. Programs started twice share those, as two processes of node do.
   */
  stop(): number[];
}

/** Looks at the tree below `pid` every 10 ms; what comes and goes in between is missed. */
export function watchTree(pid: number): TreeWatch {
  let most: readonly number[] = [];
  const look = (): void => {
    const now = together(treeOf(pid).map(memoryOf));
    if (sum(now) > sum(most)) most = now;
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return most.map((kiB) => kiB / 1024);
    },
  };
}

/** KiB. */
interface Memory {
  readonly own: number;
  readonly files: number;
}

function together(memories: readonly Memory[]): number[] {
  const files = Math.max(...memories.map((memory) => memory.files));
  const first = memories.findIndex((memory) => memory.files === files);
  return memories.map(({ own }, index) => (index === first ? own + files : own));
}

function memoryOf(pid: number): Memory {
  const rollup = text(`/proc/${pid}/smaps_rollup`);
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1] ?? 0);
  const own = field("Anonymous");
  return { own, files: field("Rss") - own };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function treeOf(pid: number): number[] {
  const found = [pid];
  for (let i = 0; i < found.length; i += 1) found.push(...childrenOf(found[i] as number));
  return found;
}

/** Of every thread, since any of them may start processes. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      text(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Empty when the process has ended in between. */
function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
