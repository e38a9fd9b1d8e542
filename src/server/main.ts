/**
 * The server: database, queue, app, and on the private PostgreSQL one worker, brought up in order and taken down in reverse. A
 * start that fails takes down what it had brought up.
 */
import { Hono } from "hono";
import { existsSync } from "node:fs";
import type { BlockList } from "node:net";
import { join } from "node:path";
import { formatListenAddress } from "../config/addresses.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { PlimsollError } from "../domain/error.ts";
import type { Clock } from "../domain/ports.ts";
import { isLoopbackHost } from "../io/http-hosts.ts";
import { makeFolder } from "../io/make-folder.ts";
import { openStore } from "../store/connect.ts";
import { connectionFromUrl, narrowConnection, type StoreConnection } from "../store/connection.ts";
import { startPostgres } from "../store/embedded-postgres/start.ts";
import { openEventFeed } from "../store/event-feed.ts";
import { migrate } from "../store/migrate.ts";
import { openQueue } from "../store/queue.ts";
import { recordPublicUrl } from "../store/stores/public-url.ts";
import { createApp, type App } from "./app.ts";
import { ensureOwnerToken } from "./auth/owner-token.ts";
import { openIdentityDoors } from "./auth/identity-doors.ts";
import { createPasswords } from "./auth/passwords.ts";
import { trustedProxies } from "./client-address.ts";
import { prepareDemonstration } from "./demonstration.ts";
import { checkExposure } from "./exposure.ts";
import { openVerdictSigner } from "./gate/verdict-signer.ts";
import { listen, type Listening } from "./listen.ts";
import type { ServerParts } from "./parts.ts";
import { allRoutes } from "./routes/all.ts";
import { openSecretBox, readSecretKey } from "./secret-key.ts";
import { startTeardown, type Teardown } from "./teardown.ts";
import { readTls, watchTls } from "./tls-files.ts";
import { formatHandover } from "./worker-handover.ts";
import { keepWorker } from "./worker-process.ts";

