/** `plimsoll replay`: has an old verdict of an image made once more by the server's program of now, and tells whether it is the same. */
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import type { ReplayReport } from "../../api/command-reports.ts";
import { replayView, type ReplayView } from "../../api/rest/replays.ts";
import { evaluationPage } from "../../api/rest/images.ts";
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
import { formatOption } from "../options/output.ts";
import { openServer, type ServerClient } from "../server/client.ts";

interface Options extends OrganisationOptions {
  readonly verdict?: string;
  readonly wait: number;
  readonly format: string;
}

export const replay: CommandMaker = (context, finish) =>
  addOrganisationOption(new Command("replay"))
    .description(
      "Have an old verdict made once more from what it rested on: 0, it is the same; 2, it is not.",
    )
    .argument("<image>", "id of the image on the server, as its page's address shows it", readId)
    .addOption(new Option("--verdict <id>", "which of its verdicts; default: the newest").argParser(readId))
    .addOption(
      new Option("--wait <seconds>", "how long to wait for a worker")
        .argParser(readSeconds)
        .default(WAIT_SECONDS, String(WAIT_SECONDS)),
    )
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (image: string, options: Options) => finish(await run(context, image, options)));

const WAIT_SECONDS = 60;
const POLL_MS = 500;
const EXAMPLES = `
Examples:
  plimsoll replay --org acme 0195e0c4-7d3f-4c1e-9d0a-2f6b8a1c3e57
  plimsoll replay --org acme 0195e0c4-7d3f-4c1e-9d0a-2f6b8a1c3e57 --verdict 5f0c9a44-…`;

/** @throws PlimsollError VERDICT_NOT_KEPT, VERDICT_PENDING, and as the server refuses */
async function run(context: CliContext, image: string, options: Options): Promise<number> {
  const org = requireOrganisation(context, options);
  const client = await openServer(context);
  const path = `/orgs/${encodeURIComponent(org)}/images/${encodeURIComponent(image)}`;
  const verdict = options.verdict ?? (await newestVerdict(client, path));
  const asked = await client.ask(
    { method: "POST", path: `${path}/history/${encodeURIComponent(verdict)}/replays` },
    replayView,
  );
  const done = await untilDone(client, path, asked, options.wait);
  const report: ReplayReport = { schema: "urn:plimsoll:report:replay:1", ...done };
  context.stdout.write(options.format === "json" ? jsonText(report) : describe(done));
  if (done.state === "failed")
    throw new PlimsollError("VERDICT_NOT_KEPT", done.failure ?? "The verdict could not be made once more.");
  return done.state === "same" ? 0 : EXIT_DIFFERENT;
}

const EXIT_DIFFERENT = 2;

async function newestVerdict(client: ServerClient, path: string): Promise<string> {
  const { entries } = await client.ask({ path: `${path}/history`, query: { limit: "1" } }, evaluationPage);
  const [newest] = entries;
  if (newest === undefined) throw new PlimsollError("NOT_FOUND", "The image has no verdict yet.");
  return newest.id;
}

async function untilDone(
  client: ServerClient,
  path: string,
  asked: ReplayView,
  waitSeconds: number,
): Promise<ReplayView> {
  const giveUpAt = Date.now() + waitSeconds * 1000;
  let view = asked;
  while (view.state === "waiting") {
    if (Date.now() > giveUpAt)
      throw new PlimsollError("VERDICT_PENDING", `No worker has made it within ${waitSeconds} s.`);
    await sleep(POLL_MS);
    view = await client.ask({ path: `${path}/replays/${encodeURIComponent(asked.id)}` }, replayView);
  }
  return view;
}

function describe({ state, keptEngine, engine, differences }: ReplayView): string {
  const engines = `${keptEngine ?? "unknown"} then, ${engine ?? "unknown"} now`;
  if (state === "same") return `same, byte by byte (program ${engines})\n`;
  if (state === "failed") return "";
  const lines = differences.map(({ part, text }) => `  ${part}: ${printable(text, 600)}\n`);
  return `different, with the same inputs: cause engine (program ${engines})\n${lines.join("")}`;
}

function readId(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError("It takes an id such as 0195e0c4-7d3f-4c1e-9d0a-2f6b8a1c3e57.");
}

function readSeconds(value: string): number {
  if (/^\d{1,4}$/.test(value)) return Number(value);
  throw new InvalidArgumentError("It takes a number of seconds, at most 9999.");
}
