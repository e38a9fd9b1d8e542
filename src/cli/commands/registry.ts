/** `plimsoll registry`: connects the registries that an organisation pushes to. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { RegistriesReport } from "../../api/command-reports.ts";
import { hookKeyView, registryKindList } from "../../api/rest/registry-lists.ts";
import { registryKindIds, registryList, registryView, type RegistryView } from "../../api/rest/registries.ts";
import { newTokenView } from "../../api/rest/session.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { readSecret } from "../read-secret.ts";
import { openServer, type ServerClient } from "../server/client.ts";
import { distributionSettings } from "../server/notification-settings.ts";

interface AddOptions extends OrganisationOptions {
  readonly insecure?: true;
  readonly username?: string;
  readonly passwordStdin?: true;
  readonly kind: string;
  readonly api?: string;
  readonly space: readonly string[];
  readonly poll?: number;
  readonly enable?: string;
}

interface ListOptions extends OrganisationOptions {
  readonly format: string;
}

export const registry: CommandMaker = (context) => {
  const command = new Command("registry").description("Connect and list the registries of an organisation.");
  const add = command
    .command("add")
    .description("Connect a registry, and print what it must be told to tell the server of pushes.")
    .argument("<host>", "host or host:port, e.g. registry.example.com")
    .option("--insecure", "the registry is spoken to without TLS")
    .option("--username <name>", "account with which workers read images")
    .addOption(new Option("--password-stdin", "read its password from standard input"))
    .addOption(
      new Option("--kind <kind>", "product of the registry").choices(registryKindIds).default("distribution"),
    )
    .option("--api <address>", "address of the product's own API, where it is not the registry's host")
    .addOption(
      new Option(
        "--space <name>",
        "part of the product that is looked into, e.g. a project or group; repeatable",
      )
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], "all that the product lists"),
    )
    .addOption(
      new Option("--poll <seconds>", "look at its tags at this interval, 60 or more").argParser(parseSeconds),
    )
    .option("--enable <pattern>", "with each poll, enable the repositories that fit; * stands for any text")
    .addHelpText("after", ADD_EXAMPLES)
    .action((host: string, options: AddOptions) => runAdd(context, host, options));
  const notifications = command
    .command("notifications")
    .description("Make a new token for a registry that is connected, and print its settings again.")
    .argument("<host>", "host or host:port")
    .addHelpText("after", "\nExamples:\n  plimsoll registry notifications --org acme registry.example.com")
    .action((host: string, options: OrganisationOptions) => runNotifications(context, host, options));
  const list = command
    .command("list")
    .description("List the connected registries, and whether their notifications come.")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll registry list --org acme\n  plimsoll registry list --org acme --format json",
    )
    .action((options: ListOptions) => runList(context, options));
  for (const child of [add, notifications, list]) addOrganisationOption(child);
  return command;
};

async function runAdd(context: CliContext, host: string, options: AddOptions): Promise<void> {
  const org = requireOrganisation(context, options);
  if ((options.username === undefined) !== (options.passwordStdin === undefined)) {
    throw new PlimsollError("USAGE", "--username and --password-stdin are given together or not at all.");
  }
  const body = {
    host,
    insecure: options.insecure === true,
    username: options.username ?? null,
    password: options.passwordStdin === true ? await readSecret(context.stdin, "password") : null,
    kind: options.kind,
    settings: { apiUrl: options.api ?? null, spaces: options.space },
    pollSeconds: options.poll ?? null,
    enablePattern: options.enable ?? null,
  };
  const client = await openServer(context);
  const made = await client.ask({ method: "POST", path: `/orgs/${org}/registries`, body }, registryView);
  context.stderr.write(`The registry ${made.host} is connected to ${org}.\n`);
  await printSettings(context, client, org, made);
}

async function runNotifications(
  context: CliContext,
  host: string,
  options: OrganisationOptions,
): Promise<void> {
  const org = requireOrganisation(context, options);
  const client = await openServer(context);
  const { registries } = await client.ask({ path: `/orgs/${org}/registries` }, registryList);
  const found = registries.find((row) => row.host === host);
  if (found === undefined) {
    throw new PlimsollError("NOT_FOUND", `The registry ${printable(host)} is not connected to ${org}.`);
  }
  await printSettings(context, client, org, found);
}

/** The settings are the result; what to do with them goes beside it. */
async function printSettings(
  context: CliContext,
  client: ServerClient,
  org: string,
  registry: RegistryView,
): Promise<void> {
  const { kinds } = await client.ask({ path: `/orgs/${org}/registry-kinds` }, registryKindList);
  const kind = kinds.find(({ id }) => id === registry.kind);
  if (kind === undefined) {
    throw new PlimsollError("USAGE", `This program does not know the kind ${printable(registry.kind, 100)}.`);
  }
  if (kind.id === "distribution") return printDistribution(context, client, org, registry);
  const isTried = kind.status === "tried" ? "" : " (documented, not tried)";
  context.stderr.write(`${kind.title}${isTried}: ${printable(kind.setup, 1000)}\n`);
  if (kind.proof === "token") {
    const token = await makeToken(client, org, registry.host);
    context.stderr.write("The token is shown only now; it may tell of pushes and ask for analyses.\n");
    const lines = [`${client.server}${registry.notificationPath}`, `Authorization: Bearer ${token}`];
    context.stdout.write(`${lines.join("\n")}\n`);
    return;
  }
  const path = `/orgs/${org}/registries/${registry.id}/key`;
  const made = await client.ask({ method: "POST", path }, hookKeyView);
  context.stderr.write("The key is shown only now; one that was made before proves nothing more.\n");
  const lines = [`${client.server}${made.path}`, ...(kind.proof === "signature" ? [made.key] : [])];
  context.stdout.write(`${lines.join("\n")}\n`);
}

