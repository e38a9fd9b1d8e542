/** `plimsoll init`: writes a project file, with what the ignore files of other scanners say. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { projectFileNames } from "../../config/find-files.ts";
import { importIgnores, type ImportedRules } from "../../config/import-ignores.ts";
import { parseProjectFile } from "../../config/project-file.ts";
import { newProjectFile, projectJsonSchema } from "../../config/project-text.ts";
import type { FilesReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { collectList, formatOption, writeResult } from "../options/output.ts";

interface Options {
  readonly import?: readonly string[];
  readonly force?: true;
  readonly schema?: string;
  readonly format: string;
}

export const init: CommandMaker = (context) =>
  new Command("init")
    .description("Write a project file, .plimsoll.yaml, into the working folder.")
    .addOption(
      new Option(
        "--import <files>",
        "take over .trivyignore, .trivyignore.yaml or .grype.yaml; repeatable",
      ).argParser(collectList),
    )
    .option("--schema <file>", "also write the JSON schema, and name it in the file for editors")
    .option("--force", "replace a project file that is there")
    .addOption(formatOption())
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const [name = ""] = projectFileNames;
      const there = projectFileNames.find((file) => existsSync(join(context.cwd, file)));
      if (there !== undefined && options.force !== true) {
        throw new PlimsollError("USAGE", `There is a ${there} already; --force replaces it.`);
      }
      const rules = importAll(context, options.import ?? []);
      const text = newProjectFile(rules, options.schema ?? null);
      // What is written is read back: a rule that the schema refuses is told now.
      const target = there ?? name;
      parseProjectFile(text, join(context.cwd, target));
      if (options.schema !== undefined) {
        await writeResult(context, { output: options.schema }, jsonText(projectJsonSchema()));
      }
      await writeResult(context, { output: target }, text);
      if (rules.ignore.length > 0) context.stderr.write(`${rules.ignore.length} ignore rules imported\n`);
      const notes = rules.left.map((line) => `not imported: ${line}`);
      for (const line of notes) context.stderr.write(`${line}\n`);
      if (options.format !== "json") return;
      const names = options.schema === undefined ? [target] : [options.schema, target];
      const files = names.map((file) => ({ path: resolve(context.cwd, file), change: "written" as const }));
      context.stdout.write(
        jsonText({ schema: "urn:plimsoll:report:files:1", files, notes } satisfies FilesReport),
      );
    });

function importAll(context: CliContext, files: readonly string[]): ImportedRules {
  const all = files.map((file) => importIgnores(readNamed(context, file), basename(file)));
  return {
    ignore: all.flatMap(({ ignore }) => ignore),
    settings: Object.assign({}, ...all.map(({ settings }) => settings)) as ImportedRules["settings"],
    left: all.flatMap(({ left }) => left),
  };
}

function readNamed(context: CliContext, file: string): string {
  try {
    return readFileSync(resolve(context.cwd, file), "utf8");
  } catch (error) {
    throw new PlimsollError("FILE_NOT_FOUND", `${printable(file)} cannot be read.`, { cause: error });
  }
}

const EXAMPLES = `
Examples:
  plimsoll init
  plimsoll init --import .trivyignore --import .grype.yaml
  plimsoll init --schema .plimsoll.schema.json

What an ignore file says and a project file cannot is named and left out.`;
