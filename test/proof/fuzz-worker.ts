/**
 * The thread that fuzzes: targets in turn, a few inputs each, until the time is up. Inputs are made from the samples of the target
 * and from those before that reached new code. What it is doing stands in shared memory, so that the thread that watches it knows
 * which input it hangs on.
 */
import { parentPort, workerData } from "node:worker_threads";
import { makeInput, tryInput, type FuzzFailure } from "./fuzz-case.ts";
import { startCoverage, type CodeCoverage } from "./fuzz-coverage.ts";
import { createGuide, type Guide } from "./fuzz-guide.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

export interface FuzzWork {
  /** Address of a module that exports `targets`. */
  readonly module: string;
  readonly seed: number;
  /** Number of the first turn: the target is its rest. */
  readonly first: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Number of inputs, of the turn, length and seed of the input; then for each target how many were accepted, refused and kept. */
  readonly progress: SharedArrayBuffer;
  /** The input at hand. */
  readonly input: SharedArrayBuffer;
}

/** Inputs of a turn, and milliseconds after which it ends before. */
const BATCH = 64;
const TURN_MS = 40;
const GUIDED_TURN_MS = 250;

/** Asking what has run is slow, so that it gets a share of the time only, and none before each target had its turn. */
const GUIDANCE_SHARE = 0.4;

const { module, seed, first, until, progress, input: place } = workerData as FuzzWork;
const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
const numbers = new Int32Array(progress);
const shown = new Uint8Array(place);
let coverage: CodeCoverage | null = null;
const guides = new Map<number, Guide>();

// A promise that never settles must look like a loop that never ends, not like the end of the thread.
const startedAt = Date.now();
const alive = setInterval(() => {}, 60_000);
for (let turn = first; Date.now() < until; turn += 1) {
  const index = turn % targets.length;
  const target = targets[index];
  if (target === undefined) break;
  if (turn === first + targets.length) coverage = startCoverage();
  const isGuided = coverage !== null && coverage.spentMs < (Date.now() - startedAt) * GUIDANCE_SHARE;
  const guide = coverage === null ? null : (guides.get(index) ?? createGuide(target.samples, coverage));
  if (guide !== null) guides.set(index, guide);
  if (isGuided) coverage?.take();
  const pool = guide?.pool ?? target.samples;
  const run = (one: Buffer, number: number): ReturnType<typeof tryInput> => show(target, one, turn, number);
  const inputs: Buffer[] = [];
  const turnEnd = Date.now() + (isGuided ? GUIDED_TURN_MS : TURN_MS);
  for (let step = 0; step < BATCH && (step === 0 || Date.now() < turnEnd); step += 1) {
    const number = seed + turn * BATCH + step;
    // The first is a sample as it is: a reader that takes not even that proves nothing.
    const input = turn < targets.length && step === 0 ? Buffer.from(pool[0] ?? []) : makeInput(pool, number);
    // Kept apart from what the reader is handed, which it might change.
    inputs.push(Buffer.from(input));
    const outcome = await run(input, number);
    if (outcome === "accepted") Atomics.add(numbers, 4 + index * 3, 1);
    else if (outcome === "refused") Atomics.add(numbers, 5 + index * 3, 1);
    else {
      const bytes = new Uint8Array(inputs[step] ?? []);
      const failure: FuzzFailure = {
        target: target.name,
        seed: number,
        reason: outcome.reason,
        input: bytes,
      };
      parentPort?.postMessage(failure);
      // One of a turn is enough: the others have theirs.
      break;
    }
  }
  if (!isGuided || guide === null) continue;
  await guide.learn(inputs, (one) => run(Buffer.from(one), seed + turn * BATCH));
  Atomics.store(numbers, 6 + index * 3, guide.pool.length - target.samples.length);
}
for (const target of targets) await target.close?.();
coverage?.close();
clearInterval(alive);
parentPort?.postMessage("done");

function show(target: FuzzTarget, input: Buffer, turn: number, number: number): ReturnType<typeof tryInput> {
  shown.set(input.subarray(0, shown.length));
  Atomics.store(numbers, 2, Math.min(input.length, shown.length));
  Atomics.store(numbers, 3, number);
  Atomics.store(numbers, 1, turn);
  Atomics.add(numbers, 0, 1);
  return tryInput(target, input);
}
