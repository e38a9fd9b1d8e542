/** `plimsoll export`: how the images of an organisation stood at a time, for an audit. */
import { Command, InvalidArgumentError, Option } from "commander";
import { complianceCsv, complianceExport } from "../../api/rest/compliance-export.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { CommandMaker } from "../command-maker.ts";
import {
  addOrganisationOption,
  requireOrganisation,
  type OrganisationOptions,
} from "../options/organisation.ts";
import { writeResult } from "../options/output.ts";
import { openServer } from "../server/client.ts";

interface Options extends OrganisationOptions {
  readonly environment?: string;
  readonly at?: string;
  readonly format: "csv" | "json";
  readonly output?: string;
}

export const exportVerb: CommandMaker = (context) =>
  addOrganisationOption(new Command("export"))
    .description("How images stood at a time: verdicts, policies and counts, as a table for an audit.")
    .option("--environment <name>", "images that ran there; default: those of the latest tags")
    .option(
      "--at <time>",
      "as it stood then: 2026-03-31 (the end of that day), or a time; default: now",
      readTime,
    )
    .addOption(
      new Option("--format <format>", "format of the result").choices(["csv", "json"]).default("csv"),
    )
    .option("-o, --output <file>", "write the result to a file instead of standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const org = requireOrganisation(context, options);
      const client = await openServer(context);
      const path = `/orgs/${encodeURIComponent(org)}/exports/compliance`;
      const { environment, at } = options;
      const report = await client.ask({ path, query: { environment, at } }, complianceExport);
      if (report.images.length === 0)
        context.stderr.write(
          `no image ${environment === undefined ? "had a tag" : `ran in ${environment}`} then\n`,
        );
      await writeResult(
        context,
        options,
        options.format === "csv" ? complianceCsv(report) : jsonText(report),
      );
    });

const EXAMPLES = `
Examples:
  plimsoll export --org acme --environment production --at 2026-03-31 -o march.csv
  plimsoll export --org acme --format json`;

function readTime(value: string): string {
  const time = new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T23:59:59.999Z` : value);
  if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError("Write a day as 2026-03-31, or a time as 2026-03-31T12:00:00Z.");
  return time.toISOString();
}
