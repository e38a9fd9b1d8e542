/**
 * Notices when the private PostgreSQL goes away. When one of its processes crashes, PostgreSQL ends all sessions, recovers and goes
 * on; then the lock is taken again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { takeLock } from "./session.ts";

export interface ServerWatch {
  /** Settles with the reason when the server is gone, or belongs to another process now. */
  readonly lost: Promise<string>;
  /** From now on its end is meant: `lost` never settles. */
  ignoreEnd(): void;
  close(): Promise<void>;
}

/** `client` holds the lock. `reconnect` answers null while the server is not ready to. */
export function watchServer(server: {
  readonly client: pg.Client;
  readonly isAlive: () => boolean;
  readonly reconnect: () => Promise<pg.Client | null>;
}): ServerWatch {
  const lost = Promise.withResolvers<string>();
  let client = server.client;
  let isEnding = false;
  const watch = (): void => void client.once("end", () => void recover());
  const recover = async (): Promise<void> => {
    try {
      for (;;) {
        if (isEnding) return;
        if (!server.isAlive()) return lost.resolve("The database server ended.");
        const next = await server.reconnect();
        if (next === null) {
          await sleep(100);
          continue;
        }
        client = next;
        if (isEnding) return void (await client.end());
        await takeLock(client, null);
        return watch();
      }
    } catch (error) {
      if (!isEnding) lost.resolve(error instanceof Error ? error.message : String(error));
    }
  };
  watch();
  return {
    lost: lost.promise,
    ignoreEnd: () => {
      isEnding = true;
    },
    close: async () => {
      isEnding = true;
      await client.end().catch(() => {});
    },
  };
}
