/**
 * A private PostgreSQL for a moment: the one that a server uses just now, beside it, or one that is started for this and stopped again.
 */
import { existsSync } from "node:fs";
import { PlimsollError } from "../../domain/error.ts";
import type { PrivateConnection } from "../connection.ts";
import { clusterLayout, socketPort } from "./layout.ts";
import { readPasswords } from "./passwords.ts";
import { readPostmaster } from "./postmaster.ts";
import { connectAsSuperuser, databaseName } from "./session.ts";
import { startPostgres, type PostgresOptions } from "./start.ts";

export interface ReachedPostgres {
  /** Logins of all roles. Holds passwords. */
  readonly connection: PrivateConnection;
  /** Ends what was started for this; a server's own goes on. */
  close(): Promise<void>;
}

/** @throws PlimsollError STORE_EMPTY where there is none in the folder; as `startPostgres` */
export async function reachPostgres(options: PostgresOptions): Promise<ReachedPostgres> {
  const { clusterDir, passwordFile } = clusterLayout(options.dataDir);
  if (!existsSync(clusterDir)) {
    throw new PlimsollError("STORE_EMPTY", "There is no database in the data folder.", {
      details: { folder: options.dataDir },
    });
  }
  const { superuser, roles } = readPasswords(passwordFile);
  const running = readPostmaster(clusterDir);
  const client = running === null ? null : await connectAsSuperuser(running.socketFolder, superuser);
  if (running !== null && client !== null) {
    await client.end();
    const place = { host: running.socketFolder, port: socketPort, database: databaseName };
    return { connection: { kind: "private", ...place, passwords: roles }, close: async () => {} };
  }
  const started = await startPostgres(options);
  return { connection: started.connection, close: () => started.stop() };
}
