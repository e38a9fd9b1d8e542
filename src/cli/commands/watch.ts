/** `plimsoll watch`: asks a registry for what is new, or is told of it, and has the server analyse it. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { PushReport } from "../../api/push-reports.ts";
import type { RegistryApiConfig } from "../../config/config.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { createRegistryClient, type RegistryClient } from "../../oci/client.ts";
import { countText } from "../../reports/shared/words.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { getIntegration, registryText } from "../integrations.ts";
import { addImageOptions, type ImageOptions } from "../options/image.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { lookInto, sendImage } from "../push/send-image.ts";
import { registryOptions } from "../registry-options.ts";
import { openServer } from "../server/client.ts";
import { untilSignal } from "../signals.ts";
import { accessOf } from "../watch/api-access.ts";
import { listWatchedRepositories, type ApiAccess } from "../watch/list-repositories.ts";
import { listenForWebhooks } from "../watch/listen.ts";
import { isRepositoryPath, readWatchSource, type WatchSource } from "../watch/source.ts";
import { createWatcher, type SeenImage, type Watcher } from "../watch/watcher.ts";

interface Options extends ImageOptions, OrganisationOptions {
  readonly registry?: WatchSource;
  readonly integration?: string;
  readonly repository?: readonly string[];
  readonly tag?: readonly RegExp[];
  readonly allImages?: true;
  readonly refreshRegistry?: true;
  readonly interval: number;
  readonly workers: number;
  readonly sbom?: true;
  readonly dryRun?: true;
  readonly once?: true;
  readonly format: string;
}

export const watch: CommandMaker = (context, finish) => {
  const command = new Command("watch")
    .description("Watch a registry, and have the server analyse what is new in it.")
    .addOption(
      new Option("--registry <registry>", "a host, or type=harbor,registry=…,include=…; see below").argParser(
        readWatchSource,
      ),
    )
    .addOption(
      new Option("--integration <name>", "a registry that plimsoll integration configure set up").conflicts(
        "registry",
      ),
    )
    .addOption(
      new Option("--repository <path>", "watch this repository alone; repeatable").argParser(collectWord),
    )
    .addOption(
      new Option("--tag <pattern>", "regular expression of tags; repeatable").argParser(collectPattern),
    )
    .option("--all-images", "images that are there already count as new")
    .option("--refresh-registry", "ask for the list of repositories in each round")
    .addOption(numberOption("--interval <seconds>", "between two rounds", 60, 86_400))
    .addOption(numberOption("--workers <count>", "images and repositories at the same time", 3, 64))
    .option("--sbom", "also read the packages of each image here, and tell how many there are")
    .option("--dry-run", "send nothing; tell what would be sent")
    .option("--once", "one round, and end; with --all-images: what is there now")
    .addOption(
      new Option("--format <format>", "a line for each image").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", EXAMPLES);
  addOrganisationOption(command);
  addImageOptions(command);
  return command.action(async (options: Options) => finish(await run(context, options)));
};

async function run(context: CliContext, options: Options): Promise<number> {
  const { source, access } = sourceOf(context, options);
  const secret = source.listen === null ? null : webhookSecret(source, access);
  const starting = new AbortController();
  const watcher = await makeWatcher(context, options, {
    source,
    access: { ...access, signal: starting.signal },
  });
  const log = (line: string): void => context.stderr.write(`${context.clock().toISOString()} ${line}\n`);
  const round = async (): Promise<void> => {
    const { repositories, images } = await watcher.round();
    log(`asked ${countText(repositories, "repository")}: ${countText(images, "new image")}`);
  };
  if (options.once === true) {
    await round();
    return 0;
  }
  return untilSignal(log, async () => {
    await round();
    const { listen } = source;
    const told = new Set<Promise<void>>();
    const webhooks =
      listen === null || secret === null
        ? null
        : await listenForWebhooks(listen, source, secret, (tag) => {
            const work = watcher.told(tag).finally(() => told.delete(work));
            told.add(work);
          });
    if (webhooks !== null) log(`listening for webhooks on port ${webhooks.port}`);
    let current: Promise<void> | null = null;
    const timer = setInterval(() => {
      current ??= round()
        .catch((error: unknown) =>
          log(`warning: ${printable(error instanceof Error ? error.message : String(error))}`),
        )
        .finally(() => (current = null));
    }, options.interval * 1000);
    return {
      stop: async (atOnce) => {
        clearInterval(timer);
        await webhooks?.close();
        if (atOnce) starting.abort();
        await Promise.allSettled([current, ...told]);
      },
    };
  });
}

interface Watched {
  readonly source: WatchSource;
  readonly access: RegistryApiConfig;
}

/** @throws PlimsollError USAGE, NOT_FOUND */
function sourceOf(context: CliContext, { registry, integration }: Options): Watched {
  if (registry !== undefined) return { source: registry, access: accessOf(context, registry.type, {}) };
  if (integration === undefined) {
    throw new PlimsollError("USAGE", "Name what is watched with --registry or --integration.");
  }
  const found = getIntegration(context, integration);
  const source = readWatchSource(registryText(found));
  return { source, access: accessOf(context, source.type, found.parameters) };
}

