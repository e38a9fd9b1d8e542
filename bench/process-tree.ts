/** The memory of a process and of all that it started: a wall, a reader behind it, threads. Of Linux. */
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 10;

export interface TreeWatch {
  /** Ends the watch. MiB: the largest resident size that each process of the tree ever had, pages they share counted for each. */
  stop(): number[];
}

/** Looks at the tree below `pid` every 10 ms; a process that lives shorter may be missed. */
export function watchTree(pid: number): TreeWatch {
  const peaks = new Map<number, number>();
  const look = (): void => {
    for (const one of treeOf(pid)) {
      const peak = peakKiB(one);
      // The last value: it only grows, but for a process that begins as its parent's copy and then starts a program.
      if (peak > 0) peaks.set(one, peak);
    }
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return [...peaks.values()].map((peak) => peak / 1024);
    },
  };
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

function peakKiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Empty when the process has ended in between. */
function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
