/** Runs a module in a thread that is ended when it takes too long or too much memory, whatever it is doing. */
import { Worker } from "node:worker_threads";

export interface WorkerLimits {
  readonly timeMs: number;
  /** Of the thread's heap. */
  readonly memoryMb: number;
}

export type WorkerAnswer<Value> =
  | { readonly kind: "value"; readonly value: Value }
  /** `reason` completes "the thread …": `took longer than 10 s and was ended`. */
  | { readonly kind: "ended"; readonly reason: string };

/**
 * Starts `module` with `input` as its `workerData`, and resolves to the first message that it posts. The thread has no
 * environment, and is ended afterwards in every case. Never rejects.
 */
export function runKillable<Value>(
  module: URL,
  input: unknown,
  { timeMs, memoryMb }: WorkerLimits,
): Promise<WorkerAnswer<Value>> {
  return new Promise((resolve) => {
    const worker = new Worker(module, {
      workerData: input,
      env: {},
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMb,
        maxYoungGenerationSizeMb: YOUNG_MB,
        stackSizeMb: 4,
      },
    });
    const end = (answer: WorkerAnswer<Value>): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    const timer = setTimeout(
      () => end({ kind: "ended", reason: `took longer than ${timeMs / 1000} s and was ended` }),
      timeMs,
    );
    worker.once("message", (value: Value) => end({ kind: "value", value }));
    worker.once("error", (error: NodeJS.ErrnoException) =>
      end({
        kind: "ended",
        reason:
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? `needed more than ${memoryMb} MB of memory and was ended`
            : `failed: ${error.message}`,
      }),
    );
    worker.once("exit", () => end({ kind: "ended", reason: "ended without an answer" }));
  });
}

const YOUNG_MB = 16;