export interface ServerOptions {
  readonly config: ServerConfig;
  readonly version: string;
  /** Hours after which the vulnerability database counts as stale. */
  readonly databaseAgeHoursMax: number;
  /** Program and arguments of the worker on the private PostgreSQL; null: none is started. */
  readonly workerCommand: readonly string[] | null;
  /** OCI layout of the demonstration image, shown in an organisation `demo` of a new installation; null: none. */
  readonly demonstration: string | null;
  readonly log: (line: string) => void;
  readonly clock: Clock;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:7300`. */
  readonly address: string;
  /** Under which browsers and registries reach it. */
  readonly publicUrl: string;
  /** For the first account, shown once; null when there is one already. */
  readonly ownerToken: string | null;
  /** Settles when the private PostgreSQL is gone without having been asked; the server is of no use then. */
  readonly lost: Promise<string>;
  /** Takes no more requests, ends streams, worker and PostgreSQL, and waits. `atOnce` gives none of them time; may be called after. */
  stop(atOnce?: boolean): Promise<void>;
}

/**
 * @throws PlimsollError PORT_BUSY, SERVER_INSECURE, CONFIG_INVALID, SECRET_UNREADABLE; as the store and the private PostgreSQL
 */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const teardown = startTeardown();
  try {
    return await bringUp(options, teardown);
  } catch (error) {
    await teardown.run(true);
    throw error;
  }
}

async function bringUp(options: ServerOptions, teardown: Teardown): Promise<RunningServer> {
  const { config, log, clock } = options;
  const warning = checkExposure({ ...config, host: config.listen.host, hasTls: config.tls !== null });
  if (warning !== null) log(`WARNING: ${warning}`);
  const verdictSigner = config.verdictSigner === null ? null : await openVerdictSigner(config.verdictSigner);
  // Held from the beginning: a busy port is told before a database is made.
  const door = await openDoor(config, teardown, log);
  const { connection, lost } = await openDatabase(options, teardown);
  options.signal.throwIfAborted();
  await migrate(connection, { log: (name) => log(`migration ${name}`) });

  const own = narrowConnection(connection, ["app", "queue"]);
  const store = openStore(own);
  teardown.add(() => store.close());
  const key = await readSecretKey({
    setting: config.secretKey,
    dataDir: config.dataDir,
    whenMissing: "make",
  });
  const secrets = await openSecretBox(key, store.app);
  const queue = await openQueue(own, { log, supervise: false });
  teardown.add(() => queue.close(0));
  const events = openEventFeed(own);
  teardown.add(() => events.close());
  const publicUrl = config.publicUrl ?? door.address;
  await recordPublicUrl(store.app, publicUrl);
  const parts: ServerParts = {
    store,
    queue,
    events,
    secrets,
    passwords: createPasswords(),
    identity: openIdentityDoors(config.connect),
    clock,
    version: options.version,
    publicUrl,
    databaseAgeHoursMax: options.databaseAgeHoursMax,
    verdictSigner,
    signal: teardown.signal,
  };
  const demonstration =
    options.demonstration === null ? null : await prepareDemonstration(parts, options.demonstration);
  const ownerToken = await ensureOwnerToken(store, clock, demonstration?.org ?? null);
  door.open(
    createApp(parts, allRoutes, {
      webDir: findDashboard(),
      isOnLoopback: isLoopbackHost(config.listen.host),
      trustedProxies: readProxies(config.trustedProxies),
      log,
    }),
  );
  if (options.workerCommand !== null) {
    const handover = formatHandover({
      connection: narrowConnection(connection, ["engine", "queue"]),
      secretKey: key,
      demonstration,
    });
    const worker = keepWorker({ command: options.workerCommand, handover, log });
    teardown.add((atOnce) => worker.stop(atOnce));
  }
  // Last in, first out: requests end before what they rest on.
  teardown.add((atOnce) => door.close(atOnce));
  return { address: door.address, publicUrl, ownerToken, lost, stop: (atOnce) => teardown.run(atOnce) };
}

/** @throws PlimsollError CONFIG_INVALID */
function readProxies(words: readonly string[]): BlockList | null {
  try {
    return trustedProxies(words);
  } catch (error) {
    throw new PlimsollError("CONFIG_INVALID", "PLIMSOLL_TRUSTED_PROXIES holds a word that is no address.", {
      cause: error,
    });
  }
}

interface Door {
  /** With the port that was taken. */
  readonly address: string;
  open(app: App): void;
  close(atOnce: boolean): Promise<void>;
}

/** Listens; until the app is there, every answer is "starting". */
async function openDoor(
  config: ServerConfig,
  teardown: Teardown,
  log: (line: string) => void,
): Promise<Door> {
  let current: App | null = null;
  const app: App = new Hono();
  app.all("*", (context) => {
    if (current !== null) return current.fetch(context.req.raw, context.env);
    // It lives, however long its migrations take; it is not ready.
    if (context.req.path === "/livez") return new Response("starting\n");
    return new Response("starting\n", { status: 503, headers: { "retry-after": "1" } });
  });
  const { tls: files } = config;
  const tls = files === null ? null : await readTls(files);
  const listening: Listening = await listen(app, { ...config.listen, tls });
  teardown.add((atOnce) => listening.close(atOnce));
  if (files !== null && tls !== null) {
    const watch = watchTls({ files, content: tls, renew: (renewed) => listening.renew(renewed), log });
    teardown.add(async () => watch.stop());
  }
  return {
    address: `${tls === null ? "http" : "https"}://${formatListenAddress({ host: config.listen.host, port: listening.address.port })}`,
    open: (opened) => {
      current = opened;
    },
    close: (atOnce) => listening.close(atOnce),
  };
}

/** The user's own PostgreSQL, or the private one. */
async function openDatabase(
  { config, log, signal }: ServerOptions,
  teardown: Teardown,
): Promise<{ readonly connection: StoreConnection; readonly lost: Promise<string> }> {
  if (config.databaseUrl !== null) {
    return { connection: connectionFromUrl(config.databaseUrl), lost: new Promise(() => {}) };
  }
  await makeFolder(config.dataDir);
  const postgres = await startPostgres({
    dataDir: config.dataDir,
    binDir: config.postgresBin,
    log,
    signal,
  });
  teardown.add(() => postgres.stop());
  return { connection: postgres.connection, lost: postgres.lost };
}

/** The built dashboard: beside the bundle's chunks, or in the checkout's `dist`. */
function findDashboard(): string | null {
  const folders = ["../web", "../../dist/web"].map((name) => join(import.meta.dirname, name));
  return folders.find((folder) => existsSync(join(folder, "index.html"))) ?? null;
}
