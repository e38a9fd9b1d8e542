/** Work that takes much memory, done by few at once; a queue that grows too long turns people away rather than fall over. */
import { PlimsollError } from "../domain/error.ts";
import type { Store } from "../store/connect.ts";

/** Does the work when its turn has come. @throws PlimsollError RATE_LIMITED when too many are waiting */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs at most `running` at once, and refuses with `message` when `waiting` more are there already. */
export function createTurns(
  runningMax: number,
  waitingMax: number,
  message = "The server is busy at the moment.",
): InTurn {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= runningMax) {
      if (queue.length >= waitingMax) {
        throw new PlimsollError("RATE_LIMITED", message, { details: { retryAfterSeconds: 5 } });
      }
      // Whoever ends hands the turn over, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * The turns of this server for reading an image's inventory, which may be hundreds of megabytes of JSON.
 * @throws PlimsollError RATE_LIMITED
 */
export function readInventoryInTurn<T>(
  { store }: { readonly store: Store },
  work: () => Promise<T>,
): Promise<T> {
  const inTurn = turns.get(store) ?? createTurns(INVENTORIES_MAX, INVENTORIES_WAITING_MAX);
  turns.set(store, inTurn);
  return inTurn(work);
}

const turns = new WeakMap<Store, InTurn>();
export const INVENTORIES_MAX = 2;
export const INVENTORIES_WAITING_MAX = 30;