async function printDistribution(
  context: CliContext,
  client: ServerClient,
  org: string,
  { host, notificationPath }: RegistryView,
): Promise<void> {
  const token = await makeToken(client, org, host);
  context.stderr.write(
    "Add this to the registry's config.yml and restart it. The token is shown only now; it may tell of pushes and ask for analyses.\n",
  );
  context.stdout.write(distributionSettings({ org, url: `${client.server}${notificationPath}`, token }));
}

async function makeToken(client: ServerClient, org: string, host: string): Promise<string> {
  const body = { name: `notifications of ${host}`, scopes: ["analyse"], expiresInDays: null };
  const path = `/orgs/${org}/tokens`;
  const { token } = await client.ask({ method: "POST", path, body }, newTokenView).catch((error: unknown) => {
    throw mayNotMakeTokens(error, org, host);
  });
  return token;
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (/^\d{1,6}$/.test(value) && seconds >= 60) return seconds;
  throw new InvalidArgumentError("It is not a number of seconds from 60 on.");
}

/** Connecting is for editors, tokens are an owner's: what was done stays done, and is said. */
function mayNotMakeTokens(error: unknown, org: string, host: string): unknown {
  if (!(error instanceof PlimsollError) || error.code !== "FORBIDDEN") return error;
  return new PlimsollError(
    "FORBIDDEN",
    `Only an owner of ${org} makes tokens. Ask one to run: plimsoll registry notifications --org ${org} ${host}`,
    { cause: error },
  );
}

async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const org = requireOrganisation(context, options);
  const client = await openServer(context);
  const { registries } = await client.ask({ path: `/orgs/${org}/registries` }, registryList);
  if (options.format === "json") {
    const report = { schema: "urn:plimsoll:report:registries:1", registries } satisfies RegistriesReport;
    context.stdout.write(jsonText(report));
    return;
  }
  if (registries.length === 0) context.stdout.write("no registries\n");
  for (const { host, kind, state, insecure, failure, notifiedAt, pollSeconds, polledAt } of registries) {
    const words = [
      host,
      ...(kind === "distribution" ? [] : [kind]),
      state === "pending" ? "no notification yet" : state,
      ...(pollSeconds === null ? [] : [`polled every ${pollSeconds} s`]),
      ...(polledAt === null ? [] : [`last poll ${polledAt}`]),
      ...(insecure ? ["without TLS"] : []),
      ...(notifiedAt === null ? [] : [`last notification ${notifiedAt}`]),
      ...(failure === null ? [] : [printable(failure)]),
    ];
    context.stdout.write(`${words.join("  ")}\n`);
  }
}

const ADD_EXAMPLES = `
Examples:
  plimsoll registry add --org acme 127.0.0.1:5000
  plimsoll registry add --org acme registry.example.com --username plimsoll --password-stdin < password.txt
  plimsoll registry add --org acme harbor.example.com --kind harbor --poll 900 --enable 'acme/*'
  plimsoll registry add --org acme ghcr.io --kind ghcr --space acme`;
