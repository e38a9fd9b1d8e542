/**
 * Ceilings of one HTTP exchange. Every number has a name, so that an error can say which one was met.
 */

export interface HttpLimits {
  /** To a connected socket, TLS included. */
  readonly connectTimeoutMs: number;
  /** From the sent request to the last header. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyIdleTimeoutMs: number;
  /** The whole exchange, redirects, retries and body included. */
  readonly totalTimeoutMs: number;
  readonly redirectsMax: number;
  /** Bytes of the body as sent (no content coding is asked for or undone). */
  readonly bodyBytesMax: number;
  /** Attempts after the first, for 408, 429, 5xx and broken connections. */
  readonly retriesMax: number;
  /** First pause before a retry; it doubles each time. */
  readonly retryPauseMs: number;
  /** Longest pause. A server that asks for more (`Retry-After`) gets no retry: its answer is returned. */
  readonly retryPauseMsMax: number;
}

export const defaultHttpLimits: HttpLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyIdleTimeoutMs: 60_000,
  totalTimeoutMs: 60 * 60_000,
  redirectsMax: 5,
  bodyBytesMax: 16 * 1024 ** 2,
  retriesMax: 3,
  retryPauseMs: 500,
  retryPauseMsMax: 20_000,
};
