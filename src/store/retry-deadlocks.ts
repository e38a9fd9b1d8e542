/**
 * Transactions that wait for each other in a circle: PostgreSQL ends one of them, which then has the way to itself. Rows are locked in
 * one order where that can be; jobs of several kinds, enqueued by transactions of several kinds, are not.
 */

/** Runs `work`, a whole transaction, once more when it was ended for that. It must do nothing but what is rolled back. */
export async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES_MAX || !isDeadlock(error)) throw error;
    }
  }
}

const TRIES_MAX = 5;

/** deadlock_detected, serialization_failure */
function isDeadlock(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40P01" || error.code === "40001");
}
