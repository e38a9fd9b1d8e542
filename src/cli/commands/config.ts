/** `plimsoll config`: what is set and by whom, and the user's own file. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { fileSettings, type FileSetting } from "../../config/file-settings.ts";
import { userFilePath } from "../../config/find-files.ts";
import { readUserFile } from "../../config/project-file.ts";
import { changeUserFile, getFileSetting } from "../../config/user-file.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { ConfigReport } from "../../api/command-reports.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";

interface Options extends OutputOptions {
  readonly unset?: true;
}

type Row = ConfigReport["settings"][number];

export const config: CommandMaker = (context) => {
  const command = new Command("config")
    .description("Show settings and where they come from; set one in the user's own file.")
    .argument("[key]", "key of a setting; none: all of them")
    .argument("[value]", "what to set it to; lists are comma separated")
    .option("--unset", "take the key out of the user's file")
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json"], "table");
  return command.action(async (key: string | undefined, value: string | undefined, options: Options) => {
    const path = userFilePath(context.env, context.home);
    if (key === undefined) {
      if (options.unset === true) throw new PlimsollError("USAGE", "--unset needs a key.");
      const rows = fileSettings.map((setting) => rowOf(context, setting, path));
      return writeResult(context, options, options.format === "json" ? asJson(path, rows) : asTable(rows));
    }
    const setting = getFileSetting(key);
    if (value === undefined && options.unset === undefined) {
      const row = rowOf(context, setting, path);
      return writeResult(
        context,
        options,
        options.format === "json" ? asJson(path, [row]) : `${textOf(row.value)}\n`,
      );
    }
    if (value !== undefined && options.unset === true) {
      throw new PlimsollError("USAGE", "--unset takes no value.");
    }
    await change(path, setting, value ?? null);
    context.stderr.write(
      `${setting.key} ${value === undefined ? "taken out of" : "set in"} ${printable(path)}\n`,
    );
  });
};

/** @throws PlimsollError CONFIG_INVALID, OUTPUT_FAILED */
async function change(path: string, setting: FileSetting, value: string | null): Promise<void> {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const changed = changeUserFile(text, setting, value, path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    await writeFileAtomic(path, Buffer.from(changed, "utf8"));
  } catch (error) {
    throw new PlimsollError("OUTPUT_FAILED", `${printable(path)} cannot be written.`, { cause: error });
  }
}

/** The environment wins over the project file, that over the user's. */
function rowOf(context: CliContext, { key, target, meaning }: FileSetting, path: string): Row {
  const variable = target.kind === "variable" ? target.variable : null;
  const base = { key, variable, meaning };
  const fromEnvironment = variable === null ? undefined : context.env[variable];
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    return { ...base, value: fromEnvironment, origin: "environment" };
  }
  const inProject = context.files?.project?.settings[key];
  if (inProject !== undefined) return { ...base, value: inProject, origin: "project" };
  const inUser = context.files !== undefined && existsSync(path) ? readUserFile(path)[key] : undefined;
  if (inUser !== undefined) return { ...base, value: inUser, origin: "user" };
  return { ...base, value: null, origin: "default" };
}

function asJson(userFile: string, settings: readonly Row[]): string {
  return jsonText({
    schema: "urn:plimsoll:report:config:1",
    userFile,
    settings: [...settings],
  } satisfies ConfigReport);
}

function asTable(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ key }) => key.length));
  const lines = rows.map(({ key, value, origin }) =>
    `${key.padEnd(width)}  ${origin.padEnd(11)}  ${printable(textOf(value))}`.trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join(",") : String(value as string | number | boolean);
}

const EXAMPLES = `
Examples:
  plimsoll config
  plimsoll config organisation acme
  plimsoll config organisation
  plimsoll config --unset organisation

The file is ~/.config/plimsoll/config.yaml, below $XDG_CONFIG_HOME where that is set.`;
