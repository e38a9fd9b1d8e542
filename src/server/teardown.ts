/** What a start has brought up, taken down in reverse order. One that fails does not keep the others. */

export interface Teardown {
  /** Aborted before the first step. */
  readonly signal: AbortSignal;
  /** `atOnce`: no time to finish anything. */
  add(step: (atOnce: boolean) => Promise<void>): void;
  /**
   * Runs once; a later call waits for the same end, or with `atOnce` runs every step again without its patience, which each must
   * bear. @throws the first failure, after all steps
   */
  run(atOnce?: boolean): Promise<void>;
}

export function startTeardown(): Teardown {
  const controller = new AbortController();
  const steps: ((atOnce: boolean) => Promise<void>)[] = [];
  let running: Promise<void> | null = null;
  return {
    signal: controller.signal,
    add: (step) => void steps.push(step),
    run: (atOnce = false) => {
      controller.abort();
      if (running === null) running = inTurn(steps.toReversed(), atOnce);
      else if (atOnce) return Promise.allSettled(steps.map((step) => step(true))).then(() => {});
      return running;
    },
  };
}

async function inTurn(
  steps: readonly ((atOnce: boolean) => Promise<void>)[],
  atOnce: boolean,
): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step(atOnce).catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw failures[0];
}
