/** `plimsoll db`: builds, updates, describes and asks the vulnerability database. */
import { Command, Option } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { collectList } from "../options/output.ts";
import { addSeverityOption } from "../options/severity.ts";
import { runBuild, type BuildCommandOptions } from "../db/build.ts";
import { runFeeds, runStatus } from "../db/describe.ts";
import { runQuery, type QueryOptions } from "../db/query.ts";
import { runUpdate, type UpdateCommandOptions } from "../db/update.ts";

export const db: CommandMaker = (context, finish) => {
  const command = new Command("db").description("Build, update and query the vulnerability database.");
  const format = (): Option =>
    new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table");

  command
    .command("build")
    .description("Build the database from files, replacing the one that is there.")
    .addOption(
      new Option(
        "--from <path...>",
        "files, archives (zip, tar.gz) or folders; the feed is told by the content",
      ).makeOptionMandatory(),
    )
    .option("--feed <feed>", "take every input for this feed instead of looking at its content")
    .option("--demonstration", "mark the database, and all that rests on it, as demonstration data")
    .option("--quiet", "print nothing but errors")
    .addOption(format())
    .addHelpText("after", BUILD_EXAMPLES)
    .action((options: BuildCommandOptions) => runBuild(context, options));

  command
    .command("update")
    .description("Download the live feeds, or what changed in them, and swap the new database in.")
    .argument(
      "[parts...]",
      "feeds or parts: osv/npm, osv/Debian, alpine, kev; default: see plimsoll db feeds",
    )
    .addOption(
      new Option("--mirror <feed=address>", "base address in place of the public one; repeatable").argParser(
        collectList,
      ),
    )
    .addOption(
      new Option("--accept-shrunk <feeds>", "accept a feed or part that lost many records").argParser(
        collectList,
      ),
    )
    .addOption(format())
    .addHelpText("after", UPDATE_EXAMPLES)
    .action(async (parts: readonly string[], options: UpdateCommandOptions) =>
      finish(await runUpdate(context, parts, options)),
    );

  command
    .command("status")
    .description("Show what the database holds, feed by feed.")
    .addOption(format())
    .addHelpText("after", "\nExamples:\n  plimsoll db status\n  plimsoll db status --format json")
    .action((options: { format: string }) => runStatus(context, options));

  command
    .command("feeds")
    .description("List the feeds with their addresses and licences.")
    .addOption(format())
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll db feeds\n\nA star marks what db update fetches by itself.",
    )
    .action((options: { format: string }) => runFeeds(context, options));

  command.addCommand(queryCommand(context, finish).addOption(format()));
  return command;
};

function queryCommand(...[context, finish]: Parameters<CommandMaker>): Command {
  return addSeverityOption(new Command("query"))
    .description(
      "Print the advisories that affect packages, given as package URLs or read from standard input, one a line.",
    )
    .argument("[purls...]", "package URLs, e.g. pkg:npm/qs@6.7.0")
    .option(
      "--explain",
      "also say why: sources, comparisons, ratings, and the advisories that do not hold the version",
    )
    .addHelpText("after", QUERY_EXAMPLES)
    .action(async (purls: readonly string[], options: QueryOptions) =>
      finish(await runQuery(context, purls, options)),
    );
}

const BUILD_EXAMPLES = `
Examples:
  plimsoll db build --from npm.zip --from PyPI.zip
  plimsoll db build --from feeds/`;

const UPDATE_EXAMPLES = `
Examples:
  plimsoll db update
  plimsoll db update osv/npm osv/Debian kev
  plimsoll db update --mirror osv=https://mirror.example.com/osv/

A feed that fails keeps its last good snapshot and makes the exit code 1; the others are updated.`;

const QUERY_EXAMPLES = `
Examples:
  plimsoll db query pkg:npm/qs@6.7.0 'pkg:deb/debian/openssl@3.0.11-1?distro=debian-12'
  plimsoll db query --explain pkg:npm/qs@6.7.0
  plimsoll sbom --format json app | jq -r '.packages[].purl' | plimsoll db query --format json`;
