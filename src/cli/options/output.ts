/** Where the result goes and in which format. */
import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { CliContext } from "../context.ts";

export interface OutputOptions {
  readonly format: string;
  readonly output?: string;
}

/** Adds --format with its choices and --output. */
export function addOutputOptions(command: Command, formats: readonly string[], fallback: string): Command {
  return command
    .addOption(new Option("--format <format>", "format of the result").choices(formats).default(fallback))
    .option("-o, --output <file>", "write the result to a file instead of standard output");
}

/**
 * Refuses an --output that cannot be written before the work starts, not after it. A folder that does not exist is most
 * often a slip of the pen, so it is not made.
 * @throws PlimsollError OUTPUT_FAILED
 */
export function checkOutput(context: CliContext, output: string | undefined): void {
  if (output === undefined) return;
  const path = resolve(context.cwd, output);
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new PlimsollError(
      "OUTPUT_FAILED",
      `There is no folder ${dirname(output)} to write the result into.`,
    );
  }
  if (output === "" || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new PlimsollError("OUTPUT_FAILED", `--output names a folder, not a file: ${output || "(empty)"}.`);
  }
}

/** Writes the result; only the result ever goes to standard output. @throws PlimsollError OUTPUT_FAILED */
export async function writeResult(
  context: CliContext,
  options: Pick<OutputOptions, "output">,
  text: string,
): Promise<void> {
  if (options.output === undefined) {
    context.stdout.write(text);
    return;
  }
  const path = resolve(context.cwd, options.output);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    // A device or a pipe is written into: renaming a file over /dev/null would replace it for the whole machine.
    if (found === undefined || found.isFile()) await writeFileAtomic(path, Buffer.from(text, "utf8"));
    else await writeFile(path, text);
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `The result could not be written to ${options.output}.`, {
      cause: error,
    });
  }
  context.stderr.write(`written to ${options.output}\n`);
}

/** Splits `a,b` and repeated options into one list. */
export function splitList(values: readonly string[] | string | undefined): string[] {
  if (values === undefined) return [];
  const parts = typeof values === "string" ? [values] : values;
  return parts
    .flatMap((part) => part.split(","))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * Collects repeated and comma separated values. A list of nothing is an error: it comes from an unset variable, and a filter
 * or a gate over nothing would pass everything. @throws InvalidArgumentError
 */
export function collectList(value: string, previous: readonly string[] | undefined): string[] {
  const values = splitList(value);
  if (values.length === 0) throw new InvalidArgumentError("It names nothing.");
  return [...(previous ?? []), ...values];
}
