/**
 * Events as they happen. One connection of the process listens to the channel on which the database tells of each new event
 * (id, kind and organisation, never content), and hands it to those who watch that organisation. A connection that breaks is
 * opened again; watchers are then told that there was a gap, for what was told meanwhile is lost. Those who must miss nothing read
 * the table of events after a gap.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { PlimsollError } from "../domain/error.ts";
import type { StoreConnection } from "./connection.ts";
import { checkRole, clientConfig } from "./login.ts";

/** `gap`: events may have been missed, look them up. */
export type EventTold =
  { readonly kind: "event"; readonly id: number; readonly event: string } | { readonly kind: "gap" };

export interface EventFeed {
  /**
   * Calls `listener` for each event of the organisation that is committed after the promise is fulfilled, until the returned
   * function is called. The first watcher opens the connection.
   * @throws PlimsollError STORE_UNREACHABLE when there is no connection within `waitMs`
   */
  watch(orgId: string, listener: (told: EventTold) => void): Promise<() => void>;
  /** Ends the connection; nobody is told anything more. */
  close(): Promise<void>;
}

export interface FeedOptions {
  /** Pause before the connection is opened again; it doubles up to thirty times as long. */
  readonly pauseMs?: number;
  /** How long a watcher waits for a connection. */
  readonly waitMs?: number;
}

export function openEventFeed(connection: StoreConnection, options: FeedOptions = {}): EventFeed {
  return new ListeningFeed(connection, { pauseMs: 1_000, waitMs: 10_000, ...options });
}

const CHANNEL = "plimsoll_event";

class ListeningFeed implements EventFeed {
  readonly #connection: StoreConnection;
  readonly #options: Required<FeedOptions>;
  readonly #watchers = new Map<string, Set<(told: EventTold) => void>>();
  readonly #closing = new AbortController();
  #loop: Promise<void> | null = null;
  #listening = false;
  /** Whether it ever listened: only then can something have been missed. */
  #hasListened = false;
  /** Called when the connection listens. */
  #waiting: (() => void)[] = [];

  constructor(connection: StoreConnection, options: Required<FeedOptions>) {
    this.#connection = connection;
    this.#options = options;
  }

  async watch(orgId: string, listener: (told: EventTold) => void): Promise<() => void> {
    const watchers = this.#watchers.get(orgId) ?? new Set();
    this.#watchers.set(orgId, watchers.add(listener));
    const end = (): void => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(orgId) === watchers) this.#watchers.delete(orgId);
    };
    this.#loop ??= this.#run();
    try {
      await this.#whenListening();
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watchers.clear();
    await this.#loop;
  }

  async #whenListening(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#options.waitMs)]);
    if (this.#listening && !signal.aborted) return;
    await new Promise<void>((resolve, reject) => {
      const refuse = (): void =>
        reject(new PlimsollError("STORE_UNREACHABLE", "The database does not tell of events at the moment."));
      if (signal.aborted) {
        refuse();
        return;
      }
      signal.addEventListener("abort", refuse, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener("abort", refuse);
        resolve();
      });
    });
  }

  async #run(): Promise<void> {
    const { pauseMs } = this.#options;
    const { signal } = this.#closing;
    for (let wait = pauseMs; !signal.aborted; wait = Math.min(wait * 2, pauseMs * 30)) {
      const hadConnection = await this.#listenOnce(signal);
      if (hadConnection) wait = pauseMs;
      await sleep(wait, null, { signal }).catch(() => {});
    }
  }

  /** Listens until the connection breaks or the feed closes. Whether there was a connection. */
  async #listenOnce(signal: AbortSignal): Promise<boolean> {
    const client = new pg.Client(clientConfig(this.#connection, "app"));
    const ended = Promise.withResolvers<void>();
    const end = (): void => ended.resolve();
    let ping: NodeJS.Timeout | null = null;
    client.on("error", end);
    client.on("end", end);
    signal.addEventListener("abort", end, { once: true });
    try {
      await client.connect();
      await checkRole(client, "app");
      client.on("notification", ({ payload }) => this.#tell(payload ?? ""));
      await client.query(`listen ${CHANNEL}`);
      ping = pingUntilSilent(client, end);
      this.#nowListening();
      await ended.promise;
      return true;
    } catch {
      // Why it failed is told by the queries that others make; here it is tried again.
      return false;
    } finally {
      this.#listening = false;
      if (ping !== null) clearInterval(ping);
      signal.removeEventListener("abort", end);
      await client.end().catch(() => {});
    }
  }

  #nowListening(): void {
    this.#listening = true;
    if (this.#hasListened) {
      const all = [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
      for (const listener of all) listener({ kind: "gap" });
    }
    this.#hasListened = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  #tell(payload: string): void {
    const told = readPayload(payload);
    if (told === null) return;
    for (const listener of this.#watchers.get(told.org) ?? [])
      listener({ kind: "event", id: told.id, event: told.kind });
  }
}

/** A peer that is gone without a word is noticed by a question that stays without an answer. */
function pingUntilSilent(client: pg.Client, onSilence: () => void): NodeJS.Timeout {
  let isWaiting = false;
  const ping = async (): Promise<void> => {
    if (isWaiting) {
      onSilence();
      return;
    }
    isWaiting = true;
    await client.query("select 1");
    isWaiting = false;
  };
  return setInterval(() => void ping().catch(onSilence), PING_MS).unref();
}

const PING_MS = 30_000;

/** `{"org":"…","id":7,"kind":"image.pushed"}`, as the trigger writes it; null: somebody else used the channel. */
function readPayload(text: string): { org: string; id: number; kind: string } | null {
  try {
    const { org, id, kind } = JSON.parse(text) as Record<string, unknown>;
    if (typeof org !== "string" || typeof id !== "number" || typeof kind !== "string") return null;
    return { org, id, kind };
  } catch {
    return null;
  }
}
