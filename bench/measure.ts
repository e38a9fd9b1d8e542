/**
 * Runs commands several times, in turns, each in a process of its own, and takes medians: on a busy machine only figures
 * of the same turns can be compared.
 */
import { spawn } from "node:child_process";
import { watchTree } from "./process-tree.ts";

export interface Subject {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, not measured. */
  readonly prepare?: () => void;
  /** So short that one run is within the noise: the median of several in a row counts. */
  readonly isShort?: boolean;
  /** The process prints its own milliseconds; else its whole life counts. */
  readonly printsMs?: boolean;
  /** Asked after each run: a figure of that run that only the subject knows. */
  readonly note?: (startedAtMs: number, endedAtMs: number) => number;
}

export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly runsMs: readonly number[];
  /** Of the process and each that it started, in the first turn, which is not timed. */
  readonly peaksMiB: readonly number[];
  /** Median of the subject's notes. */
  readonly note: number | null;
}

/** What failed is told by its name, and the others go on. */
export interface Failed {
  readonly name: string;
  readonly error: string;
}

export interface MeasureOptions {
  readonly runs: number;
  /** Seconds that one subject may take in all turns after the first: past them it sits out, once it has a figure. */
  readonly secondsPerSubject: number;
  readonly log: (line: string) => void;
}

/** Every subject `runs` times, after a turn that warms the page cache and watches the memory. */
export async function measure(
  subjects: readonly Subject[],
  { runs, secondsPerSubject, log }: MeasureOptions,
): Promise<(Measured | Failed)[]> {
  const all = subjects.map(() => ({
    ms: [] as number[],
    notes: [] as number[],
    peaks: [] as readonly number[],
    error: "",
  }));
  for (let run = -1; run < runs; run += 1) {
    for (const [i, subject] of subjects.entries()) {
      const of = all[i] as (typeof all)[number];
      const spentMs = of.ms.reduce((sum, ms) => sum + ms, 0);
      if (of.error !== "" || spentMs > secondsPerSubject * 1000) continue;
      try {
        subject.prepare?.();
        const once = await runOnce(subject, run < 0);
        log(`${run < 0 ? "memory" : `turn ${run + 1}`}: ${subject.name}: ${Math.round(once.ms)} ms`);
        if (run < 0) of.peaks = once.peaksMiB;
        else of.ms.push(subject.isShort === true ? await timeShort(subject) : once.ms);
        if (run >= 0 && once.note !== null) of.notes.push(once.note);
      } catch (error) {
        of.error = (error as Error).message;
        log(`failed: ${of.error}`);
      }
    }
  }
  return subjects.map(({ name }, i) => {
    const { ms, notes, peaks, error } = all[i] as (typeof all)[number];
    if (error !== "") return { name, error };
    return {
      name,
      medianMs: median(ms),
      runsMs: ms,
      peaksMiB: peaks,
      note: notes.length > 0 ? median(notes) : null,
    };
  });
}

async function timeShort(subject: Subject): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < SHORT_RUNS; run += 1) runs.push((await runOnce(subject, false)).ms);
  return median(runs);
}

const SHORT_RUNS = 7;

interface Once {
  readonly ms: number;
  readonly peaksMiB: readonly number[];
  readonly note: number | null;
}

async function runOnce(subject: Subject, withMemory: boolean): Promise<Once> {
  const start = performance.now();
  const child = spawn(subject.command, subject.args, {
    env: { ...process.env, ...subject.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watch = withMemory && child.pid !== undefined ? watchTree(child.pid) : null;
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(-1000)));
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-1000)));
  const kill = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  clearTimeout(kill);
  const end = performance.now();
  const peaksMiB = watch?.stop() ?? [];
  const ms = subject.printsMs === true ? Number(stdout) : end - start;
  if (code !== 0 || Number.isNaN(ms)) {
    throw new Error(`${subject.name}: exit code ${code ?? "none"}: ${stderr.trim().slice(-400)}`);
  }
  return { ms, peaksMiB, note: subject.note?.(start, end) ?? null };
}

const RUN_MS_MAX = 300_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
