/** Fuzzes for a while in a thread, and notices when the thread hangs, runs out of memory or dies. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { FuzzFailure } from "./fuzz-case.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import type { FuzzWork } from "./fuzz-worker.ts";

export interface FuzzRunOptions {
  /** Address of a module that exports `targets`. */
  readonly module: string;
  readonly targets: readonly FuzzTarget[];
  readonly seed: number;
  readonly seconds: number;
  /** An input that takes longer hangs. */
  readonly hangMs: number;
  readonly progress: (line: string) => void;
}

export interface FuzzCounts {
  readonly accepted: number;
  readonly refused: number;
  /** Inputs that reached new code. */
  readonly kept: number;
}

export interface FuzzRunResult {
  /** By target, in their order. */
  readonly counts: readonly FuzzCounts[];
  readonly failures: readonly FuzzFailure[];
}

/** More failures than this help nobody. */
const failuresMax = 40;

/** What is shown of an input at hand. */
const inputBytesMax = 4 * 1024 ** 2;

export async function runFuzz(options: FuzzRunOptions): Promise<FuzzRunResult> {
  const { targets, seed } = options;
  const until = Date.now() + options.seconds * 1000;
  const memory = new SharedArrayBuffer(4 * (4 + targets.length * 3));
  const numbers = new Int32Array(memory);
  const input = new SharedArrayBuffer(inputBytesMax);
  const failures: FuzzFailure[] = [];
  for (let first = 0; Date.now() < until && failures.length < failuresMax;) {
    const work: FuzzWork = { module: options.module, seed, first, until, progress: memory, input };
    const end = await watch(work, numbers, options, failures);
    if (end === null) break;
    const turn = Atomics.load(numbers, 1);
    failures.push({
      target: targets[turn % targets.length]?.name ?? "",
      seed: Atomics.load(numbers, 3),
      reason: end,
      input: Uint8Array.from(new Uint8Array(input, 0, Atomics.load(numbers, 2))),
    });
    first = turn + 1;
  }
  const counts = targets.map((_, index) => ({
    accepted: numbers[4 + index * 3] ?? 0,
    refused: numbers[5 + index * 3] ?? 0,
    kept: numbers[6 + index * 3] ?? 0,
  }));
  return { counts, failures };
}

/** Resolves to null when the time is up, else to what became of the thread. */
async function watch(
  work: FuzzWork,
  numbers: Int32Array,
  { hangMs, progress }: FuzzRunOptions,
  failures: FuzzFailure[],
): Promise<string | null> {
  // A thread that is ended cannot clean up after itself.
  const scratch = mkdtempSync(join(tmpdir(), "plimsoll-fuzz-"));
  const worker = new Worker(new URL("fuzz-worker.ts", import.meta.url), {
    workerData: work,
    env: { ...process.env, TMPDIR: scratch },
    resourceLimits: { maxOldGenerationSizeMb: 2048 },
  });
  let end: string | null | undefined;
  worker.on("message", (message: FuzzFailure | "done") => {
    if (message === "done") end = null;
    else failures.push(message);
  });
  worker.on("error", (error) => {
    if (end === undefined) end = `the thread died: ${String(error)}`;
  });
  worker.on("exit", () => {
    if (end === undefined) end = "the thread ended in the middle of an input";
  });
  let seen = -1;
  let changedAt = Date.now();
  let toldAt = Date.now();
  while (end === undefined && failures.length < failuresMax) {
    await pause(100);
    const number = Atomics.load(numbers, 0);
    const now = Date.now();
    if (number !== seen) [seen, changedAt] = [number, now];
    else if (now - changedAt > hangMs && end === undefined) end = `hangs: no end after ${hangMs} ms`;
    if (now - toldAt > 15_000) {
      toldAt = now;
      progress(`${number} inputs, ${failures.length} failures`);
    }
  }
  const result = end ?? null;
  await worker.terminate();
  rmSync(scratch, { recursive: true, force: true });
  return result;
}
