/** Where the result goes and in which formats: one to standard output or a file, and any number of others to files. */
import { statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { Template } from "../../reports/template.ts";
import type { CliContext } from "../context.ts";

/** One `--output`: a file for the format of `--format`, or `sarif=FILE` for one of its own. */
export interface OutputFile {
  readonly format: string | null;
  readonly file: string;
}

export interface OutputOptions {
  readonly format: string;
  readonly output?: readonly OutputFile[];
  readonly template?: string;
  readonly onlyId?: true;
}

/** What `addOutputOptions` adds besides --format and --output. */
export interface OutputExtras {
  /** Adds --template, for reports whose JSON a template can be written over. */
  readonly template?: true;
  /** Adds --only-id: the format `ids`. */
  readonly onlyId?: string;
}

/** Adds --format with its choices and --output. */
export function addOutputOptions(
  command: Command,
  formats: readonly string[],
  fallback: string,
  { template, onlyId }: OutputExtras = {},
): Command {
  const known = template === true ? [...formats, "template"] : formats;
  command
    .addOption(new Option("--format <format>", "format of the result").choices(known).default(fallback))
    .addOption(outputOption(known));
  if (template === true) {
    command.option(
      "--template <file>",
      "template for the format template, which it implies; .html and .json files are escaped as such",
    );
  }
  if (onlyId !== undefined) command.option("--only-id", onlyId);
  return command;
}

/** --format of commands whose result is for people or JSON. */
export function formatOption(): Option {
  return new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table");
}

/** --output; `formats` are those that may stand before a file: `sarif=a.sarif`. */
export function outputOption(formats: readonly string[]): Option {
  const help =
    formats.length < 2
      ? "write the result to a file instead of standard output"
      : "write the result to a file instead of standard output; format=file: write it in that format too; repeatable";
  return new Option("-o, --output <file>", help).argParser(
    (value: string, previous: readonly OutputFile[] | undefined): readonly OutputFile[] => {
      const output = readOutput(value, formats);
      const before = previous ?? [];
      if (output.format === null && before.some(({ format }) => format === null)) {
        throw new InvalidArgumentError(
          "Only one file takes the result of --format; write format=file for others.",
        );
      }
      return [...before, output];
    },
  );
}

/** A word and `=` before the file are a format, since a slip of the pen would become the name of a file. */
function readOutput(value: string, formats: readonly string[]): OutputFile {
  const [, format, file] = /^([a-z][a-z0-9-]{0,30})=(.*)$/s.exec(value) ?? [];
  if (format === undefined || file === undefined || formats.length < 2) return { format: null, file: value };
  if (formats.includes(format)) return { format, file };
  throw new InvalidArgumentError(`There is no format ${format}; ./${value} is a file.`);
}

/**
 * Refuses an --output that cannot be written before the work starts, not after it. A folder that does not exist is most
 * often a slip of the pen, so it is not made.
 * @throws PlimsollError OUTPUT_FAILED
 */
export function checkOutput(context: CliContext, output: readonly OutputFile[] | string | undefined): void {
  const files = typeof output === "string" ? [output] : (output ?? []).map(({ file }) => file);
  for (const file of files) checkFile(context, file);
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice !== undefined) {
    throw new PlimsollError("USAGE", `--output names ${printable(twice)} twice.`);
  }
}

function checkFile(context: CliContext, file: string): void {
  const path = resolve(context.cwd, file);
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new PlimsollError("OUTPUT_FAILED", `There is no folder ${dirname(file)} to write the result into.`);
  }
  if (file === "" || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new PlimsollError("OUTPUT_FAILED", `--output names a folder, not a file: ${file || "(empty)"}.`);
  }
}

/** The format of the result that --format, --template or --only-id ask for. */
export function chosenFormat({ format, template, onlyId }: OutputOptions): string {
  if (onlyId === true) return "ids";
  return template === undefined ? format : "template";
}

/** Every format that is asked for, the main one first. */
export function chosenFormats(options: OutputOptions): readonly string[] {
  const others = (options.output ?? []).flatMap(({ format }) => (format === null ? [] : [format]));
  return [...new Set([chosenFormat(options), ...others])];
}

/** A result as it was written. */
export interface WrittenFile {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
}

/** Writes the result in every format that is asked for. @throws PlimsollError OUTPUT_FAILED; what `render` throws */
export async function writeOutputs(
  context: CliContext,
  options: OutputOptions,
  render: (format: string, isFile: boolean) => string | Promise<string>,
): Promise<readonly WrittenFile[]> {
  const output = options.output ?? [];
  const written: WrittenFile[] = [];
  const main = output.find(({ format }) => format === null);
  const text = await render(chosenFormat(options), main !== undefined);
  await writeResult(context, main === undefined ? {} : { output: main.file }, text);
  if (main !== undefined) written.push({ file: main.file, text });
  for (const { format, file } of output) {
    if (format === null) continue;
    const other = await render(format, true);
    await writeResult(context, { output: file }, other);
    written.push({ file, text: other });
  }
  return written;
}

/**
 * Writes the one result; only the result ever goes to standard output.
 * @throws PlimsollError OUTPUT_FAILED; USAGE when another format is asked for beside it
 */
export async function writeResult(
  context: CliContext,
  options: { readonly output?: readonly OutputFile[] | string },
  text: string,
): Promise<void> {
  const output = typeof options.output === "string" ? options.output : onlyFile(options.output);
  if (output === undefined) {
    context.stdout.write(text);
    return;
  }
  const path = resolve(context.cwd, output);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    // A device or a pipe is written into: renaming a file over /dev/null would replace it for the whole machine.
    if (found === undefined || found.isFile()) await writeFileAtomic(path, Buffer.from(text, "utf8"));
    else await writeFile(path, text);
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `The result could not be written to ${output}.`, {
      cause: error,
    });
  }
  context.stderr.write(`written to ${output}\n`);
}

function onlyFile(output: readonly OutputFile[] | undefined): string | undefined {
  const other = output?.find(({ format }) => format !== null);
  if (other === undefined) return output?.[0]?.file;
  throw new PlimsollError("USAGE", `This result has one format: write --output ${other.file}.`);
}

/** The template of --template. @throws PlimsollError FILE_NOT_FOUND */
export async function readTemplate(
  context: CliContext,
  { template, output = [] }: OutputOptions,
): Promise<Template | null> {
  if (template === undefined) {
    const needs = output.some(({ format }) => format === "template");
    if (needs) throw new PlimsollError("USAGE", "The format template needs --template FILE.");
    return null;
  }
  const text = await readFile(resolve(context.cwd, template), "utf8").catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `The template ${printable(template)} cannot be read.`, {
      cause: error,
    });
  });
  return { text, escape: ESCAPES[extname(template.replace(/\.(?:mustache|tmpl|tpl)$/, ""))] ?? "none" };
}

/** By what is left of the file's name without the ending of templates: `report.html.mustache`. */
const ESCAPES: Readonly<Record<string, Template["escape"]>> = {
  ".html": "html",
  ".htm": "html",
  ".xml": "html",
  ".json": "json",
};

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
