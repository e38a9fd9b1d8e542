/** `plimsoll plugin`: makes `docker plimsoll` work. */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { FilesReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { formatOption } from "../options/output.ts";

interface Options {
  readonly folder?: string;
  readonly force?: true;
  readonly format: string;
}

export const plugin: CommandMaker = (context) => {
  const command = new Command("plugin").description("Make this program a plug-in of Docker's command line.");
  command
    .command("install")
    .description("Put docker-plimsoll where Docker looks for plug-ins: docker plimsoll cves alpine")
    .option("--folder <folder>", "folder of plug-ins; default: cli-plugins in $DOCKER_CONFIG or ~/.docker")
    .option("--force", "replace a file that something else put there")
    .addOption(formatOption())
    .addHelpText("after", "\nExamples:\n  plimsoll plugin install\n  docker plimsoll quickview alpine:3.22")
    .action((options: Options) => install(context, options));
  command
    .command("remove")
    .description("Take it away again.")
    .option("--folder <folder>", "folder of plug-ins; default: cli-plugins in $DOCKER_CONFIG or ~/.docker")
    .addOption(formatOption())
    .addHelpText("after", "\nExamples:\n  plimsoll plugin remove")
    .action((options: Options) => remove(context, options));
  return command;
};

/** @throws PlimsollError USAGE, OUTPUT_FAILED */
async function install(context: CliContext, options: Options): Promise<void> {
  const path = pathOf(context, options);
  const there = contentOf(path);
  if (there !== null && !there.includes(MARK) && options.force !== true) {
    throw new PlimsollError("USAGE", `${printable(path)} is something else; --force replaces it.`);
  }
  try {
    await writeFileAtomic(path, script(), { mode: 0o755 });
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `${printable(path)} cannot be written.`, { cause: error });
  }
  context.stderr.write(`installed ${printable(path)}: docker plimsoll --help\n`);
  tell(context, options, { path, change: "written" });
}

/** @throws PlimsollError USAGE when what is there is something else */
async function remove(context: CliContext, options: Options): Promise<void> {
  const path = pathOf(context, options);
  const there = contentOf(path);
  if (there === null) {
    context.stderr.write(`there is no ${printable(path)}\n`);
    tell(context, options, { path, change: "none" });
    return;
  }
  if (!there.includes(MARK)) throw new PlimsollError("USAGE", `${printable(path)} is something else.`);
  await rm(path);
  context.stderr.write(`removed ${printable(path)}\n`);
  tell(context, options, { path, change: "removed" });
}

function tell(context: CliContext, { format }: Options, file: FilesReport["files"][number]): void {
  if (format !== "json") return;
  const schema = "urn:plimsoll:report:files:1";
  context.stdout.write(jsonText({ schema, files: [file], notes: [] } satisfies FilesReport));
}

function pathOf({ env, home, cwd }: CliContext, { folder }: Options): string {
  if (folder !== undefined) return join(resolve(cwd, folder), "docker-plimsoll");
  const named = env["DOCKER_CONFIG"];
  const docker = named === undefined || named === "" ? join(home, ".docker") : resolve(cwd, named);
  return join(docker, "cli-plugins/docker-plimsoll");
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

const MARK = "# Installed by plimsoll plugin install.";

/** A script and no link: Docker passes no Node, and the program may be started with options of Node's. */
function script(): string {
  const program = [process.execPath, ...process.execArgv, process.argv[1] ?? ""].map(quote).join(" ");
  return `#!/bin/sh\n${MARK}\nexec ${program} docker-cli-plugin "$@"\n`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
