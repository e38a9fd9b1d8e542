/**
 * The thread that fuzzes: targets in turn, until the time is up. What it is doing stands in shared memory, so that the thread that
 * watches it knows which input it hangs on.
 */
import { parentPort, workerData } from "node:worker_threads";
import { inputOf, tryInput, type FuzzFailure } from "./fuzz-case.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

export interface FuzzWork {
  /** Address of a module that exports `targets`. */
  readonly module: string;
  readonly seed: number;
  /** Number of the first case: the target is its rest, the seed of its input is the sum with `seed`. */
  readonly first: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Number of the case at hand, then for each target how many were accepted and refused. */
  readonly progress: SharedArrayBuffer;
}

const { module, seed, first, until, progress } = workerData as FuzzWork;
const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
const numbers = new Int32Array(progress);

// A promise that never settles must look like a loop that never ends, not like the end of the thread.
const alive = setInterval(() => {}, 60_000);
for (let number = first; Date.now() < until; number += 1) {
  const index = number % targets.length;
  const target = targets[index];
  if (target === undefined) break;
  Atomics.store(numbers, 0, number);
  const outcome = await tryInput(target, inputOf(target, seed + number));
  if (outcome === "accepted") Atomics.add(numbers, 1 + index * 2, 1);
  else if (outcome === "refused") Atomics.add(numbers, 2 + index * 2, 1);
  else {
    const failure: FuzzFailure = { target: target.name, seed: seed + number, reason: outcome.reason };
    parentPort?.postMessage(failure);
  }
}
for (const target of targets) await target.close?.();
clearInterval(alive);
parentPort?.postMessage("done");
