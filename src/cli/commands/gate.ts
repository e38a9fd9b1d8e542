/**
 * `plimsoll gate`: whether the server's gate lets an image be deployed. Asks, waits while it is judged, and ends with 0 or 2; or holds
 * the image against a verdict that was signed before, and asks nobody.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { GateReport } from "../../api/command-reports.ts";
import { gateAnswer, type GateAnswer } from "../../api/rest/checks.ts";
import { signedVerdictView } from "../../api/rest/verdicts.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { parseReference } from "../../oci/reference.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { gateOffline } from "../organisation/offline-gate.ts";
import { formatOption, writeResult } from "../options/output.ts";
import { addTrustOptions, type TrustOptions } from "../options/trust.ts";
import { openServer, ServerError, type ServerClient } from "../server/client.ts";

interface Options extends OrganisationOptions, TrustOptions {
  readonly env?: string;
  readonly wait: number;
  readonly saveVerdict?: string;
  readonly validFor?: number;
  readonly verdict?: string;
  readonly format: string;
}

export const gate: CommandMaker = (context, finish) => {
  const command = addOrganisationOption(new Command("gate"))
    .description("Ask a server's gate whether an image may be deployed: 0, it may; 2, it may not.")
    .argument(
      "<image>",
      "image in an enabled repository, by digest: registry.example.com/acme/my-app@sha256:…",
    )
    .option("--env <environment>", "environment that it is deployed to, whose policies count too")
    .addOption(
      new Option("--wait <seconds>", "how long to wait for an analysis or a verdict")
        .argParser(readSeconds)
        .default(WAIT_SECONDS, String(WAIT_SECONDS)),
    )
    .option("--save-verdict <file>", "write the decision as a signed statement that lasts for a while")
    .addOption(
      new Option(
        "--valid-for <seconds>",
        "with --save-verdict: how long, 60 to 86400; default: 3600",
      ).argParser(readSeconds),
    )
    .option("--verdict <file>", "ask no server: hold the image against such a statement, with --key")
    .addOption(formatOption());
  return addTrustOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (image: string, options: Options) => finish(await run(context, image, options)));
};

async function run(context: CliContext, image: string, options: Options): Promise<number> {
  const asked = readImage(image);
  const report =
    options.verdict === undefined
      ? await askServer(context, asked, options)
      : await lookAt(context, asked, options.verdict, options);
  if (options.format === "json") context.stdout.write(jsonText(report));
  else {
    const name = report.digest === null ? image : `${report.repository}@${report.digest}`;
    const where = options.env === undefined ? "" : ` to ${printable(options.env)}`;
    context.stdout.write(`${printable(name, 600)} may ${report.pass ? "" : "not "}be deployed${where}\n`);
    if (report.page !== null) context.stdout.write(`${report.page}\n`);
  }
  if (report.demonstration) context.stderr.write("note: the decision rests on demonstration data\n");
  for (const { cause, message } of report.causes)
    context.stderr.write(`gate: ${printable(cause, 100)}: ${printable(message, 1000)}\n`);
  return report.pass ? 0 : 2;
}

async function askServer(context: CliContext, asked: Asked, options: Options): Promise<GateReport> {
  if (options.validFor !== undefined && options.saveVerdict === undefined)
    throw new PlimsollError("USAGE", "--valid-for goes with --save-verdict.");
  const org = requireOrganisation(context, options);
  if (asked.digest === undefined)
    context.stderr.write("note: a tag may name another image when it is pulled; ask by digest\n");
  const client = await openServer(context);
  const body = { ...asked, ...(options.env === undefined ? {} : { environment: options.env }) };
  const answer = await waitForAnswer(context, client, { path: `/orgs/${org}/gate`, body }, options.wait);
  if (options.saveVerdict !== undefined && answer !== null) {
    const validSeconds = options.validFor ?? VALID_SECONDS;
    // By the digest that was decided about, whatever the tag names by now.
    const { repository, digest } = answer;
    const request = {
      repository,
      digest,
      validSeconds,
      ...(options.env === undefined ? {} : { environment: options.env }),
    };
    const path = `/orgs/${org}/gate/verdict`;
    const { envelope, expiresAt } = await client.ask(
      { method: "POST", path, body: request },
      signedVerdictView,
    );
    await writeResult(context, { output: options.saveVerdict }, `${JSON.stringify(envelope)}\n`);
    context.stderr.write(`signed: ${options.saveVerdict}, until ${expiresAt}\n`);
  }
  return toReport(client, body, answer);
}

/** @throws PlimsollError USAGE */
function lookAt(context: CliContext, asked: Asked, file: string, options: Options): Promise<GateReport> {
  if (asked.digest === undefined)
    throw new PlimsollError("USAGE", "A verdict is about a digest: name the image by it.");
  if (options.saveVerdict !== undefined)
    throw new PlimsollError("USAGE", "--save-verdict asks the server, --verdict does not.");
  const organisation = options.org ?? context.config.client.organisation;
  const { repository, digest } = asked;
  return gateOffline(
    context,
    { repository, digest, environment: options.env ?? null, organisation, file },
    options,
  );
}

