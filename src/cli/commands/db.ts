/** `plimsoll db`: builds, updates, publishes, describes and asks the vulnerability database. */
import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { collectInsecure } from "../options/image.ts";
import { addSeverityOption } from "../options/severity.ts";
import { collectList } from "../options/output.ts";
import { runBuild, type BuildCommandOptions } from "../db/build.ts";
import { runFeeds, runStatus } from "../db/describe.ts";
import { runQuery, type QueryOptions } from "../db/query.ts";
import { runExport, runPush, type PushCommandOptions } from "../db/publish.ts";
import { runImport, runPull, type TakeCommandOptions } from "../db/take.ts";
import { runUpdate, type UpdateCommandOptions } from "../db/update.ts";
import { runVerify } from "../db/verify.ts";

export const db: CommandMaker = (context, finish) => {
  const command = new Command("db").description(
    "Build, update, publish and query the vulnerability database.",
  );
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
      "feeds or parts: osv/npm, osv/Debian, alpine, kev; default: those at hand, or without a database see plimsoll db feeds",
    )
    .option("--for <image>", "also the parts that an image, folder or SBOM needs")
    .option("--defaults", "the default parts, although the database at hand has others")
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
    .addOption(acceptAnswers())
    .addOption(format())
    .addHelpText("after", UPDATE_EXAMPLES)
    .action(async (parts: readonly string[], options: UpdateCommandOptions) =>
      finish(await runUpdate(context, parts, options)),
    );

  addPublishing(command, context);

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

/** What carries a database from one machine to others. */
function addPublishing(command: Command, context: CliContext): void {
  const format = (): Option =>
    new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table");
  const older = (): Option => new Option("--allow-older", "take it although the database at hand is newer");
  command
    .command("push")
    .description(
      "Publish the database in a registry: what the registry does not have, and one signed manifest.",
    )
    .argument("<reference>", "registry/repository:tag")
    .addOption(insecureRegistry())
    .addOption(format())
    .addHelpText("after", PUSH_EXAMPLES)
    .action((reference: string, options: PushCommandOptions) => runPush(context, reference, options));

  command
    .command("pull")
    .description(
      "Take a published database from a registry: only what changed is fetched, checked and swapped in.",
    )
    .argument("<reference>", "registry/repository:tag, or @sha256:…")
    .addOption(insecureRegistry())
    .addOption(older())
    .addOption(acceptAnswers())
    .addOption(format())
    .addHelpText("after", PULL_EXAMPLES)
    .action((reference: string, options: TakeCommandOptions) => runPull(context, reference, options));

  command
    .command("export")
    .description("Write the database as one signed file for a network without a registry.")
    .argument("<file>", "the bundle, a tar")
    .addOption(format())
    .addHelpText("after", "\nExamples:\n  plimsoll db export plimsoll-db.tar")
    .action((file: string, options: PushCommandOptions) => runExport(context, file, options));

  command
    .command("import")
    .description("Take the database of a bundle that db export wrote, checked and swapped in as a whole.")
    .argument("<file>", "the bundle")
    .addOption(older())
    .addOption(acceptAnswers())
    .addOption(format())
    .addHelpText("after", "\nExamples:\n  plimsoll db import plimsoll-db.tar")
    .action((file: string, options: TakeCommandOptions) => runImport(context, file, options));

  command
    .command("verify")
    .description("Check every file, every row and the signature of the database, and ask it what is known.")
    .addOption(format())
    .addHelpText("after", "\nExamples:\n  plimsoll db verify")
    .action((options: { format: string }) => runVerify(context, options));
}

function acceptAnswers(): Option {
  return new Option(
    "--accept-answers",
    "take it although it answers questions whose answers are known wrongly, or no longer",
  );
}

function insecureRegistry(): Option {
  const help = "registry that may be spoken to without TLS (loopback always may); repeatable";
  return new Option("--insecure-registry <host>", help).argParser(collectInsecure);
}

const PUSH_EXAMPLES = `
Examples:
  plimsoll db push registry.example.com/security/plimsoll-db:latest

Signed with the key of PLIMSOLL_DB_SIGNING_KEY; a database that was pulled keeps its publisher's signature.`;

const PULL_EXAMPLES = `
Examples:
  plimsoll db pull registry.example.com/security/plimsoll-db:latest
  PLIMSOLL_DB_TRUSTED_KEYS=publisher.pub plimsoll db pull registry.example.com/security/plimsoll-db:latest`;

const BUILD_EXAMPLES = `
Examples:
  plimsoll db build --from npm.zip --from PyPI.zip
  plimsoll db build --from feeds/`;

const UPDATE_EXAMPLES = `
Examples:
  plimsoll db update
  plimsoll db update osv/npm osv/Debian kev
  plimsoll db update --for sbom://app.cdx.json
  plimsoll db update --mirror osv=https://mirror.example.com/osv/

A feed that fails keeps its last good snapshot and makes the exit code 1; the others are updated.`;

const QUERY_EXAMPLES = `
Examples:
  plimsoll db query pkg:npm/qs@6.7.0 'pkg:deb/debian/openssl@3.0.11-1?distro=debian-12'
  plimsoll db query --explain pkg:npm/qs@6.7.0
  plimsoll sbom --format json app | jq -r '.packages[].purl' | plimsoll db query --format json`;
