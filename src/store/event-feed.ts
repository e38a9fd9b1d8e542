/**
 * Events as they happen. One connection of the process listens to the channel on which the database tells of each new event (id,
 * kind and organisation, never content), and hands it to those who watch that organisation. Those who must miss nothing read the
 * table of events after a gap.
 */
import { PlimsollError } from "../domain/error.ts";
import type { StoreConnection } from "./connection.ts";
import { listen, type Listener } from "./listen.ts";

/** `gap`: the connection was lost for a while; events may have been missed. */
export type EventTold =
  { readonly kind: "event"; readonly id: number; readonly event: string } | { readonly kind: "gap" };

export interface EventFeed {
  /**
   * Calls `watcher` for each event of the organisation that is committed after the promise is fulfilled, until the returned function
   * is called. The first watcher opens the connection.
   * @throws PlimsollError STORE_UNREACHABLE
   */
  watch(orgId: string, watcher: EventWatcher): Promise<() => void>;
  /** Ends the connection; nobody is told anything more. */
  close(): Promise<void>;
}

export type EventWatcher = (told: EventTold) => void;

/** Opens nothing yet. */
export function openEventFeed(connection: StoreConnection): EventFeed {
  const watchers = new Map<string, Set<EventWatcher>>();
  const state = { listener: null as Promise<Listener> | null, isClosed: false };
  const onMessage = (text: string): void => {
    const told = readPayload(text);
    if (told === null) return;
    for (const watcher of watchers.get(told.org) ?? [])
      watcher({ kind: "event", id: told.id, event: told.kind });
  };
  const onGap = (): void => {
    for (const each of watchers.values()) for (const watcher of each) watcher({ kind: "gap" });
  };
  const start = async (): Promise<void> => {
    if (state.isClosed) throw unreachable(null);
    state.listener ??= listen({ connection, role: "app", channel: CHANNEL, onMessage, onGap });
    const { listener } = state;
    try {
      await listener;
    } catch (error) {
      // The next watcher tries again.
      if (state.listener === listener) state.listener = null;
      throw unreachable(error);
    }
  };
  return {
    watch: async (orgId, watcher) => {
      await start();
      const ofOrg = watchers.get(orgId) ?? new Set();
      watchers.set(orgId, ofOrg.add(watcher));
      return () => {
        if (ofOrg.delete(watcher) && ofOrg.size === 0) watchers.delete(orgId);
      };
    },
    close: async () => {
      state.isClosed = true;
      watchers.clear();
      await (await state.listener?.catch(() => null))?.close();
    },
  };
}

const CHANNEL = "plimsoll_event";

function unreachable(cause: unknown): PlimsollError {
  return new PlimsollError("STORE_UNREACHABLE", "The database does not tell of events at the moment.", {
    cause,
  });
}

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
