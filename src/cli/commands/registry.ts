/** `plimsoll registry`: connects the registries that an organisation pushes to. */
import { Command, Option } from "commander";
import type { RegistriesReport } from "../../api/command-reports.ts";
import { registryList, registryView, type RegistryView } from "../../api/rest/registries.ts";
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
  { host, notificationPath }: RegistryView,
): Promise<void> {
  const body = { name: `notifications of ${host}`, scopes: ["analyse"], expiresInDays: null };
  const path = `/orgs/${org}/tokens`;
  const { token } = await client.ask({ method: "POST", path, body }, newTokenView).catch((error: unknown) => {
    throw mayNotMakeTokens(error, org, host);
  });
  context.stderr.write(
    "Add this to the registry's config.yml and restart it. The token is shown only now; it may tell of pushes and ask for analyses.\n",
  );
  context.stdout.write(distributionSettings({ org, url: `${client.server}${notificationPath}`, token }));
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
  for (const { host, state, insecure, failure, notifiedAt } of registries) {
    const words = [
      host,
      state === "pending" ? "no notification yet" : state,
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
  plimsoll registry add --org acme registry.example.com --username plimsoll --password-stdin < password.txt`;
