/**
 * When an HTTP exchange is tried again, and after how long.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpLimits } from "./http-limits.ts";

/** Statuses that say "later", not "no". */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status === 500 || (status >= 502 && status <= 504);
}

/** Causes that may pass by themselves: a connection that broke, a resolver that was busy. Timeouts have cost enough. */
export function isRetryableCause(code: string | null): boolean {
  return code !== null && retryableCauses.has(code);
}

const retryableCauses: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "EAI_AGAIN",
  "UND_ERR_SOCKET",
]);

/**
 * Milliseconds to wait before attempt `attempt` (1 = the first retry), or null when it should not be tried again:
 * no attempts left, or the server asks for a longer pause than `retryPauseMsMax`.
 * `retryAfter` is the header's text: seconds, or an HTTP date (RFC 9110 section 10.2.3).
 */
export function retryPause(
  attempt: number,
  retryAfter: string | null,
  limits: HttpLimits,
  now: () => number = Date.now,
): number | null {
  if (attempt > limits.retriesMax) return null;
  const asked = retryAfter === null ? null : retryAfterMs(retryAfter, now);
  if (asked !== null) return asked <= limits.retryPauseMsMax ? asked : null;
  const doubled = limits.retryPauseMs * 2 ** (attempt - 1);
  // Spread, so that many clients that failed together do not come back together.
  return Math.min(limits.retryPauseMsMax, doubled) * (0.75 + Math.random() / 4);
}

function retryAfterMs(text: string, now: () => number): number | null {
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed) * 1000;
  const at = trimmed.length <= 40 ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now());
}

/** Waits; an abort ends it with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
