/**
 * The private PostgreSQL of a server: a real one, as a child process, reachable only through a socket that only this account can
 * get at. Whoever uses the data folder holds a lock inside PostgreSQL itself, which ends with its owner's life: a process that was
 * killed leaves PostgreSQL running, and the next start takes that one over, while a second start beside a living one is refused.
 */
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import { makeFolder } from "../../io/make-folder.ts";
import type { PrivateConnection } from "../connection.ts";
import { findPostgres } from "./find-binaries.ts";
import { clusterLayout, socketPort, type ClusterLayout } from "./layout.ts";
import { makeCluster, removeLeftovers } from "./make-cluster.ts";
import { readPasswords, type Passwords } from "./passwords.ts";
import { clearGone, readPostmaster } from "./postmaster.ts";
import { prepareBinaries } from "./prepare-binaries.ts";
import { serverAccount } from "./server-account.ts";
import { openPrograms, type ServerPrograms } from "./server-programs.ts";
import { connectAsSuperuser, databaseName, ensureDatabase, isNotReady, takeLock } from "./session.ts";
import { spawnServer } from "./spawn-server.ts";
import { stopServer } from "./stop-server.ts";
import { watchServer } from "./watch-server.ts";

export interface PostgresOptions {
  /** Absolute folder of the cluster, its passwords and its log; made when missing. */
  readonly dataDir: string;
  /** Folder of PostgreSQL's programs; null: searched for. */
  readonly binDir: string | null;
  /** Told one line about each step that takes time or is out of the ordinary. */
  readonly log: (line: string) => void;
  /** How long to wait for a process that may be ending to let go of the folder. Default 10 s. */
  readonly lockWaitMs?: number;
  /** Ends the wait; the server that was being started is stopped. */
  readonly signal?: AbortSignal;
}

export interface RunningPostgres {
  /** Logins of all roles. Holds passwords. */
  readonly connection: PrivateConnection;
  readonly pid: number;
  /** True when it was running already, left by a process that was killed. */
  readonly adopted: boolean;
  /** Settles when the server is gone without having been asked, with the reason. */
  readonly lost: Promise<string>;
  /** Ends all sessions and the server, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * @throws PlimsollError POSTGRES_MISSING, POSTGRES_START_FAILED, POSTGRES_VERSION; SERVER_RUNNING when another process uses the folder
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const signal = options.signal ?? null;
  const layout = clusterLayout(options.dataDir);
  await makeFolder(layout.folder);
  const programs = await openInstalled(options, layout);
  // Others may pass through to what is handed to the server's account, and see nothing.
  chmodSync(layout.folder, programs.account.dropped ? 0o711 : 0o700);
  const passwords = readPasswords(layout.passwordFile);
  removeLeftovers(layout.folder);
  if (!existsSync(layout.clusterDir)) {
    options.log("making the database");
    await makeCluster(layout, programs, passwords.superuser, signal);
  }
  checkMajor(layout, programs);
  const server = await occupy(layout, programs, passwords, options);
  if (server.child === null) options.log("taking over the database server that was left running");
  return run(layout, server, passwords);
}

/** A server that is ours. One that another process was just stopping ends under our hands; then the next try starts it again. */
async function occupy(
  layout: ClusterLayout,
  programs: ServerPrograms,
  passwords: Passwords,
  options: PostgresOptions,
): Promise<Server> {
  const signal = options.signal ?? null;
  const giveUpAt = Date.now() + BUSY_MS;
  for (;;) {
    const server = await bringUp(layout, programs, passwords, signal);
    try {
      await takeLock(server.client, signal, options.lockWaitMs);
      await ensureDatabase(server.client, passwords.roles.owner);
      return server;
    } catch (error) {
      await server.client.end().catch(() => {});
      if (!isNotReady(error) || Date.now() > giveUpAt) throw error;
    }
  }
}

async function openInstalled(options: PostgresOptions, layout: ClusterLayout): Promise<ServerPrograms> {
  const binaries = findPostgres({ binDir: options.binDir });
  const account = serverAccount(layout.clusterDir);
  const binDir = prepareBinaries(binaries, account, [layout.folder, "/var/lib/plimsoll"]);
  return openPrograms(binDir, account);
}

function checkMajor(layout: ClusterLayout, programs: ServerPrograms): void {
  const major = Number(readFileSync(join(layout.clusterDir, "PG_VERSION"), "utf8"));
  if (major === programs.major) return;
  throw new PlimsollError(
    "POSTGRES_VERSION",
    `The database was made by PostgreSQL ${major}; the programs found are of ${programs.major}.`,
    { details: { database: major, programs: programs.major, binDir: programs.binDir } },
  );
}

interface Server {
  readonly pid: number;
  /** Session of the superuser, which holds the lock for as long as this process lives. */
  readonly client: pg.Client;
  readonly socketFolder: string;
  /** Null: it was running already. */
  readonly child: ChildProcess | null;
}

/** A server that runs is used; one that is starting, stopping or recovering is waited for; else one is started. */
async function bringUp(
  layout: ClusterLayout,
  programs: ServerPrograms,
  passwords: Passwords,
  signal: AbortSignal | null,
): Promise<Server> {
  const connect = (folder: string): Promise<pg.Client | null> =>
    connectAsSuperuser(folder, passwords.superuser);
  const giveUpAt = Date.now() + BUSY_MS;
  let reason = "it does not answer";
  for (;;) {
    signal?.throwIfAborted();
    const left = readPostmaster(layout.clusterDir);
    // Also when the process is not to be seen: it may be in another container that has the folder too.
    const client = left === null ? null : await connect(left.socketFolder);
    if (left !== null && client !== null) {
      return { pid: left.pid, client, socketFolder: left.socketFolder, child: null };
    }
    if (left?.state !== "running") {
      if (left !== null) clearGone(layout.clusterDir, left);
      const spawned = await spawnServer(layout, programs, connect, signal);
      if (spawned.kind === "ready") return { ...spawned, pid: spawned.child.pid ?? 0 };
      reason = spawned.reason;
    }
    if (Date.now() > giveUpAt) {
      throw new PlimsollError(
        "POSTGRES_START_FAILED",
        `A PostgreSQL with process number ${left?.pid ?? "unknown"} holds the data folder: ${reason}`,
        { details: { pid: left?.pid ?? null, folder: layout.folder } },
      );
    }
    await sleep(100);
  }
}

/** A server that was killed needs moments until its last process is gone; one that recovers answers when it is done. */
const BUSY_MS = 60_000;

function run(layout: ClusterLayout, server: Server, passwords: Passwords): RunningPostgres {
  const watch = watchServer({
    client: server.client,
    isAlive: () => readPostmaster(layout.clusterDir)?.state === "running",
    reconnect: () => connectAsSuperuser(server.socketFolder, passwords.superuser),
  });
  // The lock is held to the end: let go before, another start could take over what is about to end.
  const stop = async (): Promise<void> => {
    watch.ignoreEnd();
    await stopServer(layout.clusterDir, server.pid, server.socketFolder);
    await watch.close();
  };
  let stopping: Promise<void> | null = null;
  return {
    connection: {
      kind: "private",
      host: server.socketFolder,
      port: socketPort,
      database: databaseName,
      passwords: passwords.roles,
    },
    pid: server.pid,
    adopted: server.child === null,
    lost: watch.lost,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