/** @throws PlimsollError USAGE without the secret: anybody could have images analysed */
function webhookSecret({ type }: WatchSource, { webhookSecret: secret }: RegistryApiConfig): string {
  if (secret !== null) return secret;
  throw new PlimsollError("USAGE", `Webhooks need PLIMSOLL_${type.toUpperCase()}_WEBHOOK_SECRET.`);
}

async function makeWatcher(
  context: CliContext,
  options: Options,
  {
    source,
    access,
  }: { readonly source: WatchSource; readonly access: ApiAccess & { readonly signal: AbortSignal } },
): Promise<Watcher> {
  const { signal } = access;
  const organisation = options.dryRun === true ? null : requireOrganisation(context, options);
  const server = organisation === null ? null : await openServer(context);
  const clients = new Map<string, RegistryClient>();
  const clientOf = (registry: string): RegistryClient => {
    const client =
      clients.get(registry) ?? createRegistryClient(registryOptions(context, options, registry, signal));
    clients.set(registry, client);
    return client;
  };
  const onImage = async (image: SeenImage): Promise<void> => {
    const { registry, path, tag, digest } = image;
    const repository = `${registry}/${path}`;
    const wanted = { sbom: options.sbom === true, secrets: false };
    const seen = await lookInto(context, `registry://${repository}@${digest}`, options, wanted);
    const facts = { author: null, timestamp: null };
    const queued =
      server === null || organisation === null
        ? null
        : await sendImage(server, organisation, { repository, tag, digest }, facts);
    const report: PushReport = {
      schema: "urn:plimsoll:report:push:1",
      repository,
      tag,
      digest,
      organisation,
      ...facts,
      dryRun: options.dryRun === true,
      queued,
      ...seen,
    };
    context.stdout.write(options.format === "json" ? `${JSON.stringify(report)}\n` : lineOf(report));
  };
  return createWatcher(
    {
      listRepositories: async () =>
        options.repository === undefined
          ? listWatchedRepositories(
              source,
              registryOptions(context, options, source.registry, signal),
              access,
            )
          : options.repository.map((path) => ({ registry: source.registry, path })),
      listTags: (repository) => clientOf(repository.registry).fetchTags(repository),
      findDigest: ({ registry, path, tag }) => clientOf(registry).fetchDigest({ registry, path }, tag),
      onImage,
      warn: (text) => context.stderr.write(`warning: ${text}\n`),
    },
    {
      isTagWanted: (tag) => options.tag === undefined || options.tag.some((pattern) => pattern.test(tag)),
      allImages: options.allImages === true,
      refreshRegistry: options.refreshRegistry === true,
      workers: options.workers,
    },
  );
}

function lineOf({ repository, tag, digest, dryRun, sbom }: PushReport): string {
  const packages =
    sbom === null
      ? ""
      : `  ${sbom.packageCount} packages${sbom.completeness === "complete" ? "" : ", INCOMPLETE"}`;
  return printable(
    `${repository}:${tag ?? ""}@${digest}  ${dryRun ? "would be sent" : "sent"}${packages}`,
    2000,
  ).concat("\n");
}

function numberOption(flags: string, help: string, fallback: number, max: number): Option {
  const read = (word: string): number => {
    if (/^\d{1,6}$/.test(word) && Number(word) >= 1 && Number(word) <= max) return Number(word);
    throw new InvalidArgumentError(`It takes a number from 1 to ${max}.`);
  };
  return new Option(flags, help).argParser(read).default(fallback);
}

function collectWord(value: string, previous: readonly string[] | undefined): string[] {
  if (value.includes("*")) {
    throw new InvalidArgumentError("Patterns go into --registry type=oci,registry=HOST,include=acme/*.");
  }
  if (!isRepositoryPath(value)) throw new InvalidArgumentError("It takes a path such as acme/my-app.");
  return [...(previous ?? []), value];
}

function collectPattern(value: string, previous: readonly RegExp[] | undefined): RegExp[] {
  try {
    return [...(previous ?? []), new RegExp(value)];
  } catch {
    throw new InvalidArgumentError("It is not a regular expression.");
  }
}

const EXAMPLES = `
Examples:
  plimsoll watch --org acme --registry registry.example.com
  plimsoll watch --org acme --registry registry.example.com --repository acme/my-app --tag '^v[0-9]' --interval 300
  plimsoll watch --dry-run --once --all-images --registry type=oci,registry=registry.example.com,include=acme/*,exclude=acme/old-*
  plimsoll watch --org acme --integration prod-harbor
  plimsoll watch --org acme --registry type=harbor,registry=harbor.example.com,port=8080
  plimsoll watch --org acme --registry type=artifactory,registry=acme.jfrog.io,repository=docker-local,port=8080
  plimsoll watch --org acme --registry type=nexus,registry=nexus.example.com:8082,api=https://nexus.example.com,repository=docker

Types: oci (asked alone, by its list of repositories), harbor, artifactory and nexus (their own lists, and their webhooks on the port,
proved by PLIMSOLL_HARBOR_WEBHOOK_SECRET and its like). repository, include and exclude may be given again; * is any text.
Without --all-images the first round only learns what is there.`;
