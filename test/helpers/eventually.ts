/** Waiting for what happens in another process. */
import { setTimeout as pause } from "node:timers/promises";

/** Asks again until there is an answer; none, `false` and 0 are none. The bound only ends a wait that would never end: nothing is measured by it. */
export async function eventually<T>(ask: () => Answer<T> | Promise<Answer<T>>, what: string): Promise<T> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false && answer !== 0) return answer;
    await pause(PAUSE_MS);
  }
  throw new Error(`never happened: ${what}`);
}

type Answer<T> = T | null | undefined | false | 0;

const ROUNDS_MAX = 1_800;
const PAUSE_MS = 100;
