/** `plimsoll repo`: which repositories of a registry an organisation analyses. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { RepositoriesReport } from "../../api/command-reports.ts";
import { repositoryView, type RepositoryView } from "../../api/rest/registries.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { openServer } from "../server/client.ts";
import { collectInsecure } from "../options/image.ts";
import { listRepositories } from "../server/repositories.ts";
import {
  checkChoice,
  chooseToDisable,
  chooseToEnable,
  type ChoiceOptions,
} from "../server/repository-choice.ts";

interface Options extends OrganisationOptions, ChoiceOptions {
  readonly format: string;
  readonly backfill?: number;
}

interface ListOptions extends OrganisationOptions {
  readonly filter?: RegExp;
  readonly onlyEnabled?: true;
  readonly onlyDisabled?: true;
  readonly onlyRegistry?: string;
  readonly format: string;
}

export const repo: CommandMaker = (context) => {
  const command = new Command("repo").description(
    "Enable, disable and list the repositories that are analysed.",
  );
  const enable = command
    .command("enable")
    .description("Analyse what is pushed to repositories from now on.")
    .argument("[repository...]", "repositories, e.g. acme/my-app")
    .option("--all", "all that the registries of the organisation list to this machine")
    .addOption(filterOption("those of them whose name fits this regular expression"))
    .option(
      "--registry <host>",
      "registry of the repositories; default: the organisation's only one; with --filter and --all: each",
    )
    .option(
      "--integration <name>",
      "with --filter and --all: a registry that plimsoll integration configure set up",
    )
    .addOption(
      new Option(
        "--insecure-registry <host>",
        "registry that may be spoken to without TLS (loopback always may); repeatable",
      ).argParser(collectInsecure),
    )
    .addOption(
      new Option(
        "--backfill <count>",
        "analyse as many of the tags that are there already, the newest first (500 at most)",
      ).argParser(parseCount),
    )
    .addOption(formatOption())
    .addHelpText("after", ENABLE_EXAMPLES)
    .action((names: readonly string[], options: Options) => runEnable(context, names, options));
  const disable = command
    .command("disable")
    .description("Analyse nothing more of repositories; what is known of them stays.")
    .argument("[repository...]", "repositories, e.g. acme/my-app")
    .option("--all", "all that are analysed")
    .addOption(filterOption("those of them whose name fits this regular expression"))
    .option("--registry <host>", "registry of the repositories, where several have one of that name")
    .addOption(formatOption())
    .addHelpText("after", DISABLE_EXAMPLES)
    .action((names: readonly string[], options: Options) => runDisable(context, names, options));
  const list = command
    .command("list")
    .description("List the repositories that the organisation knows.")
    .addOption(filterOption("only those whose name fits this regular expression"))
    .option("--only-enabled", "only those that are analysed")
    .option("--only-disabled", "only those that are not analysed")
    .option("--only-registry <host>", "only those of one registry")
    .addOption(formatOption())
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll repo list --org acme\n  plimsoll repo list --org acme --only-enabled --format json",
    )
    .action((options: ListOptions) => runList(context, options));
  for (const child of [enable, disable, list]) addOrganisationOption(child);
  return command;
};

function filterOption(help: string): Option {
  return new Option("--filter <pattern>", help).argParser((value: string) => {
    try {
      return new RegExp(value);
    } catch {
      throw new InvalidArgumentError("It is not a regular expression.");
    }
  });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (/^\d{1,3}$/.test(value) && count >= 1 && count <= 500) return count;
  throw new InvalidArgumentError("It is not a number from 1 to 500.");
}

function formatOption(): Option {
  return new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table");
}

async function runEnable(context: CliContext, names: readonly string[], options: Options): Promise<void> {
  const org = requireOrganisation(context, options);
  checkChoice(names, options);
  const client = await openServer(context);
  const known = names.length > 0 ? [] : await listRepositories(client, org);
  const wanted = await chooseToEnable(context, { client, org, known }, { names, options });
  const enabled: RepositoryView[] = [];
  for (const { registry, name } of wanted) {
    const body = { registry, name };
    const made = await client.ask(
      { method: "POST", path: `/orgs/${org}/repositories`, body },
      repositoryView,
    );
    if (options.backfill !== undefined) {
      const path = `/orgs/${org}/repositories/${encodeURIComponent(made.id)}/backfill`;
      await client.tell({ method: "POST", path, body: { tagsMax: options.backfill } });
    }
    enabled.push(made);
    if (options.format !== "json") context.stdout.write(`${made.fullName} enabled\n`);
  }
  if (options.format === "json") context.stdout.write(asJson(enabled));
}

async function runDisable(context: CliContext, names: readonly string[], options: Options): Promise<void> {
  const org = requireOrganisation(context, options);
  checkChoice(names, options);
  const client = await openServer(context);
  const rows = chooseToDisable(await listRepositories(client, org), names, options);
  const disabled: RepositoryView[] = [];
  for (const { id, fullName } of rows) {
    const path = `/orgs/${org}/repositories/${encodeURIComponent(id)}`;
    disabled.push(await client.ask({ method: "PATCH", path, body: { enabled: false } }, repositoryView));
    if (options.format !== "json") context.stdout.write(`${fullName} disabled\n`);
  }
  if (options.format === "json") context.stdout.write(asJson(disabled));
}

async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const org = requireOrganisation(context, options);
  const all = await listRepositories(await openServer(context), org);
  const rows = all.filter(
    (row) =>
      (options.filter === undefined || options.filter.test(row.fullName)) &&
      (options.onlyEnabled === undefined || row.enabled) &&
      (options.onlyDisabled === undefined || !row.enabled) &&
      (options.onlyRegistry === undefined || row.registry === options.onlyRegistry),
  );
  context.stdout.write(options.format === "json" ? asJson(rows) : tableOf(rows));
}

function asJson(repositories: readonly RepositoryView[]): string {
  const schema = "urn:plimsoll:report:repositories:1";
  return jsonText({ schema, repositories: [...repositories] } satisfies RepositoriesReport);
}

function tableOf(rows: readonly RepositoryView[]): string {
  if (rows.length === 0) return "no repositories\n";
  const width = Math.max(...rows.map(({ fullName }) => fullName.length));
  const lines = rows.map(({ fullName, enabled, tagCount, lastPushedAt }) =>
    [
      fullName.padEnd(width),
      enabled ? "enabled " : "disabled",
      `${tagCount} tags`.padStart(10),
      lastPushedAt === null ? "no push yet" : `pushed ${lastPushedAt}`,
    ].join("  "),
  );
  return `${lines.join("\n")}\n`;
}

const ENABLE_EXAMPLES = `
Examples:
  plimsoll repo enable --org acme acme/my-app
  plimsoll repo enable --org acme registry.example.com/acme/my-app
  plimsoll repo enable --org acme --backfill 20 acme/my-app
  plimsoll repo enable --org acme --registry registry.example.com acme/my-app acme/api
  plimsoll repo enable --org acme --filter '^acme/'
  plimsoll repo enable --org acme --all --integration prod-harbor

--all and --filter ask the registries from this machine, with its sign-ins; Docker Hub and some others list nothing, which is an error.`;

const DISABLE_EXAMPLES = `
Examples:
  plimsoll repo disable --org acme acme/my-app
  plimsoll repo disable --org acme --filter '-old$'
  plimsoll repo disable --org acme --all --registry registry.example.com`;
