/** `plimsoll worker`: takes jobs of a database until a signal ends it, or the server that started it is gone. */
import { Command, InvalidArgumentError, Option } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { certificateFolders } from "../../oci/registry-certificates.ts";
import type { Handover } from "../../server/worker-handover.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { readLines } from "../read-lines.ts";
import { untilSignal } from "../signals.ts";

interface Options {
  readonly databaseUrl?: string;
  readonly concurrency?: number;
  readonly fromServer?: true;
}

export const worker: CommandMaker = (context, finish) =>
  new Command("worker")
    .description("Take the jobs of a server on a PostgreSQL of your own: analyse, evaluate, notify.")
    .option(
      "--database-url <url>",
      "the server's database; PLIMSOLL_DATABASE_URL keeps its password out of the list of processes",
    )
    .addOption(
      new Option(
        "--concurrency <count>",
        "jobs at the same time; default: PLIMSOLL_WORKER_CONCURRENCY",
      ).argParser(readCount),
    )
    .addOption(new Option("--from-server").hideHelp())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => finish(await work(context, options)));

async function work(context: CliContext, options: Options): Promise<number> {
  const log = (line: string): void => context.stderr.write(`${context.clock().toISOString()} ${line}\n`);
  const { startWorker } = await import("../../worker/main.ts");
  const { createSecretBox } = await import("../../io/secret-box.ts");
  const parent = options.fromServer === true ? await readHandover(context) : null;
  // One that a server started ends with it, and need not say so.
  const logEnd = parent === null ? log : () => {};
  return untilSignal(logEnd, async (starting) => {
    const stopping = new AbortController();
    const { connection, secretKey, demonstration } =
      parent?.handover ?? (await ownHandover(context, options));
    starting.throwIfAborted();
    const running = await startWorker({
      connection,
      config: context.config,
      secrets: createSecretBox(secretKey),
      registries: {
        mirrors: context.config.registry.mirrors,
        certificateFolders: certificateFolders(context.env, context.home),
      },
      log: (line) => log(`worker: ${line}`),
      concurrency: options.concurrency ?? context.config.server.workerConcurrency,
      signal: stopping.signal,
      clock: context.clock,
      monotonicMs: context.monotonicMs,
      layout: demonstration,
    });
    if (parent === null) log("worker: taking jobs");
    return {
      stop: async () => {
        stopping.abort();
        await running.done;
      },
      ...(parent === null ? {} : { lost: parent.gone }),
    };
  });
}

interface Parent {
  readonly handover: Handover;
  /** Settles when the server that started this worker is gone. */
  readonly gone: Promise<string>;
}

/** The first line of standard input; the pipe stays open as long as the server lives. @throws PlimsollError USAGE */
async function readHandover(context: CliContext): Promise<Parent> {
  const { parseHandover } = await import("../../server/worker-handover.ts");
  const lines = readLines(context.stdin);
  const first = await lines.next();
  const handover = parseHandover(first.done === true ? "" : (first.value ?? ""));
  const readOn = async (): Promise<void> => {
    while ((await lines.next()).done !== true);
  };
  const gone = readOn()
    .catch(() => {})
    .then(() => "the server that started it is gone");
  // The open pipe would keep the process when its work is done.
  if ("unref" in context.stdin && typeof context.stdin.unref === "function") context.stdin.unref();
  return { handover, gone };
}

/** @throws PlimsollError USAGE, CONFIG_INVALID, SECRET_UNREADABLE for the key of another database, STORE_UNREACHABLE, STORE_EMPTY */
async function ownHandover(context: CliContext, options: Options): Promise<Handover> {
  const { server: config } = context.config;
  const url = options.databaseUrl ?? config.databaseUrl;
  if (url === null) {
    throw new PlimsollError(
      "USAGE",
      "Name the server's database with --database-url or PLIMSOLL_DATABASE_URL.",
    );
  }
  const { connectionFromUrl } = await import("../../store/connection.ts");
  const { openStore } = await import("../../store/connect.ts");
  const { checkMigrated } = await import("../../store/migrate.ts");
  const { openSecretBox, readSecretKey } = await import("../../server/secret-key.ts");
  const connection = connectionFromUrl(url);
  const secretKey = await readSecretKey({
    setting: config.secretKey,
    dataDir: config.dataDir,
    whenMissing: "need",
  });
  await checkMigrated(connection);
  const store = openStore(connection, { connectionsMax: 1 });
  try {
    await openSecretBox(secretKey, store.engine);
  } finally {
    await store.close();
  }
  return { connection, secretKey, demonstration: null };
}

function readCount(word: string): number {
  if (/^[1-9]\d?$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It takes a number from 1 to 99.");
}

const EXAMPLES = `
Examples:
  PLIMSOLL_DATABASE_URL=postgres://plimsoll@db.example.com/plimsoll plimsoll worker
  plimsoll worker --database-url postgres://plimsoll@db.example.com/plimsoll --concurrency 4

Start as many as there is room for. They need the server's key: PLIMSOLL_SECRET_KEY, or its data folder. A server on its private
PostgreSQL starts one by itself.`;
