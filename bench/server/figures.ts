/** One line of the server's benchmark: how long something took, beside the least it could take and what it should. */

export interface Figure {
  readonly name: string;
  readonly runsMs: readonly number[];
  /** What it cannot be faster than, in milliseconds; null: nothing comparable was measured. */
  readonly floorMs: number | null;
  /** What its 95th percentile should stay under; null: it is only told. */
  readonly targetMs: number | null;
}

/** The smallest value that at least so many percent are not above (nearest rank). NaN without values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

/** Milliseconds that `run` takes, `runs` times after `warmups` that are not counted, one after the other. */
export async function time(
  runs: number,
  run: (number: number) => Promise<unknown>,
  warmups = 3,
): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let number = -warmups; number < runs; number += 1) {
    const start = performance.now();
    await run(number);
    if (number >= 0) taken.push(performance.now() - start);
  }
  return taken;
}
