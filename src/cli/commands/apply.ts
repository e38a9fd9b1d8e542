/** `plimsoll apply`: an organisation on the server as a file says it is to be. */
import { Command } from "commander";
import { applyFile, type ApplyFile, type ApplyReport } from "../../api/apply-file.ts";
import { readYamlFile, readYamlText } from "../../config/project-file.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { planEnvironments } from "../apply/environments.ts";
import { changeText, type ApplyAccess, type Change, type PartPlan } from "../apply/plan.ts";
import { planPolicies } from "../apply/policies.ts";
import { planRegistries } from "../apply/registries.ts";
import { planRepositories } from "../apply/repositories.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { formatOption } from "../options/output.ts";
import { openServer } from "../server/client.ts";

interface Options extends OrganisationOptions {
  readonly file: string;
  readonly dryRun?: true;
  readonly prune?: true;
  readonly exitCode?: true;
  readonly format: string;
}

export const apply: CommandMaker = (context, finish) =>
  addOrganisationOption(new Command("apply"))
    .description(
      "Make an organisation on the server as a file says: environments, registries, repositories, policies.",
    )
    .requiredOption("-f, --file <file>", "the file; - for standard input")
    .option("--dry-run", "only show what would change")
    .option(
      "--prune",
      "also take away what is on the server and not in a part of the file; repositories are switched off",
    )
    .option("-e, --exit-code", "end with 2 when something differs, changed or not")
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const report = await run(context, options);
      context.stdout.write(options.format === "json" ? jsonText(report) : format(report));
      if (options.exitCode === true && report.changes.length > 0) finish(2);
    });

const EXAMPLES = `
Examples:
  plimsoll apply -f acme.yaml --dry-run
  plimsoll apply -f acme.yaml --org acme --prune
  plimsoll apply -f acme.yaml --dry-run --exit-code    # 2: the server differs`;

async function run(context: CliContext, options: Options): Promise<ApplyReport> {
  const file = await readFile(context, options.file);
  const named = options.org ?? file.organisation;
  const org = requireOrganisation(context, named === undefined ? {} : { org: named });
  const access = { client: await openServer(context), below: `/orgs/${org}` };
  const plans = await planAll(context, access, org, file);
  const beside = plans.flatMap((plan) => plan.beside);
  const changes: readonly Change[] = [
    ...plans.flatMap((plan) => plan.changes),
    // What rests on others goes first: policies before environments.
    ...(options.prune === true ? beside.toReversed().map(toRemoval) : []),
  ];
  if (options.dryRun !== true) await makeChanges(context, changes);
  return {
    schema: "urn:plimsoll:report:apply:1",
    organisation: org,
    applied: options.dryRun !== true,
    changes: changes.map(({ run: _run, ...change }) => ({ ...change, differences: [...change.differences] })),
    unchanged: plans.reduce((sum, plan) => sum + plan.unchanged, 0),
    beside: options.prune === true ? [] : beside.map(({ kind, name }) => ({ kind, name })),
  };
}

/** One that fails ends it; those before it stay made, and the next run finds them as they should be. */
async function makeChanges(context: CliContext, changes: readonly Change[]): Promise<void> {
  for (const [index, change] of changes.entries()) {
    try {
      await change.run();
    } catch (error) {
      const { kind, name } = change;
      context.stderr.write(
        `${index} of ${changes.length} changes were made; this one was not: ${kind} ${printable(name)}\n`,
      );
      throw error;
    }
  }
}

async function readFile(context: CliContext, path: string): Promise<ApplyFile> {
  if (path !== "-") return readYamlFile(path, applyFile);
  const pieces: Uint8Array[] = [];
  for await (const piece of context.stdin) pieces.push(piece);
  return readYamlText(Buffer.concat(pieces).toString("utf8"), "standard input", applyFile);
}

/** Everything is compared before anything is changed, so that a file that cannot be applied changes nothing. */
async function planAll(
  context: CliContext,
  access: ApplyAccess,
  org: string,
  file: ApplyFile,
): Promise<readonly PartPlan[]> {
  const { environments, registries, repositories, policies } = file;
  return [
    ...(environments === undefined ? [] : [await planEnvironments(access, environments)]),
    ...(registries === undefined ? [] : [await planRegistries(access, registries, context.env)]),
    ...(repositories === undefined ? [] : [await planRepositories(access, org, repositories)]),
    ...(policies === undefined ? [] : [await planPolicies(access, policies)]),
  ];
}

function toRemoval({ kind, name, remove }: PartPlan["beside"][number]): Change {
  return { kind, name, action: "delete", differences: [], run: remove };
}

function format({ applied, changes, unchanged, beside }: ApplyReport): string {
  const counts = `${changes.length} ${applied ? "changed" : "to change"}, ${unchanged} as the file says`;
  const left = beside.map(({ kind, name }) => printable(`  ${kind} ${name}`, 500));
  const rest = left.length === 0 ? "" : `not in the file, and left as they are:\n${left.join("\n")}\n`;
  return `${changes.map(changeText).join("")}${counts}\n${rest}`;
}
