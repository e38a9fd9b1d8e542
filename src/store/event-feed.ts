/**
 * Events as they happen, and changes of what decisions rest on. One connection of the process listens to the channel on which the
 * database tells of both (ids, kinds and organisations, never content), and hands them to those who watch that organisation. Those
 * who must miss nothing read the table of events after a gap, or forget what they remember.
 */
import { PlimsollError } from "../domain/error.ts";
import type { StoreConnection } from "./connection.ts";
import { listen, type Listener } from "./listen.ts";

/** `gap`: the connection was lost for a while; events may have been missed. */
export type EventTold =
  { readonly kind: "event"; readonly id: number; readonly event: string } | { readonly kind: "gap" };

/**
 * Something that decisions about images rest on has changed: of one image, of what was pushed under one digest, or of both; without
 * either, of all images of the organisation.
 */
export interface ImagesChanged {
  readonly kind: "images-changed";
  /** uuid */
  readonly image: string | null;
  /** Pushed digest. */
  readonly digest: string | null;
}

export interface EventFeed {
  /**
   * Calls `watcher` for each event of the organisation that is committed after the promise is fulfilled, until the returned function
   * is called. The first watcher opens the connection.
   * @throws PlimsollError STORE_UNREACHABLE
   */
  watch(orgId: string, watcher: EventWatcher): Promise<() => void>;
  /** The same, and changes of images too, which are many. */
  watchImages(orgId: string, watcher: (told: EventTold | ImagesChanged) => void): Promise<() => void>;
  /** Ends the connection; nobody is told anything more. */
  close(): Promise<void>;
}

export type EventWatcher = (told: EventTold) => void;

/** Opens nothing yet. */
export function openEventFeed(connection: StoreConnection): EventFeed {
  const watchers: Watchers<EventTold> = new Map();
  const imageWatchers: Watchers<EventTold | ImagesChanged> = new Map();
  const state = { listener: null as Promise<Listener> | null, isClosed: false };
  const onMessage = (text: string): void => {
    const message = readPayload(text);
    if (message === null) return;
    const { org, told } = message;
    if (told.kind === "event") tell(watchers, org, told);
    tell(imageWatchers, org, told);
  };
  const onGap = (): void => {
    tell(watchers, null, { kind: "gap" });
    tell(imageWatchers, null, { kind: "gap" });
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
      return add(watchers, orgId, watcher);
    },
    watchImages: async (orgId, watcher) => {
      await start();
      return add(imageWatchers, orgId, watcher);
    },
    close: async () => {
      state.isClosed = true;
      watchers.clear();
      imageWatchers.clear();
      await (await state.listener?.catch(() => null))?.close();
    },
  };
}

/** By organisation. */
type Watchers<Told> = Map<string, Set<(told: Told) => void>>;

/** `orgId` null: those of all organisations. */
function tell<Told>(watchers: Watchers<Told>, orgId: string | null, told: Told): void {
  const sets = orgId === null ? [...watchers.values()] : [watchers.get(orgId) ?? []];
  for (const set of sets) for (const watcher of set) watcher(told);
}

/** Returns what takes the watcher away again. */
function add<Told>(watchers: Watchers<Told>, orgId: string, watcher: (told: Told) => void): () => void {
  const ofOrg = watchers.get(orgId) ?? new Set();
  watchers.set(orgId, ofOrg.add(watcher));
  return () => {
    if (ofOrg.delete(watcher) && ofOrg.size === 0 && watchers.get(orgId) === ofOrg) watchers.delete(orgId);
  };
}

const CHANNEL = "plimsoll_event";

function unreachable(cause: unknown): PlimsollError {
  return new PlimsollError("STORE_UNREACHABLE", "The database does not tell of events at the moment.", {
    cause,
  });
}

/** What a message says, and to whom; `org` null: to everybody. */
interface Message {
  readonly org: string | null;
  readonly told: (EventTold & { readonly kind: "event" }) | ImagesChanged;
}

/**
 * `{"org":"…","id":7,"kind":"image.pushed"}` or `{"org":"…","changed":{"image":"…","digest":"…"}}`, as the triggers write it; null:
 * somebody else used the channel.
 */
function readPayload(text: string): Message | null {
  try {
    const { org = null, id, kind, changed } = JSON.parse(text) as Record<string, unknown>;
    if (org !== null && typeof org !== "string") return null;
    if (typeof changed === "object" && changed !== null) {
      const { image, digest } = changed as Record<string, unknown>;
      return { org, told: { kind: "images-changed", image: textOrNull(image), digest: textOrNull(digest) } };
    }
    if (org === null || typeof id !== "number" || typeof kind !== "string") return null;
    return { org, told: { kind: "event", id, event: kind } };
  } catch {
    return null;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
