/**
 * Runs commands several times, in turns, each in a process of its own, and takes medians: on a busy machine only figures
 * of the same turns can be compared.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface Subject {
  readonly name: string;
  /** Arguments of node: a script and its arguments. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, not measured. */
  readonly prepare?: () => void;
  /** So short that the preload which tells its memory would count: memory is taken in a run of its own, time in several. */
  readonly isShort?: boolean;
  /** The process prints its own milliseconds; else its whole life counts. */
  readonly printsMs?: boolean;
}

export interface Measured {
  readonly name: string;
  readonly medianMs: number;
  readonly runsMs: readonly number[];
  /** Largest of the runs. */
  readonly peakMiB: number;
}

/** Every subject `runs` times, after one warm-up turn that is not counted. @throws when a process fails */
export async function measure(subjects: readonly Subject[], runs: number): Promise<Measured[]> {
  const all = subjects.map(() => ({ ms: [] as number[], peaks: [] as number[] }));
  for (let run = -1; run < runs; run += 1) {
    for (const [i, subject] of subjects.entries()) {
      subject.prepare?.();
      const { ms, peakMiB } = await runOnce(subject, true);
      const timedMs = subject.isShort === true ? await timeShort(subject) : ms;
      if (run >= 0) all[i]?.ms.push(timedMs);
      all[i]?.peaks.push(peakMiB);
    }
  }
  return subjects.map((subject, i) => {
    const { ms, peaks } = all[i] as (typeof all)[number];
    return { name: subject.name, medianMs: median(ms), runsMs: ms, peakMiB: Math.max(...peaks) };
  });
}

/** A tenth of a second is within the noise of one run: the median of several in a row, without the preload. */
async function timeShort(subject: Subject): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < SHORT_RUNS; run += 1) runs.push((await runOnce(subject, false)).ms);
  return median(runs);
}

const SHORT_RUNS = 7;

async function runOnce(subject: Subject, withMemory: boolean): Promise<{ ms: number; peakMiB: number }> {
  const preload = withMemory ? ["--import", join(import.meta.dirname, "report-usage.mjs")] : [];
  const start = performance.now();
  const child = spawn(process.execPath, [...preload, ...subject.args], {
    env: { ...process.env, ...subject.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(-1000)));
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4000)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const ms = subject.printsMs === true ? Number(stdout) : performance.now() - start;
  const rss = withMemory ? /maxRSS ([0-9]+)/.exec(stderr)?.[1] : "0";
  if (code !== 0 || rss === undefined || Number.isNaN(ms)) {
    throw new Error(`${subject.name}: exit code ${code}\n${stderr}`);
  }
  return { ms, peakMiB: Number(rss) / 1024 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
