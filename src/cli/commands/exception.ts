/** `plimsoll exception`: an organisation's exceptions on the server: asked for by one person, decided by another. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { ExceptionsReport } from "../../api/command-reports.ts";
import {
  exceptionPage,
  exceptionState,
  exceptionView,
  type ExceptionView,
} from "../../api/rest/exceptions.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { vexJustifications } from "../../domain/vex.ts";
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
  readonly format: string;
}

interface ListOptions extends Options {
  readonly state?: string;
  readonly vulnerability?: string;
}

interface RequestOptions extends Options {
  readonly falsePositive?: string;
  readonly acceptUntil?: Date;
  readonly reason: string;
  readonly repository?: string;
  readonly digest?: string;
  readonly package?: string;
  readonly expires?: Date;
}

interface DecisionOptions extends Options {
  readonly note?: string;
}

const decisions = {
  approve: "Approve a request of somebody else; the verdict turns.",
  refuse: "Refuse a request of somebody else.",
  withdraw: "Take back a request of your own; with the right to decide, also an approval.",
} as const;

export const exception: CommandMaker = (context) => {
  const command = new Command("exception").description(
    "Ask for exceptions on findings, decide on those of others, and list them.",
  );
  const list = command
    .command("list")
    .description("List exceptions, the newest request first.")
    .addOption(new Option("--state <state>", "only those in this state").choices(exceptionState.options))
    .option("--vulnerability <id>", "only those on a vulnerability")
    .addHelpText("after", "\nExamples:\n  plimsoll exception list --org acme --state requested")
    .action((options: ListOptions) => runList(context, options));
  const request = addRequestOptions(command.command("request"))
    .argument("<vulnerability>", "e.g. CVE-2021-44228")
    .action((vulnerability: string, options: RequestOptions) => runRequest(context, vulnerability, options));
  const deciding = Object.entries(decisions).map(([verb, description]) =>
    command
      .command(verb)
      .description(description)
      .argument("<id>", "id of the exception, as exception list shows it")
      .option("--note <text>", "kept with the decision")
      .addHelpText("after", `\nExamples:\n  plimsoll exception ${verb} --org acme 0195e0c4-…`)
      .action((id: string, options: DecisionOptions) => runDecision(context, verb, id, options)),
  );
  for (const child of [list, request, ...deciding]) addOrganisationOption(child.addOption(formatOption()));
  return command;
};

function addRequestOptions(command: Command): Command {
  return command
    .description("Ask for an exception; another person decides.")
    .addOption(
      new Option("--false-positive <justification>", "it does not apply, because").choices(vexJustifications),
    )
    .option(
      "--accept-until <date>",
      "it applies, and the risk is taken until this day, e.g. 2027-01-31",
      readDay,
    )
    .requiredOption("--reason <text>", "why, for those who decide and those who look it up later")
    .option("--repository <name>", "only in this repository, e.g. registry.example.com/acme/my-app")
    .option("--digest <digest>", "only in this image, sha256:…")
    .option("--package <purl>", "only in this package, with or without version")
    .option("--expires <date>", "with --false-positive: it ends on this day; default: never", readDay)
    .addHelpText("after", REQUEST_EXAMPLES);
}

const REQUEST_EXAMPLES = `
Examples:
  plimsoll exception request --org acme CVE-2021-44228 --accept-until 2027-01-31 --reason "no lookups; JIRA-42"
  plimsoll exception request --org acme CVE-2021-44228 --false-positive vulnerable_code_not_present \\
    --repository registry.example.com/acme/my-app --reason "the class was removed"`;

/** The end of a day (UTC), or the time that was given. */
function readDay(value: string): Date {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T23:59:59Z` : value);
  if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError("Write a day as 2027-01-31.");
  return date;
}

async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const path = `/orgs/${encodeURIComponent(requireOrganisation(context, options))}/exceptions`;
  const client = await openServer(context);
  const exceptions: ExceptionView[] = [];
  let cursor: string | undefined;
  do {
    const { state, vulnerability } = options;
    const query = { state, vulnerability, cursor, limit: "200" };
    const page = await client.ask({ path, query }, exceptionPage);
    exceptions.push(...page.entries);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && exceptions.length < EXCEPTIONS_MAX);
  if (exceptions.length === 0) context.stderr.write("There is no such exception.\n");
  show(context, options, exceptions);
}

/** What a person still reads, and a server that repeats a page does not end. */
const EXCEPTIONS_MAX = 10_000;

async function runRequest(
  context: CliContext,
  vulnerability: string,
  options: RequestOptions,
): Promise<void> {
  const org = requireOrganisation(context, options);
  const { falsePositive: justification, acceptUntil, reason, expires } = options;
  if ((justification === undefined) === (acceptUntil === undefined))
    throw new PlimsollError("USAGE", "Say --false-positive or --accept-until: one of the two.");
  if (expires !== undefined && justification === undefined)
    throw new PlimsollError("USAGE", "--expires goes with --false-positive.");
  const { repository = null, digest = null, package: purl = null } = options;
  const shared = { vulnerability, reason, scope: { repository, digest, purl } };
  const body =
    justification === undefined
      ? { kind: "accepted_risk", expiresAt: acceptUntil?.toISOString(), ...shared }
      : { kind: "false_positive", justification, expiresAt: expires?.toISOString() ?? null, ...shared };
  const client = await openServer(context);
  const path = `/orgs/${encodeURIComponent(org)}/exceptions`;
  show(context, options, [await client.ask({ method: "POST", path, body }, exceptionView)]);
  context.stderr.write("somebody else with the role security or owner decides\n");
}

async function runDecision(
  context: CliContext,
  verb: string,
  id: string,
  options: DecisionOptions,
): Promise<void> {
  const org = requireOrganisation(context, options);
  const client = await openServer(context);
  const path = `/orgs/${encodeURIComponent(org)}/exceptions/${encodeURIComponent(id)}/${verb}`;
  const body = { note: options.note ?? "" };
  show(context, options, [await client.ask({ method: "POST", path, body }, exceptionView)]);
}

function show(context: CliContext, { format }: Options, exceptions: readonly ExceptionView[]): void {
  const report: ExceptionsReport = {
    schema: "urn:plimsoll:report:exceptions:1",
    exceptions: exceptions.map(({ mayDecide: _decide, mayWithdraw: _withdraw, ...each }) => each),
  };
  context.stdout.write(format === "json" ? jsonText(report) : exceptions.map(line).join(""));
}

function line({
  id,
  state,
  kind,
  vulnerability,
  scope,
  requestedBy,
  expiresAt,
  reason,
}: ExceptionView): string {
  const where = [scope.repository, scope.digest, scope.purl].filter((part) => part !== null);
  const until = expiresAt === null ? "" : ` until ${expiresAt.slice(0, 10)}`;
  const text = `${id}  ${state}  ${kind}${until}  ${vulnerability}  in ${where.length === 0 ? "everything" : where.join(", ")}  by ${requestedBy}: ${reason}`;
  return `${printable(text, LINE_LENGTH_MAX)}\n`;
}

const LINE_LENGTH_MAX = 1000;
