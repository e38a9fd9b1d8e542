/** A program that runs until a signal ends it. */
import { setTimeout as sleep } from "node:timers/promises";

export interface Running {
  /** `atOnce`: called after a first stop that takes too long, or instead of it. */
  stop(atOnce: boolean): Promise<void>;
  /** Settles with the reason when it cannot go on; absent: it always can. */
  readonly lost?: Promise<string>;
}

/**
 * Starts, waits for SIGINT or SIGTERM, stops. The first signal lets work end; a second one does not, and a third is the system's. Two
 * within half a second are one: a key pressed once reaches every program of a terminal, and npm and its like pass it on besides.
 * The signal handed to `start` is aborted by a signal that comes before it is up. Resolves to the exit code: 0 after a signal, 1 when it
 * was lost, 128 and the signal's number when it was not given time to end.
 */
export async function untilSignal(
  log: (line: string) => void,
  start: (signal: AbortSignal) => Promise<Running>,
): Promise<number> {
  const first = Promise.withResolvers<Signal>();
  const second = Promise.withResolvers<Signal>();
  const starting = new AbortController();
  let firstAtMs: number | null = null;
  const onSignal = (signal: Signal): void => {
    starting.abort();
    if (firstAtMs === null) {
      firstAtMs = Date.now();
      return first.resolve(signal);
    }
    if (Date.now() - firstAtMs < SAME_KEY_MS) return;
    second.resolve(signal);
    for (const name of signals) process.off(name, onSignal);
  };
  for (const name of signals) process.on(name, onSignal);
  try {
    const running = await start(starting.signal).catch((error: unknown) => {
      // Asked to end before it was up: that is no failure.
      if (starting.signal.aborted) return null;
      throw error;
    });
    if (running === null) return 0;
    return await keep(running, first.promise, second.promise, log);
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}

async function keep(
  running: Running,
  first: Promise<Signal>,
  second: Promise<Signal>,
  log: (line: string) => void,
): Promise<number> {
  const lost = running.lost?.then((reason) => ({ reason })) ?? new Promise<never>(() => {});
  const why = await Promise.race([first, lost]);
  if (typeof why !== "string") {
    log(`it cannot go on: ${why.reason}`);
    await running.stop(true);
    return 1;
  }
  log(`${why}: stopping; the same again stops at once`);
  const stopped = running.stop(false).then(() => null);
  const hurried = await Promise.race([stopped, second]);
  if (hurried === null) return 0;
  await Promise.race([running.stop(true), sleep(AT_ONCE_MS)]);
  // Something that does not end may keep the process; it was told twice.
  process.exit(128 + numbers[hurried]);
}

type Signal = "SIGINT" | "SIGTERM";

const signals: readonly Signal[] = ["SIGINT", "SIGTERM"];
const numbers: Readonly<Record<Signal, number>> = { SIGINT: 2, SIGTERM: 15 };
const AT_ONCE_MS = 5000;
const SAME_KEY_MS = 500;
