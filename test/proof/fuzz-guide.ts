/** Inputs of a target that reached something new, found again in a batch that did. */
import type { CodeCoverage, Trace } from "./fuzz-coverage.ts";

/** Inputs kept of one target; past them the oldest makes room. */
const KEPT_MAX = 200;

export interface Guide {
  /** What new inputs are made from: the samples, and what was kept. */
  readonly pool: readonly Buffer[];
  /** Called after the inputs have run since the last `take`, and never with none. `run` runs one again. */
  learn(inputs: readonly Buffer[], run: (input: Buffer) => Promise<unknown>): Promise<void>;
}

export function createGuide(samples: readonly Buffer[], coverage: CodeCoverage): Guide {
  const kept: Buffer[] = [];
  let isFirst = true;

  async function runAll(inputs: readonly Buffer[], run: (input: Buffer) => Promise<unknown>): Promise<Trace> {
    coverage.take();
    for (const input of inputs) await run(input);
    return coverage.take();
  }

  return {
    get pool() {
      return [...samples, ...kept];
    },
    async learn(inputs, run) {
      const trace = coverage.take();
      // Whatever runs first is new; only what comes after it tells inputs apart.
      const isNew = !isFirst && coverage.isNew(trace);
      isFirst = false;
      if (!isNew) return coverage.add(trace);
      let suspects = inputs;
      let last: Trace | null = null;
      while (suspects.length > 1) {
        const half = suspects.slice(0, suspects.length >> 1);
        const reached = await runAll(half, run);
        const isHere = coverage.isNew(reached);
        suspects = isHere ? half : suspects.slice(half.length);
        last = isHere ? reached : null;
      }
      last ??= await runAll(suspects, run);
      // What runs only once, such as a table that is filled at its first use, is not the input's doing.
      const [input] = suspects;
      if (input === undefined || !coverage.isNew(last)) return coverage.add(trace);
      coverage.add(last);
      kept.push(Buffer.from(input));
      if (kept.length > KEPT_MAX) kept.shift();
    },
  };
}
