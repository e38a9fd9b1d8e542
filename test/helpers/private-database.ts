/** The private PostgreSQL of a server process, seen from beside: by its superuser, past all roles and row security. */
import pg from "pg";
import type { PrivateConnection } from "../../src/store/connection.ts";
import { clusterLayout, socketPort } from "../../src/store/embedded-postgres/layout.ts";
import { readPasswords } from "../../src/store/embedded-postgres/passwords.ts";
import { databaseName } from "../../src/store/embedded-postgres/session.ts";

/** The caller ends it. `dataDir`: as `--data-dir`, or `server` in the folder of `PLIMSOLL_HOME`. */
export async function connectToPrivate(dataDir: string, database: string = databaseName): Promise<pg.Client> {
  const { clusterDir, passwordFile } = clusterLayout(dataDir);
  const client = new pg.Client({
    host: clusterDir,
    port: socketPort,
    database,
    user: "postgres",
    password: readPasswords(passwordFile).superuser,
    ssl: false,
    options: "-c timezone=UTC",
  });
  // Told of by the failing call too; without a listener the end of the server would end this process.
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Logins of all roles, for a store of one's own beside the server's. */
export function privateConnection(dataDir: string): PrivateConnection {
  const { clusterDir, passwordFile } = clusterLayout(dataDir);
  return {
    kind: "private",
    host: clusterDir,
    port: socketPort,
    database: databaseName,
    passwords: readPasswords(passwordFile).roles,
  };
}