interface Asked {
  readonly repository: string;
  readonly digest?: string;
  readonly tag?: string;
}

/** @throws OciError REFERENCE_INVALID */
function readImage(text: string): Asked {
  const { registry, path, tag, digest } = parseReference(text);
  const repository = `${registry}/${path}`;
  return digest === null ? { repository, tag: tag ?? "latest" } : { repository, digest };
}

/** Null: the server does not know the image. @throws ServerError, as the server refuses */
async function waitForAnswer(
  context: CliContext,
  client: ServerClient,
  { path, body }: { readonly path: string; readonly body: object },
  waitSeconds: number,
): Promise<GateAnswer | null> {
  const giveUpAt = Date.now() + waitSeconds * 1000;
  for (let round = 0; ; round += 1) {
    const answer = await ask(client, path, body);
    const waitsFor = answer === null ? "the server has not heard of it" : pendingOf(answer);
    if (waitsFor === null || Date.now() >= giveUpAt) return answer;
    if (round === 0) context.stderr.write(`waiting: ${printable(waitsFor)}\n`);
    await sleep(POLL_MS);
  }
}

async function ask(client: ServerClient, path: string, body: object): Promise<GateAnswer | null> {
  try {
    return await client.ask({ method: "POST", path, body }, gateAnswer);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (error.code === "IMAGE_UNKNOWN") return null;
    if (error.code !== "FORBIDDEN") throw error;
    throw new PlimsollError(
      "FORBIDDEN",
      "The gate answers tokens of the organisation with the scope gate alone.",
      {
        cause: error,
      },
    );
  }
}

/** Null: it is decided, for nothing but time could change what has a cause of its own. */
function pendingOf({ causes }: GateAnswer): string | null {
  const isPending =
    causes.length > 0 && causes.every(({ cause }) => cause === "queued" || cause === "outdated");
  return isPending ? (causes[0]?.message ?? null) : null;
}

function toReport(
  { server }: ServerClient,
  asked: Asked & { readonly environment?: string },
  answer: GateAnswer | null,
): GateReport {
  const schema = "urn:plimsoll:report:gate:1";
  if (answer === null) {
    const message = "the server has never seen this image in this repository";
    return {
      schema,
      pass: false,
      causes: [{ cause: "unknown", message }],
      repository: asked.repository,
      digest: asked.digest ?? null,
      environment: asked.environment ?? null,
      evidence: null,
      demonstration: false,
      page: null,
    };
  }
  const { pass, causes, repository, digest, environment, evidence, demonstration, path } = answer;
  const said = { pass, causes, repository, digest, environment, evidence, demonstration };
  return { schema, ...said, page: `${server}${path}` };
}

function readSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a number of seconds.");
}

const WAIT_SECONDS = 60;
const VALID_SECONDS = 3_600;
const POLL_MS = 500;

const EXAMPLES = `
Examples:
  plimsoll gate --org acme registry.example.com/acme/my-app@sha256:…
  plimsoll gate --org acme --env production --wait 300 registry.example.com/acme/my-app@sha256:…
  plimsoll gate --org acme --env production --save-verdict app.gate.json registry.example.com/acme/my-app@sha256:…
  plimsoll gate --env production --verdict app.gate.json --key gate.pub registry.example.com/acme/my-app@sha256:…

PLIMSOLL_TOKEN holds a token of the organisation with the scope gate.`;
