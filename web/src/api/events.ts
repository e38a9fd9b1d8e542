/**
 * Keeps pages live: the server's event stream says that something of a kind happened, and what the cache holds of it is asked
 * for again. When the stream stays away, everything is asked for again at intervals instead. After a gap everything is, because
 * what happened in it is not known.
 */
import type { StreamMessage } from "../../../src/api/rest/events.ts";
import { apiAddress, orgPath } from "./client.ts";
import { nouns, nounsTouchedBy, type Noun } from "./keys.ts";

/** `live`: the stream is open; `connecting`: not yet or not now; `polling`: it stays away, pages are asked for at intervals. */
export type LiveState = "connecting" | "live" | "polling";

/** What the watch is made of; the browser's own but in tests. */
export interface WatchParts {
  open(address: string): Stream;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

/** The part of `EventSource` that is used. */
export interface Stream {
  addEventListener(name: "open" | "error", listener: () => void): void;
  addEventListener(name: "message", listener: (message: MessageEvent<string>) => void): void;
  close(): void;
}

export interface WatchTold {
  /** These are out of date; told at most every `QUIET_MS`. */
  readonly onStale: (stale: readonly Noun[]) => void;
  readonly onState: (state: LiveState) => void;
}

/** Several events within this time are one. */
export const QUIET_MS = 300;
export const POLL_MS = 15_000;
const RECONNECT_MS_MIN = 1_000;
const RECONNECT_MS_MAX = 30_000;

/** Watches an organisation until the returned function is called. */
export function watchOrganisation(
  org: string,
  told: WatchTold,
  parts: WatchParts = browserParts,
): () => void {
  const address = apiAddress(orgPath(org, "stream"));
  const waiting = new Set<Noun>();
  let stream: Stream | null = null;
  let attempts = 0;
  let hadGap = false;
  let ended = false;
  let flushTimer: unknown = null;
  let pollTimer: unknown = null;
  let reconnectTimer: unknown = null;

  told.onState("connecting");
  connect();
  return end;

  function connect(): void {
    reconnectTimer = null;
    stream = parts.open(address);
    stream.addEventListener("open", opened);
    stream.addEventListener("message", (message) => markStale(readStale(message.data)));
    stream.addEventListener("error", lost);
  }

  function opened(): void {
    attempts = 0;
    parts.clearTimer(pollTimer);
    pollTimer = null;
    told.onState("live");
    if (hadGap) markStale(nouns);
    hadGap = false;
  }

  // The browser's own reconnecting stops for good at the first answer that is no stream, so each loss is ours to mend.
  function lost(): void {
    if (ended) return;
    stream?.close();
    hadGap = true;
    attempts += 1;
    told.onState(attempts === 1 ? "connecting" : "polling");
    if (attempts > 1) pollTimer ??= parts.setTimer(poll, POLL_MS);
    const wait = Math.min(RECONNECT_MS_MIN * 2 ** (attempts - 1), RECONNECT_MS_MAX);
    reconnectTimer = parts.setTimer(connect, wait);
  }

  function poll(): void {
    markStale(nouns);
    pollTimer = parts.setTimer(poll, POLL_MS);
  }

  function markStale(stale: readonly Noun[]): void {
    for (const noun of stale) waiting.add(noun);
    flushTimer ??= parts.setTimer(flush, QUIET_MS);
  }

  function flush(): void {
    flushTimer = null;
    const stale = [...waiting];
    waiting.clear();
    told.onStale(stale);
  }

  function end(): void {
    ended = true;
    stream?.close();
    for (const timer of [flushTimer, pollTimer, reconnectTimer]) parts.clearTimer(timer);
  }
}

/** A message that cannot be read says that something happened, but not what. */
function readStale(text: string): readonly Noun[] {
  try {
    const { kind } = JSON.parse(text) as Partial<StreamMessage>;
    return typeof kind === "string" ? nounsTouchedBy(kind) : nouns;
  } catch {
    return nouns;
  }
}

const browserParts: WatchParts = {
  open: (address) => new EventSource(address),
  setTimer: (run, ms) => window.setTimeout(run, ms),
  clearTimer: (timer) => {
    if (typeof timer === "number") window.clearTimeout(timer);
  },
};
