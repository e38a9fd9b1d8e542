/**
 * The command line: finds the verb, loads its file, runs it, and turns errors into a line and an exit code.
 * 0: success; 1: operational error; 2: a gate failed.
 */
import { Command, CommanderError } from "commander";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { processContext, programVersion, type CliContext } from "./context.ts";
import { createProgress, type Progress } from "./progress.ts";
import { checkOutput, type OutputFile } from "./options/output.ts";
import { applySettingsFiles, withSettingsFiles } from "./settings-files.ts";
import { verbs, type Verb } from "./verbs.ts";

/** Runs the process's command line and sets its exit code. */
export async function main(): Promise<void> {
  // A reader that closes early (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const args = process.argv.slice(2);
  let context: CliContext;
  try {
    context = processContext();
  } catch (error) {
    process.exitCode = reportError(error, (text) => process.stderr.write(text), false);
    return;
  }
  process.exitCode = await runCommandLine(args, context);
}

/** Runs `args` (without the program's name) and resolves to the exit code. */
export async function runCommandLine(args: readonly string[], given: CliContext): Promise<number> {
  let exitCode = 0;
  let context = given;
  let progress: Progress | null = null;
  try {
    if (UNLISTED.has(args[0] ?? "")) return await runUnlisted(args, context);
    const verb = findVerb(args);
    if (verb !== null && verb.readsFiles !== false) context = await withSettingsFiles(given, args);
    if (verb === null && args[0] === "help" && args[1] !== undefined) {
      throw new PlimsollError(
        "USAGE",
        `There is no command "${args[1]}"; there is ${verbs.map(({ name }) => name).join(", ")}.`,
      );
    }
    if (verb?.waits === true) {
      progress = createProgress(context);
      context = progress.context;
      progress.begin(verb.name);
    }
    const program = await makeProgram(context, verb === null ? [] : [verb], (code) => {
      exitCode = code;
    });
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    return reportError(error, (text) => context.stderr.write(text), args.includes("--debug"));
  } finally {
    progress?.end();
  }
}

/** Not for people: Docker asks by these, shells, and the entry of the GitHub Action. */
const UNLISTED: ReadonlySet<string> = new Set([
  "docker-cli-plugin",
  "docker-cli-plugin-metadata",
  "__complete",
  "github-action",
]);

async function runUnlisted([name, ...rest]: readonly string[], context: CliContext): Promise<number> {
  if (name === "__complete") {
    const { complete, completionText } = await import("./completion/complete.ts");
    const verb = findVerb(rest.slice(0, -1));
    const program = await makeProgram(context, verb === null ? [] : [verb], () => {});
    context.stdout.write(completionText(complete(program, rest)));
    return 0;
  }
  if (name === "github-action") {
    const { runAction } = await import("./github/action.ts");
    return runAction(context, runCommandLine);
  }
  const { pluginMetadata, readDockerCall } = await import("./plugin/docker-arguments.ts");
  if (name === "docker-cli-plugin-metadata" || rest[0] === "docker-cli-plugin-metadata") {
    context.stdout.write(pluginMetadata(context.version));
    return 0;
  }
  const call = readDockerCall(rest, context.cwd);
  const changes: Partial<CliContext> = { env: { ...context.env, ...call.env } };
  return runCommandLine(
    call.args,
    Object.create(context, Object.getOwnPropertyDescriptors(changes)) as CliContext,
  );
}

/** The program with the given verbs loaded and the others as names only. Used for help and for the reference too. */
export async function makeProgram(
  context: CliContext,
  loaded: readonly Verb[],
  finish: (exitCode: number) => void,
): Promise<Command> {
  const program = new Command("plimsoll")
    .description("Says what is inside a container image and whether it is safe to ship.")
    .version(`plimsoll ${programVersion}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .option("--config <file>", "project file, in place of the .plimsoll.yaml that is found")
    .option("--no-config", "leave out project file and user's file")
    .addHelpText("after", EXAMPLES)
    .hook("preAction", (_program, command) => {
      applySettingsFiles(context, command as Command);
      checkOutput(context, command.opts<{ output?: readonly OutputFile[] }>().output);
    });
  settle(program, context);
  for (const verb of verbs) {
    if (loaded.includes(verb)) {
      const command = (await verb.load())(context, finish);
      settleAll(command, context);
      program.addCommand(command);
    } else {
      const name = new Command(verb.name).description(verb.summary).aliases([...verb.aliases]);
      program.addCommand(name);
    }
  }
  return program;
}

function findVerb(args: readonly string[]): Verb | null {
  const name = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--config");
  const wanted = name === "help" ? args[args.indexOf("help") + 1] : name;
  return (
    verbs.find((verb) => wanted !== undefined && (verb.name === wanted || verb.aliases.includes(wanted))) ??
    null
  );
}

function settleAll(command: Command, context: CliContext): void {
  settle(command, context);
  for (const child of command.commands) settleAll(child as Command, context);
}

function settle(command: Command, context: CliContext): void {
  command
    .exitOverride()
    .showHelpAfterError("  Run it with --help for the usage.")
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) =>
        write(printable(text.replace(/^error: /, "error USAGE: "), 2000).replaceAll("\\u{a}", "\n")),
    })
    .configureHelp({ helpWidth: 110, showGlobalOptions: false });
}

/** Prints `error CODE: message` and what to do; returns the exit code. */
function reportError(error: unknown, write: (text: string) => void, debug: boolean): number {
  if (error instanceof PlimsollError) {
    write(`error ${error.code}: ${printable(error.message, 2000)}\n  ${error.advice}\n`);
    if (debug)
      write(
        `${error.stack ?? ""}\n${error.cause instanceof Error ? `cause: ${error.cause.stack ?? ""}\n` : ""}`,
      );
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  write(
    `error INTERNAL: ${printable(message)}\n  Report it with the output of the same command and --debug.\n`,
  );
  if (debug && error instanceof Error) write(`${error.stack ?? ""}\n`);
  return 1;
}

const EXAMPLES = `
Examples:
  plimsoll quickview registry.example.com/team/app:1.2
  plimsoll cves --only-severity critical,high oci-dir://build/image
  plimsoll policy --exit-code archive://app.tar
  plimsoll sbom --format cyclonedx -o app.cdx.json alpine:3.22
  plimsoll db update

Exit codes: 0 success, 1 operational error, 2 a gate failed.`;

if (import.meta.main && typeof PLIMSOLL_BUILT === "undefined") await main();

declare const PLIMSOLL_BUILT: boolean | undefined;
