/** `plimsoll server`: serves the API and the dashboard in the foreground, until a signal ends it. */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { parseListenAddress } from "../../config/addresses.ts";
import { readTlsFiles, type ServerConfig } from "../../config/server-config.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { RunningServer } from "../../server/main.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { untilSignal } from "../signals.ts";
import { thisProgram } from "../this-program.ts";

interface Options {
  readonly listen?: string;
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly postgresBin?: string;
  /** False with --no-worker. */
  readonly worker: boolean;
  readonly demonstration?: string;
  readonly allowPlainHttp?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export const server: CommandMaker = (context, finish) =>
  new Command("server")
    .description(
      "Serve the API and the dashboard, with a private PostgreSQL and one worker unless told otherwise.",
    )
    .option("--listen <host:port>", "address to listen on; port 0: a free one; default: PLIMSOLL_LISTEN")
    .option("--data-dir <folder>", "folder of the private PostgreSQL and the key; default: PLIMSOLL_DATA_DIR")
    .option(
      "--database-url <url>",
      "a PostgreSQL of your own, 15 or newer; PLIMSOLL_DATABASE_URL keeps its password out of the list of processes",
    )
    .option("--postgres-bin <folder>", "folder of the programs of the private PostgreSQL")
    .option("--no-worker", "start no worker beside the private PostgreSQL")
    .addOption(
      new Option(
        "--demonstration <folder>",
        "show the image of this OCI layout in an organisation demo, where nobody has an account yet",
      ),
    )
    .option(
      "--tls-cert <file>",
      "certificate to show, in PEM; read again when it changes; default: PLIMSOLL_TLS_CERT",
    )
    .option("--tls-key <file>", "its private key, in PEM; default: PLIMSOLL_TLS_KEY")
    .option("--allow-plain-http", "listen without TLS on an address that other machines reach")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => finish(await serve(context, options)));

async function serve(context: CliContext, options: Options): Promise<number> {
  const config = configOf(context, options);
  const { runServer } = await import("../../server/main.ts");
  const log = (line: string): void => context.stderr.write(`${context.clock().toISOString()} ${line}\n`);
  return untilSignal(log, async (signal) => {
    const running = await runServer({
      config,
      version: context.version,
      databaseAgeHoursMax: context.config.databaseAgeHoursMax,
      // On a database of the user's, workers are started where there is room for them.
      workerCommand: options.worker && config.databaseUrl === null ? workerCommand() : null,
      demonstration: options.demonstration === undefined ? null : resolve(context.cwd, options.demonstration),
      log,
      clock: context.clock,
      signal,
    });
    context.stdout.write(welcome(running, config));
    return { stop: (atOnce) => running.stop(atOnce), lost: running.lost };
  });
}

/** @throws PlimsollError USAGE */
function configOf(context: CliContext, options: Options): ServerConfig {
  const { server: config } = context.config;
  const listen = options.listen === undefined ? config.listen : parseListenAddress(options.listen);
  if (listen === null) {
    throw new PlimsollError("USAGE", `--listen takes host:port, not "${options.listen ?? ""}".`);
  }
  const folder = (path: string | undefined): string | null =>
    path === undefined ? null : resolve(context.cwd, path);
  return {
    ...config,
    listen,
    tls: readTlsFiles(
      folder(options.tlsCert) ?? config.tls?.certFile ?? "",
      folder(options.tlsKey) ?? config.tls?.keyFile ?? "",
    ),
    dataDir: folder(options.dataDir) ?? config.dataDir,
    databaseUrl: options.databaseUrl ?? config.databaseUrl,
    postgresBin: folder(options.postgresBin) ?? config.postgresBin,
    allowPlainHttp: options.allowPlainHttp === true || config.allowPlainHttp,
  };
}

function workerCommand(): readonly string[] {
  return [...thisProgram(), "worker", "--from-server"];
}

function welcome({ address, publicUrl, ownerToken }: RunningServer, config: ServerConfig): string {
  const lines = [
    `Plimsoll is at ${publicUrl}`,
    ...(publicUrl === address ? [] : [`  listening on ${address}`]),
    ...(ownerToken === null
      ? []
      : [
          "",
          "First run: open it and make the owner's account with this token. It is shown once and good for 7 days.",
          `  ${ownerToken}`,
        ]),
    ...(config.databaseUrl === null
      ? []
      : [
          "",
          "Workers are started on their own: plimsoll worker --database-url …, with the same PLIMSOLL_SECRET_KEY",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

const EXAMPLES = `
Examples:
  plimsoll server
  plimsoll server --listen 127.0.0.1:8080 --data-dir /var/lib/plimsoll
  plimsoll server --database-url postgres://plimsoll@db.example.com/plimsoll
  plimsoll server --listen 0.0.0.0:7443 --tls-cert server.pem --tls-key server.key

It serves until SIGINT or SIGTERM, which let requests and jobs end; a second one does not. Behind a proxy that ends TLS, set
PLIMSOLL_PUBLIC_URL to the address that browsers use.`;
