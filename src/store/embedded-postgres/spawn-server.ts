/**
 * One start of PostgreSQL's server: spawned in a process group of its own, so that Ctrl-C in a terminal does not reach it, and
 * watched until it answers or ends.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chownSync, closeSync, mkdtempSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { PlimsollError } from "../../domain/error.ts";
import { isSocketPathShort, socketPort, type ClusterLayout } from "./layout.ts";
import { removeSocketFolder, socketFolderPrefix } from "./postmaster.ts";
import { identity, lastLines, programEnvironment, type ServerPrograms } from "./server-programs.ts";

/** `busy`: something still holds the data folder, which may pass. */
export type SpawnOutcome =
  | {
      readonly kind: "ready";
      readonly client: pg.Client;
      readonly child: ChildProcess;
      readonly socketFolder: string;
    }
  | { readonly kind: "busy"; readonly reason: string };

/**
 * `connect` opens a session in the server whose socket is in a folder, null while it does not take any.
 * @throws PlimsollError POSTGRES_START_FAILED with the end of its log
 */
export async function spawnServer(
  layout: ClusterLayout,
  programs: ServerPrograms,
  connect: (socketFolder: string) => Promise<pg.Client | null>,
  signal: AbortSignal | null,
): Promise<SpawnOutcome> {
  const socketFolder = chooseSocketFolder(layout, programs);
  const log = openLog(layout.logFile);
  try {
    const child = spawnPostgres(layout, programs, socketFolder, log.fd);
    const ended = waitForEnd(child);
    const client = await waitForAnswer(() => connect(socketFolder), ended, signal);
    if (client !== null) return { kind: "ready", client, child, socketFolder };
    child.kill("SIGINT");
    const reason = await ended.promise;
    removeSocketFolder(socketFolder);
    signal?.throwIfAborted();
    const said = log.readNew() || reason;
    if (/lock file .* already exists|shared memory block .* still in use/.test(said)) {
      return { kind: "busy", reason: said };
    }
    throw new PlimsollError("POSTGRES_START_FAILED", `PostgreSQL did not start: ${lastLines(said, 6)}`, {
      details: { log: layout.logFile },
    });
  } finally {
    log.close();
  }
}

/** In the data folder, which is private already; where that path is too long for a socket, in a private one of its own. */
function chooseSocketFolder(layout: ClusterLayout, programs: ServerPrograms): string {
  if (isSocketPathShort(layout.clusterDir)) return layout.clusterDir;
  const parent = [tmpdir(), "/tmp"].find((folder) =>
    isSocketPathShort(join(folder, `${socketFolderPrefix}123456`)),
  );
  if (parent === undefined) {
    throw new PlimsollError(
      "POSTGRES_START_FAILED",
      "There is no folder with a path short enough for a socket.",
    );
  }
  const folder = mkdtempSync(join(parent, socketFolderPrefix));
  if (programs.account.dropped) chownSync(folder, programs.account.uid, programs.account.gid);
  return folder;
}

function spawnPostgres(
  layout: ClusterLayout,
  programs: ServerPrograms,
  socketFolder: string,
  logFd: number,
): ChildProcess {
  const seenSocket = programs.seenFrom(socketFolder);
  const settings = { ...serverSettings, unix_socket_directories: `"${seenSocket.replaceAll('"', '""')}"` };
  const args = ["-D", programs.seenFrom(layout.clusterDir)];
  for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
  const child = spawn(`${programs.binDir}/postgres`, args, {
    ...identity(programs.account),
    cwd: layout.clusterDir,
    env: programEnvironment,
    stdio: ["ignore", logFd, logFd],
    detached: true,
  });
  child.unref();
  return child;
}

/** For one node: small, durable (nothing that PostgreSQL does for safety is switched off), and without a port. */
const serverSettings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  port: String(socketPort),
  unix_socket_permissions: "0700",
  password_encryption: "scram-sha-256",
  max_connections: "80",
  shared_buffers: "128MB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %u ",
  log_checkpoints: "off",
};

interface End {
  readonly promise: Promise<string>;
  isOver(): boolean;
}

function waitForEnd(child: ChildProcess): End {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isOver = false;
  const end = (reason: string): void => {
    isOver = true;
    resolve(reason);
  };
  child.on("error", (error) => end(error.message));
  child.on("exit", (code, killed) => end(`it ended with ${code ?? killed ?? "no code"}.`));
  return { promise, isOver: () => isOver };
}

/** Recovery after a crash may take long, so as long as the server lives there is no limit but the caller's signal. */
async function waitForAnswer(
  connect: () => Promise<pg.Client | null>,
  ended: End,
  signal: AbortSignal | null,
): Promise<pg.Client | null> {
  for (;;) {
    if (ended.isOver() || signal?.aborted === true) return null;
    const client = await connect();
    if (client !== null) return client;
    await Promise.race([sleep(20), ended.promise]);
  }
}

interface ServerLog {
  readonly fd: number;
  /** What was written since it was opened; its last 4 KB. */
  readNew(): string;
  close(): void;
}

function openLog(path: string): ServerLog {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
  const fd = openSync(path, "a+", 0o600);
  const start = statSync(path).size;
  return {
    fd,
    readNew: () => {
      const end = statSync(path).size;
      const piece = Buffer.alloc(Math.min(4_096, Math.max(0, end - start)));
      const length = readSync(fd, piece, 0, piece.byteLength, end - piece.byteLength);
      return piece.toString("utf8", 0, length).trim();
    },
    close: () => closeSync(fd),
  };
}

const LOG_BYTES_MAX = 10_000_000;
