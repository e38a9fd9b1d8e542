/** Options of verbs that work on a server's database itself, and the database that they name. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { StoreConnection } from "../../store/connection.ts";
import type { CliContext } from "../context.ts";

export interface StoreOptions {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly postgresBin?: string;
}

export interface OpenedStore {
  readonly connection: StoreConnection;
  /** Absolute; where the installation's key is, unless a setting holds it. */
  readonly dataDir: string;
  close(): Promise<void>;
}

export function withStoreOptions(command: Command): Command {
  return command
    .option("--data-dir <folder>", "folder of the private PostgreSQL and the key; default: PLIMSOLL_DATA_DIR")
    .option(
      "--database-url <url>",
      "a PostgreSQL of your own; PLIMSOLL_DATABASE_URL keeps its password out of the list of processes",
    )
    .option("--postgres-bin <folder>", "folder of the programs of the private PostgreSQL");
}

/**
 * The database that the options and settings name. `reach`: the private one, also beside the server that uses it; `occupy`: made when
 * it is missing, and nobody else may use it.
 * @throws PlimsollError CONFIG_INVALID, STORE_EMPTY, SERVER_RUNNING; as the private PostgreSQL
 */
export async function openStorePlace(
  context: CliContext,
  options: StoreOptions,
  how: "reach" | "occupy",
): Promise<OpenedStore> {
  const { server: config } = context.config;
  const folder = (path: string | undefined): string | null =>
    path === undefined ? null : resolve(context.cwd, path);
  const dataDir = folder(options.dataDir) ?? config.dataDir;
  const url = options.databaseUrl ?? (options.dataDir === undefined ? config.databaseUrl : null);
  if (url !== null) {
    const { connectionFromUrl } = await import("../../store/connection.ts");
    return { connection: connectionFromUrl(url), dataDir, close: async () => {} };
  }
  const binDir = folder(options.postgresBin) ?? config.postgresBin;
  const log = (line: string): void => context.stderr.write(`${line}\n`);
  if (how === "reach") {
    const { reachPostgres } = await import("../../store/embedded-postgres/reach.ts");
    const { connection, close } = await reachPostgres({ dataDir, binDir, log });
    return { connection, dataDir, close };
  }
  const { makeFolder } = await import("../../io/make-folder.ts");
  const { startPostgres } = await import("../../store/embedded-postgres/start.ts");
  await makeFolder(dataDir);
  const { connection, stop } = await startPostgres({ dataDir, binDir, log, lockWaitMs: LOCK_WAIT_MS });
  return { connection, dataDir, close: stop };
}

/** For a server that is just ending. */
const LOCK_WAIT_MS = 2_000;
