/**
 * Runs a module in a thread that is ended when it takes too long or too much memory, whatever it is doing. The thread stays for the
 * next input, since starting one and loading what it needs takes longer than most runs; after one that was ended there is a new one.
 */
import { Worker } from "node:worker_threads";

export interface WorkerLimits {
  /** Of each run; the first of a thread loads what it needs in it. */
  readonly timeMs: number;
  /** Of the thread's heap. */
  readonly memoryMb: number;
}

export type WorkerAnswer<Value> =
  | { readonly kind: "value"; readonly value: Value }
  /** `reason` completes "the thread …": `took longer than 10 s and was ended`. */
  | { readonly kind: "ended"; readonly reason: string };

export interface KillableWorker<Input, Value> {
  /** Posts the input and resolves to the first message that comes back; one run at a time. Never rejects. */
  run(input: Input): Promise<WorkerAnswer<Value>>;
  close(): Promise<void>;
}

/** Nothing is started before the first run. The thread has no environment. */
export function openKillable<Input, Value>(module: URL, limits: WorkerLimits): KillableWorker<Input, Value> {
  let worker: Worker | null = null;
  const close = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  return {
    close,
    async run(input) {
      if (worker === null) {
        const started = start(module, limits);
        // One that ends between two runs is replaced in the next, and ends nothing else.
        started
          .on("error", () => {})
          .on("exit", () => {
            if (worker === started) worker = null;
          });
        worker = started;
      }
      const answer = await runOnce<Value>(worker, input, limits);
      if (answer.kind === "ended") await close();
      return answer;
    },
  };
}

function start(module: URL, { memoryMb }: WorkerLimits): Worker {
  const resourceLimits = {
    maxOldGenerationSizeMb: memoryMb,
    maxYoungGenerationSizeMb: YOUNG_MB,
    stackSizeMb: 4,
  };
  return new Worker(module, { env: {}, resourceLimits });
}

function runOnce<Value>(
  worker: Worker,
  input: unknown,
  { timeMs, memoryMb }: WorkerLimits,
): Promise<WorkerAnswer<Value>> {
  return new Promise((resolve) => {
    const end = (answer: WorkerAnswer<Value>): void => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(answer);
    };
    const ended = (reason: string): void => end({ kind: "ended", reason });
    const onMessage = (value: Value): void => end({ kind: "value", value });
    const onExit = (): void => ended("ended without an answer");
    const onError = (error: NodeJS.ErrnoException): void =>
      ended(
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `needed more than ${memoryMb} MB of memory and was ended`
          : `failed: ${error.message}`,
      );
    const timer = setTimeout(() => ended(`took longer than ${timeMs / 1000} s and was ended`), timeMs);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(input);
  });
}

const YOUNG_MB = 16;
