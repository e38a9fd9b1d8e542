/**
 * Notifications of the database, over a connection of its own that is opened again when it breaks. What was told meanwhile is lost,
 * so a listener is told of the gap and must look for itself. A notification is a hint: it carries ids and nothing to trust.
 */
import pg from "pg";
import type { StoreConnection, StoreRole } from "./connection.ts";
import { checkRole, clientConfig } from "./login.ts";

export interface ListenOptions {
  readonly connection: StoreConnection;
  readonly role: StoreRole;
  /** Name of the channel, e.g. `plimsoll_event`. */
  readonly channel: string;
  readonly onMessage: (text: string) => void;
  /** The connection was lost and is there again. */
  readonly onGap: () => void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Listens until it is closed. @throws errors of `pg` when there is no connection at the start */
export async function listen(options: ListenOptions): Promise<Listener> {
  const state = { client: await open(options), isClosed: false, timer: null as NodeJS.Timeout | null };
  const watch = (): void => {
    const { client } = state;
    client.once("end", () => reopenLater(0));
    // A connection that died without a word is found out by asking it something.
    state.timer = setTimeout(() => void check(client), CHECK_MS);
  };
  const check = async (client: pg.Client): Promise<void> => {
    const answer = client.query("select").then(() => true);
    const inTime = await Promise.race([answer.catch(() => false), after(CHECK_ANSWER_MS)]);
    if (state.isClosed || client !== state.client) return;
    if (inTime) state.timer = setTimeout(() => void check(client), CHECK_MS);
    else void client.end().catch(() => {});
  };
  const reopenLater = (attempt: number): void => {
    if (state.timer !== null) clearTimeout(state.timer);
    if (state.isClosed) return;
    state.timer = setTimeout(() => void reopen(attempt), Math.min(REOPEN_MS * 2 ** attempt, REOPEN_MS_MAX));
  };
  const reopen = async (attempt: number): Promise<void> => {
    try {
      state.client = await open(options);
    } catch {
      return reopenLater(attempt + 1);
    }
    if (state.isClosed) return void (await state.client.end());
    watch();
    options.onGap();
  };
  watch();
  return {
    close: async () => {
      state.isClosed = true;
      if (state.timer !== null) clearTimeout(state.timer);
      await state.client.end().catch(() => {});
    },
  };
}

async function open(options: ListenOptions): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(options.connection, options.role));
  client.on("notification", ({ payload }) => options.onMessage(payload ?? ""));
  try {
    await client.connect();
    await checkRole(client, options.role);
    await client.query(`listen ${pg.escapeIdentifier(options.channel)}`);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function after(delayMs: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), delayMs).unref());
}

const CHECK_MS = 30_000;
const CHECK_ANSWER_MS = 10_000;
const REOPEN_MS = 200;
const REOPEN_MS_MAX = 10_000;
