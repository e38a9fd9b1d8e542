/** Times the steps of one analysis. */
import type { StepName, StepReport } from "../domain/analysis.ts";

export interface Stopwatch {
  /** Ends the step that ran since the last lap. */
  lap(step: StepName, count: number): void;
  readonly steps: readonly StepReport[];
}

/** `monotonicMs` gives milliseconds that never run backwards. */
export function startStopwatch(monotonicMs: () => number): Stopwatch {
  const steps: StepReport[] = [];
  let last = monotonicMs();
  return {
    steps,
    lap(step, count) {
      const now = monotonicMs();
      steps.push({ step, ms: now - last, count });
      last = now;
    },
  };
}
