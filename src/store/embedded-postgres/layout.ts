/**
 * What stands where in the folder of the private PostgreSQL.
 *
 *     cluster/         PostgreSQL's data, owned by the server's account, 0700; the socket is inside, so nobody else can reach it
 *     passwords.json   0600
 *     postgres.log     0600; the older half is postgres.log.1
 *     postgresql-*     a copy of the programs, only where the account cannot run the installed ones
 *     init.*.tmp/      a cluster being made
 */
import { join } from "node:path";

export interface ClusterLayout {
  readonly folder: string;
  readonly clusterDir: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

/** `folder`: absolute. */
export function clusterLayout(folder: string): ClusterLayout {
  return {
    folder,
    clusterDir: join(folder, "cluster"),
    passwordFile: join(folder, "passwords.json"),
    logFile: join(folder, "postgres.log"),
  };
}

/** Never listened on: it only names the socket. */
export const socketPort = 5432;

/** Path of the socket in `folder`. */
export function socketPath(folder: string): string {
  return join(folder, `.s.PGSQL.${socketPort}`);
}

/** `sun_path` holds 108 bytes with its end mark; some systems have 104. */
const SOCKET_PATH_BYTES_MAX = process.platform === "linux" ? 107 : 103;

/** Whether the system can bind a socket in the folder. Longer paths fail with an error that says nothing of their length. */
export function isSocketPathShort(folder: string): boolean {
  return Buffer.byteLength(socketPath(folder)) <= SOCKET_PATH_BYTES_MAX;
}
