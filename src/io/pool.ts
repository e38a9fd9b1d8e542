/**
 * Runs tasks over a list, a few at a time.
 */

/**
 * Results in the order of `values`; at most `width` tasks run at once, started in the order of the list.
 * The first failure is thrown once the running tasks have ended; no task starts after it.
 */
export async function mapPool<Value, Result>(
  values: readonly Value[],
  width: number,
  task: (value: Value, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < values.length && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await task(values[index] as Value, index);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, values.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
